import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inventory } from './inventory.ts';
import { documented, type Judged, written } from './report.ts';

const same = { outcome: undefined, states: undefined, events: undefined, causes: undefined };
const executions: Judged[] = [
  { id: 'file/same', verdict: same },
  { id: 'file/other', verdict: { ...same, causes: '1: "a" in AWS, "b" here' } },
  { id: 'file/refused', verdict: { refused: 'no such state' } },
];

test('the findings count what is same, different and refused, and what was taken for true', () => {
  const patterns = { same: 3, different: ['one'], refused: [] };
  const text = written({
    executions,
    patterns,
    control: { falsified: 4, unnoticed: ['same: a state less'] },
  });
  expect(text).toContain('| status, output, error and cause of the execution | 2 | 0 | 1 |');
  expect(text).toContain('| the texts of causes | 1 | 1 | 1 |');
  expect(text).toContain('- refused: `refused`: no such state');
  expect(text).toContain('| whether they match, or why the pattern is refused | 3 | 1 | 0 |');
  expect(text).toContain('4 falsified recordings, of which 3 were noticed.');
});

test('a page without the place is not written', () => {
  expect(() => documented('# Page', 'recordings', 'text')).toThrow('no place <!-- recordings -->');
});

test('docs/fidelity.md lists what the local cloud has (npm run recordings -- --keep)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/fidelity.md'), 'utf8');
  expect(documented(page, 'inventory', inventory())).toBe(page);
});

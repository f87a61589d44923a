import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EXAMPLES } from './examples.ts';
import { falsified } from './falsify.ts';
import { checked, readRecordings } from './recording.ts';
import { differences, type Judged, table } from './report.ts';
import { same } from './same.ts';
import { judge, TIERS } from './tiers.ts';

const named = EXAMPLES.map((recording) => [recording.id, recording] as const);

describe('the runner of recordings', () => {
  test.each(named)('finds %s the same', async (_, recording) => {
    expect(await judge(recording)).toEqual(Object.fromEntries(TIERS.map((tier) => [tier, undefined])));
  });

  test.each(
    named.flatMap(([id, recording]) => falsified(recording).map((one) => [id, one.how, one] as const)),
  )('notices in %s %s', async (_id, _how, { tier, recording }) => {
    const verdict = await judge(recording);
    expect('refused' in verdict ? verdict : verdict[tier]).toMatch(/in AWS, .* here$/);
  });

  test('notices a call that AWS did not make, and other arguments of one that it made', async () => {
    const [, , mapped] = EXAMPLES;
    const replay = { Send: [{ given: 5, iteration: 0, result: 'sent 0' }, mapped!.replay.Send![0]!] };
    expect(await judge({ ...mapped!, replay })).toMatchObject({ events: 'Send was given 0' });
    expect(await judge({ ...mapped!, replay: {} })).toMatchObject({ outcome: expect.any(String) });
  });

  test('counts a refused definition as neither the same nor different', async () => {
    const template = { StartAt: 'A', States: { A: { Type: 'Pass', ResultPath: '$.x', End: true } } };
    const judged: Judged[] = [];
    for (const recording of [
      EXAMPLES[0]!,
      falsified(EXAMPLES[1]!)[0]!.recording,
      { ...EXAMPLES[2]!, template },
    ]) {
      judged.push({ id: recording.id, verdict: await judge(recording) });
    }
    expect(table(judged)).toContain('| status, output, error and cause of the execution | 1 | 1 | 1 |');
    expect(differences(judged)).toMatch(
      /^outcome: a task token .*\n {4}1: .*\nrefused: iterations .*\n {4}.*JSONPath/,
    );
  });
});

describe('a value', () => {
  test.each([
    ['text around a placeholder', 'arn:<partition>:x:<name:1>', 'arn:aws:x:y'],
    ['a nested placeholder', '<<token>:1>', { any: 'value' }],
    ['a mask', 'date', 12],
    ['a parsed text', { a: [1, null] }, '{"a":[1,null]}'],
    ['a parsed null', null, 'null'],
    ['a text of a text', 'plain', '"plain"'],
    ['a text with other white space', '{"a": 1}', '{"a":1}'],
  ])('is the same for %s', (_, recorded, actual) => {
    expect(same(recorded, actual)).toBe(true);
  });

  test.each([
    ['another text', 'a', 'b'],
    ['another text around a placeholder', 'arn:<partition>:x', 'arn:aws:y'],
    ['a member less', { a: 1, b: 2 }, { a: 1 }],
    ['a member more', { a: 1 }, '{"a":1,"b":2}'],
    ['a longer list', [1], [1, 2]],
    ['a number for its text', 1, '"1"'],
    ['nothing for null', null, undefined],
    ['nothing for a mask', 'date', undefined],
    ['an object for null', null, {}],
  ])('is another for %s', (_, recorded, actual) => {
    expect(same(recorded, actual)).toBe(false);
  });
});

describe('a folder of recordings', () => {
  function reading(files: Record<string, string>): () => unknown {
    return () => {
      const folder = mkdtempSync(join(tmpdir(), 'recordings-'));
      try {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
        return readRecordings(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    };
  }

  test('gives the recordings of all its files', () => {
    const read = reading({
      'executions-a.json': JSON.stringify(EXAMPLES.slice(0, 1)),
      'executions-b.json': JSON.stringify(EXAMPLES.slice(1)),
      'other.json': '[]',
    });
    expect(read()).toEqual(EXAMPLES);
  });

  test('without recordings is refused, and so is what is no list of them', () => {
    expect(reading({})).toThrow('has no file executions-*.json');
    expect(reading({ 'executions-a.json': '[' })).toThrow(/executions-a\.json is not JSON/);
    expect(reading({ 'executions-a.json': '{}' })).toThrow(/executions-a\.json must contain an array/);
  });

  test.each([
    ['template', { template: 'x' }],
    ['replay', { replay: { Work: [{ given: 1 }] } }],
    ['outcome', { outcome: {} }],
    ['recorded', { recorded: [{ type: 'ExecutionStarted' }] }],
    ['concurrent', { concurrent: undefined }],
  ])('with a malformed %s is refused by the name of the recording', (member, change) => {
    expect(() => checked({ ...EXAMPLES[0], ...change }, 'f.json, recording 0')).toThrow(
      `f.json, recording 0 (a task that fails and is caught): '${member}' must be`,
    );
  });
});

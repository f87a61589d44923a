import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { REGISTER } from '../../../assumptions/register.ts';
import { page, playedIn, playedPart } from '../../../proof/assumptions/page.ts';

describe('docs/assumptions.md', () => {
  test('is what `npm run assumptions -- --page` writes', () => {
    const written = readFileSync('docs/assumptions.md', 'utf8');
    expect(written).toBe(page(REGISTER, playedIn(written)));
  });

  test('keeps what a run has said when the list changes', () => {
    const played = playedPart(['Of a run.']);
    expect(playedIn(page([], played))).toBe(played);
    expect(playedIn(page([], playedIn('# Another page\n')))).toContain('Nothing yet.');
  });

  test('says of each alternative what is true then and what this system does', () => {
    const [first] = REGISTER;
    const text = page([first!], '');
    for (const { value, means, outcome } of first!.alternatives) {
      const marks = [value === first!.assumed && 'assumed', value === first!.local && 'local'];
      const note = marks.some(Boolean) ? ` (${marks.filter(Boolean).join(', ')})` : '';
      expect(text).toContain(`| \`${value}\`${note} | ${means} | ${outcome} |`);
    }
  });
});

test.each(REGISTER.map((one) => [one.name, one] as const))(
  'the assumption %s has alternatives, sources, and what tries them',
  (_, { alternatives, assumed, local, sources, tried }) => {
    const values = alternatives.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining([assumed, local]));
    expect(new Set(values).size).toBe(values.length);
    expect(sources.length).toBeGreaterThan(0);
    expect(tried.filter((path) => !existsSync(path))).toEqual([]);
    expect(tried.length).toBeGreaterThan(0);
  },
);

test('every assumption has a name of its own', () => {
  expect(new Set(REGISTER.map(({ name }) => name)).size).toBe(REGISTER.length);
});

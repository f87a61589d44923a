import { describe, expect, test } from '@jest/globals';
import { pieces, waits } from '../../page/browser/words.ts';

describe('a text on the page', () => {
  test.each([
    ['VPC vpc-0a71e831cb5152c43 of sg-0b', ['vpc-0a71e831cb5152c43', 'sg-0b']],
    ['tagged redis-privatelink=orders, in ou-ab12-c3', ['redis-privatelink=orders,', 'ou-ab12-c3']],
    ['well-known names - and a=b', []],
  ])('%s: ids and tags stay in one line, and nothing is lost', (text, whole) => {
    expect(pieces(text).filter((_, index) => index % 2 === 1)).toEqual(whole);
    expect(pieces(text).join('')).toBe(text);
  });

  test('is read once, however it is made', () => {
    for (const one of ['a-', 'a', '-', 'a-a=', 'vpc-']) {
      const text = one.repeat(200_000);
      expect(pieces(text).join('')).toBe(text);
    }
  });
});

test('what is waited for until another day says which', () => {
  const since = Date.parse('2026-11-20T10:26:38Z');
  const wait = { state: 'Ask for approval', kind: 'answer', since, retries: 0 } as const;
  const hours = (count: number) => waits({ ...wait, until: since + count * 3_600_000 }, null);
  expect(hours(1)).toBe('Ask for approval: waits for an answer since 10:26:38, until 11:26:38 at most');
  expect(hours(24)).toMatch(/until 10:26:38 on Sat, 21 Nov 2026 at most$/);
});

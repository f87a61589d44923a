import { describe, expect, test } from '@jest/globals';
import { pieces } from '../../page/browser/words.ts';

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

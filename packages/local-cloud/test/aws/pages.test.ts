import { expect, test } from '@jest/globals';
import { pageOf } from '../../src/aws/pages.ts';

const page = (limit: number) =>
  pageOf(['a', 'b', 'c'], {
    listing: 'letters',
    limit,
    most: 100,
    token: undefined,
    invalidToken: 'ValidationException',
  });

test.each([
  [
    101,
    "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
  ],
  [0, "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"],
])('a page of %i is refused as AWS refuses it', (limit, message) => {
  expect(() => page(limit)).toThrow(
    expect.objectContaining({
      code: 'ValidationException',
      message: `1 validation error detected: ${message}`,
    }),
  );
});

test('a page of as many as AWS takes is not', () => {
  expect(page(100)).toEqual({ items: ['a', 'b', 'c'], nextToken: undefined });
});

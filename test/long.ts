import { describe, test } from '@jest/globals';

/**
 * Whether the long tests are played, too: `npm run test:all`. `npm test` counts those that it leaves out as skipped. What
 * is long, CONTRIBUTING.md says.
 */
export const all = process.env.TESTS === 'all';

/** A test that repeats, in another case, what a test beside it shows. */
export const long = all ? test : test.skip;

/** A group of such tests. */
export const longGroup = all ? describe : describe.skip;

type Rows = (rows: readonly unknown[]) => (name: string, work: unknown, timeout?: number) => void;

/** Tests of many cases, as `test.each` and `describe.each`: the first case is always played, the others are long. */
function firstOf(plain: Rows, rest: Rows): Rows {
  return (rows) => (name, work, timeout) => {
    plain(rows.slice(0, 1))(name, work, timeout);
    if (rows.length > 1) rest(rows.slice(1))(name, work, timeout);
  };
}

/** `one.each` is a `test.each` of which only the first case is always played. */
export const one = { each: firstOf(test.each as Rows, long.each as Rows) as typeof test.each };

/** The same of groups. */
export const oneGroup = {
  each: firstOf(describe.each as Rows, longGroup.each as Rows) as typeof describe.each,
};

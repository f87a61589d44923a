import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock.ts';
import { Evaluator, template } from '../../src/states/jsonata.ts';
import { Random } from '../../src/states/random.ts';
import { START } from './harness.ts';

function evaluate(expression: string, seed = 1) {
  const evaluator = new Evaluator(new VirtualClock(START), new Random(seed));
  return evaluator.evaluate(template(`{% ${expression} %}`, 'Output'), {});
}

describe('a function of Step Functions', () => {
  test.each([
    ['$partition([1,2,3], 2)', [[1, 2], [3]]],
    ['$partition([1,2,3], 2.9)', [[1, 2], [3]]],
    ['$partition([1])', [[1]]],
    ['$range(0, 5, 2)', [0, 2, 4]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(7, 7, 1)', 7],
    ['$range(-1.7, 1, 1)', [-1, 0, 1]],
    ["$hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$parse(\'{"a":[1]}\')', { a: [1] }],
    ["$map(['1', '[2]'], $parse)", [1, [2]]],
    ['$parse(\'[{"a":1},{"a":2}]\').a', [1, 2]],
    ['$millis()', START],
    ['$now()', '2026-11-20T10:00:00.000Z'],
    ["$now('[Y]-[M01]')", '2026-11'],
  ])('answers %s', async (expression, value) => {
    expect(await evaluate(expression)).toEqual(value);
  });

  // What Java's own generator draws first with these seeds.
  test.each([
    ['$random(42)', 0.7275636800328681],
    ['$random(0)', 0.730967787376657],
    ['$random(0.9)', 0.730967787376657],
  ])('draws for %s what AWS draws', async (expression, value) => {
    expect(await evaluate(expression)).toBe(value);
  });

  test('repeats chance without a seed by the seed of the local cloud', async () => {
    const draw = (seed: number) => evaluate('[$random(), $uuid()]', seed);
    expect(await draw(5)).toEqual(await draw(5));
    expect(await draw(5)).not.toEqual(await draw(6));
  });

  test.each([
    '$partition([1], 0)',
    '$partition([], 2)',
    '$range(1, 3)',
    '$range(1, 3, -1)',
    "$hash('abc')",
    '$parse()',
  ])('gives nothing for %s', async (expression) => {
    await expect(evaluate(expression)).rejects.toThrow('returned nothing');
  });

  test.each([
    ['$partition([1], -1)', '. D3137: Second argument must be zero or greater'],
    ['$partition(1, 2)', '. T0412: Argument 1 of function "partition" must be an array of undefined'],
    ['$range(1)', '. T0410: Argument 2 of function "range" does not match function signature'],
    ["$hash(1, 'MD5')", '. T0410: Argument 1 of function "hash" does not match function signature'],
    [
      "$hash('a', 'md5')",
      ". D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
    ],
    ['$parse(1)', '. T0410: Argument 1 of function "parse" does not match function signature'],
    ["$parse('{}', 1)", '. T0410: Argument 2 of function "parse" does not match function signature'],
    ['$uuid(1)', '. T0410: Argument 1 of function "uuid" does not match function signature'],
    ["$parse('')", '. D3137: Invalid JSON'],
    ["$parse('1 2')", '. D3137: Invalid JSON'],
    ["$parse('1e400')", '. D3137: Invalid JSON'],
    ['$parse(\'{"a":1,"a":2}\')', '. D3137: Invalid JSON'],
  ])('fails for %s as AWS words it', async (expression, ending) => {
    const error = await evaluate(expression).catch((reason) => reason.message);
    expect(error).toMatch(/threw an error during evaluation/);
    expect(error.endsWith(`during evaluation${ending}`)).toBe(true);
  });

  test('finds a name twice only inside one object', async () => {
    expect(await evaluate('$parse(\'{"a":{"a":1},"b":[{"a":2}],"c":"a"}\').a.a')).toBe(1);
  });
});

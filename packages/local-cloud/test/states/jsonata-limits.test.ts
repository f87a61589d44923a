import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock.ts';
import { Evaluator, template } from '../../src/states/jsonata.ts';
import { Random } from '../../src/states/random.ts';
import { Harness, only, START } from './harness.ts';

function evaluate(expression: string, steps?: number) {
  const evaluator = new Evaluator(new VirtualClock(START), new Random(1), { steps });
  return evaluator.evaluate(template(`{% ${expression} %}`, 'Output'), {});
}

const TOO_DEEP =
  'threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';
const TOO_LARGE =
  'threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage';

const recursion = (times: number) => `($f := function($x){ $x <= 0 ? 0 : 1 + $f($x - 1) }; $f(${times}))`;
const doubling = (times: number) =>
  `($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f('x', ${times})))`;

describe('an expression', () => {
  // The last that AWS accepts of each kind, and the first that it refuses.
  test.each([
    ['additions', (n: number) => `1${'+1'.repeat(n)}`, 99],
    ['parentheses', (n: number) => `${'('.repeat(n)}1${')'.repeat(n)}`, 99],
    ['brackets', (n: number) => `$count(${'['.repeat(n)}1${']'.repeat(n)})`, 98],
    ['stages', (n: number) => `1${'~>$string'.repeat(n)}`, 99],
    ['calls of itself', recursion, 31],
  ])('nests so many %s and no more', async (_, source, most) => {
    await evaluate(source(most));
    await expect(evaluate(source(most + 1))).rejects.toThrow(TOO_DEEP);
  });

  test('has so large a value and no larger', async () => {
    expect(await evaluate('[1..873782] ~> $count()')).toBe(873_782);
    await expect(evaluate('[1..873783] ~> $count()')).rejects.toThrow(TOO_LARGE);
    expect(await evaluate(doubling(22))).toBe(2 ** 22);
    await expect(evaluate(doubling(23))).rejects.toThrow(TOO_LARGE);
    await expect(evaluate('$range(1, 360146, 1)')).rejects.toThrow(TOO_LARGE);
  });

  test('that never ends is ended', async () => {
    await expect(evaluate('($f := function($x){ $f($x + 1) }; $f(1))', 1000)).rejects.toThrow(
      'threw an error during evaluation: Expression evaluation timeout: Check for infinite loop',
    );
  });

  test('counts for itself while others are evaluated', async () => {
    const evaluator = new Evaluator(new VirtualClock(START), new Random(1));
    const field = template(`{% ${recursion(31)} %}`, 'Output');
    const all = await Promise.all(Array.from({ length: 5 }, () => evaluator.evaluate(field, {})));
    expect(all).toEqual(Array(5).fill(31));
  });

  test('over a limit fails its state like any other', async () => {
    const execution = await new Harness().run(only({ Type: 'Pass', Output: `{% ${recursion(32)} %}` }));
    expect(execution.error).toBe('States.QueryEvaluationError');
    expect(execution.history.map(({ type }) => type)).toContain('EvaluationFailed');
  });
});

import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/clock.ts';
import { Evaluator, template } from '../../src/states/jsonata.ts';
import { Random } from '../../src/states/random.ts';
import { START } from './harness.ts';

function evaluate(value: unknown, bindings: Record<string, unknown> = {}, seed = 1) {
  return new Evaluator(new VirtualClock(START), new Random(seed)).evaluate(
    template(value, 'Output'),
    bindings,
  );
}

describe('Evaluator', () => {
  test('evaluates expressions at any depth and leaves everything else alone', async () => {
    const field = { a: ['{% $n + 1 %}', ' {% $n %} ', '$n', null], 'b.$': '$.c' };
    expect(await evaluate(field, { n: 1 })).toEqual({ a: [2, ' {% $n %} ', '$n', null], 'b.$': '$.c' });
  });

  describe('that unwraps lists of one', () => {
    const unwrapping = (source: string, bindings: Record<string, unknown> = {}) =>
      new Evaluator(new VirtualClock(START), new Random(1), { listsOfOne: 'unwrapped' }).evaluate(
        template(`{% ${source} %}`, 'Output'),
        bindings,
      );

    test.each([
      ["$distinct($append(['a'], ['a']))", 'a'],
      ["[$distinct($append(['a'], ['a']))]", ['a']],
      ["$append(['a'], ['b'])", ['a', 'b']],
      ['$states.input.list', 'v'],
      ['[$states.input.list]', ['v']],
      ['$states.input.none', []],
      ["{'a': $states.input.list, 'b': [$states.input.list]}", { a: 'v', b: ['v'] }],
      ["$merge([{'a': 1}, {'b': $distinct($append([], 'v'))}])", { a: 1, b: 'v' }],
      ['$states.input.list = null ? null : [$states.input.list]', ['v']],
      ["($list := $append([], 'v'); $list)", 'v'],
      ["$split('a#b', '#')[1]", 'b'],
    ])('gives what %s gives for certain', async (source, expected) => {
      const bindings = { states: { input: { list: ['v'], none: [] } } };
      expect(await unwrapping(source, bindings)).toEqual(expected);
    });
  });

  test('keeps null as a value', async () => {
    expect(await evaluate({ v: '{% $states.input.bar %}' }, { states: { input: { bar: null } } })).toEqual({
      v: null,
    });
  });

  test('fails an expression that gives nothing, by the name of its field', async () => {
    await expect(
      evaluate({ list: [1, '{% $states.input.absent %}'] }, { states: { input: {} } }),
    ).rejects.toMatchObject({
      message:
        "The JSONata expression '$states.input.absent' specified for the field 'Output/list[1]' returned nothing (undefined).",
      location: 'Output/list[1]',
    });
  });

  test('fails with the code of an error in the expression', async () => {
    await expect(evaluate("{% 1 + 'a' %}")).rejects.toThrow(
      /threw an error during evaluation\. T2002: The right side/,
    );
  });

  test.each(['{% $sum %}', '{% function($x) { $x } %}', '{% {"f": $sum} %}'])(
    'does not take the function %s for JSON',
    async (expression) => {
      await expect(evaluate(expression)).rejects.toThrow('returned an unsupported result type');
    },
  );

  test('gives arrays that the next expression sees as plain arrays', async () => {
    const first = await evaluate('{% $states.input.items[price > 1] %}', {
      states: { input: { items: [{ price: 2 }, { price: 3 }] } },
    });
    expect(Reflect.ownKeys(first as object)).toEqual(['0', '1', 'length']);
    expect(await evaluate('{% $type($one) %}', { one: await evaluate('{% [5][] %}') })).toBe('array');
  });

  test('writes numbers that JSON lacks as AWS does', async () => {
    expect(await evaluate('{% [1/0, -1/0] %}')).toEqual(['Infinity', '-Infinity']);
  });

  test('does not mistake a key called __proto__ for the prototype', async () => {
    const value = await evaluate(JSON.parse('{"__proto__": "{% 1 %}"}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":1}');
  });

  test('gives no context item, and no $eval', async () => {
    await expect(evaluate("{% $eval('1') %}")).rejects.toThrow('T1006: Attempted to invoke a non-function');
    await expect(evaluate('{% $nope() %}')).rejects.toThrow('T1006: Attempted to invoke a non-function');
  });
});

import { describe, expect, test } from '@jest/globals';
import { Execution } from '../../../../lambdas/aws/call/payload.ts';
import { TaskFailed } from '../../../../lambdas/shared/errors.ts';
import { ExecutionName } from '../../../../lambdas/shared/runtime/inputs.ts';
import { isPlain, plain, shown, visible } from '../../../../lambdas/shared/runtime/text.ts';
import { validate } from '../../../../lambdas/shared/runtime/validation.ts';

describe('what others wrote', () => {
  test.each([
    ['a line of its own', 'one\r\ntwo', 'one two'],
    ['a colour', '\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['text turned round', 'a\u202egnp.exe', 'a gnp.exe'],
    ['half a character', 'a\ud800', 'a\ufffd'],
    ['a line break that JSON leaves', 'a\u2028b\u0085c', 'a b c'],
  ])('is shown without %s', (_what, text, shown) => {
    expect(isPlain(text)).toBe(false);
    expect(plain(text, 100)).toBe(shown);
    expect(new TaskFailed(text).message).toBe(shown);
    expect(isPlain(JSON.stringify(visible(text)))).toBe(true);
  });

  test('is cut, and not in the middle of a character', () => {
    expect(plain('x'.repeat(11), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(plain(`${'x'.repeat(9)}𝒪y`, 10)).toBe(`${'x'.repeat(9)}\ufffd…`);
    expect(new TaskFailed('x'.repeat(100_000)).message).toHaveLength(4_001);
  });
});

test('a value for a terminal keeps its lines, and nothing in it speaks to the terminal', () => {
  const said = { tag: 'a\u001b[2Jb', list: ['x\u202ey', 7, null], text: 'one\n\ttwo', at: new Date(0) };
  expect(shown(said)).toEqual({ tag: 'a [2Jb', list: ['x y', 7, null], text: 'one\n two', at: new Date(0) });
});

test('a value with thousands of mistakes is refused in few words', () => {
  const given = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}\n`, 1]));
  const checked = validate(ExecutionName, given);
  expect(checked).toEqual({ valid: false, problems: [expect.any(String)] });
  expect(JSON.stringify(checked).length).toBeLessThan(500);
});

test('an execution that a person has named takes its name to AWS as far as AWS allows', () => {
  expect(validate(Execution, "Ann's run.2")).toMatchObject({ valid: false });
  expect(validate(Execution, "Ann's-run.2")).toEqual({ valid: true, value: 'Ann-s-run-2' });
});

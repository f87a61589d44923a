import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { validate } from '../../../../lambdas/shared/runtime/validation.ts';

test.each([
  [
    z.object({ a: z.array(z.object({ b: z.string() })) }),
    { a: [{ b: 'x' }, {}] },
    'a.1.b: must be a string, got nothing',
  ],
  [z.array(z.number()), ['x'], '0: must be a number, got "x"'],
  [z.boolean(), 'yes', 'input: must be true or false, got "yes"'],
  [z.object({ a: z.string() }), { a: [1, 2] }, 'a: must be a string, got a list of 2'],
  [z.object({ a: z.string() }), { a: {} }, 'a: must be a string, got an object'],
  [z.object({ a: z.string() }), { a: null }, 'a: must be a string, got null'],
  [z.enum(['x', 'y']), 'z', 'input: must be "x" or "y", got "z"'],
  [z.string().check(z.minLength(2)), 'a', 'input: must be at least 2 characters long, got "a"'],
  [
    z.array(z.string()).check(z.maxLength(1)),
    ['a', 'b'],
    'input: must be at most 1 items long, got a list of 2',
  ],
  [z.number().check(z.gte(3)), 1, 'input: must be at least 3, got 1'],
  [z.string().check(z.regex(/^a$/)), 'b', 'input: is not acceptable, got "b"'],
  [z.string().check(z.regex(/^a$/, 'must be an a')), 'b', 'input: must be an a, got "b"'],
  [z.number(), 'x'.repeat(500), 'input: must be a number, got 500 characters'],
  [z.object({ constructor: z.string() }), {}, 'constructor: must be a string, got nothing'],
])('a problem says where it is, what is wanted and what was got, %#', (schema, value, problem) => {
  expect(validate(schema, value)).toEqual({ valid: false, problems: [problem] });
});

test('an acceptable value comes back in the form of the schema', () => {
  expect(validate(z.object({ a: z.string() }), { a: 'x', b: 1 })).toEqual({ valid: true, value: { a: 'x' } });
});

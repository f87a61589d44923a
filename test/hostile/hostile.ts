import * as fc from 'fast-check';
import { NamedError } from '../../lambdas/shared/errors.ts';
import { isPlain } from '../../lambdas/shared/runtime/text.ts';

/** A JSON value, as whoever sends it writes it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How often each property is tried. `HOSTILE_RUNS=20000 npm test -- test/hostile` looks longer. */
export const RUNS = Number(process.env.HOSTILE_RUNS ?? 240);

/** A counterexample can be as large as a state: what matters of it is in the message, and its seed brings it back. */
export const SETTINGS: fc.Parameters<[unknown]> = {
  endOnFailure: process.env.HOSTILE_SHRINK === undefined,
  reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
    if (failed) throw new Error(`${String(errorInstance)} (seed ${seed}, path ${counterexamplePath})`);
  },
};

/** Members that every object inherits, or that a careless assignment makes of one. */
const PROTOTYPE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
];

/** Texts that mean something to a log, a terminal, a shell, a template, a path, a filter or a number's reader. */
const TEXTS = [
  '',
  ' ',
  '\n{"level":"INFO","message":"done"}',
  'orders\r\nx-api-key: 1',
  '\u001b[31mred\u001b[0m',
  '\u0000',
  '\u007f\u009b31m',
  '\u2028\u2029\u202egnp.exe',
  '\ud800',
  '\ufeff',
  '٤٤٤٤٥٥٥٥٦٦٦٦',
  '444455556666\n',
  '{% $states.context.Execution.Input %}',
  "' & $eval('1') & '",
  '${jndi:ldap://127.0.0.1/x}',
  '$(id)',
  "'; rm -rf / #",
  '../../etc/passwd',
  '%2e%2e%2f',
  'vpc-0a71e831cb5152c43/../vpc-0b71e831cb5152c43',
  'arn:aws:iam::444455556666:role/x:arn:aws:iam::1:root',
  '*',
  '<script>alert(1)</script>',
  '1e999',
  '-0',
  '9007199254740993',
  '2026-11-20T10:15:30Z\n',
  '+275760-09-13T00:00:00.001Z',
  'not a time',
  'x'.repeat(70_000),
  '\u001b'.repeat(3_000),
  '𝒪'.repeat(2_000),
];

const NUMBERS = [0, -0, -1, 1.5, 2 ** 31, 2 ** 53 + 2, -(2 ** 63), 1e21, 1.7976931348623157e308, 5e-324];

/** So deep that whatever looks at it by recursion comes to the end of its stack. */
export function nested(depth: number): Json {
  return parsed('['.repeat(depth) + ']'.repeat(depth));
}

function parsed(json: string): Json {
  return JSON.parse(json) as Json;
}

export const hostileText = fc.oneof(
  fc.constantFrom(...TEXTS, ...PROTOTYPE_KEYS),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** A value where another one is expected, made again each time: a mutation may change it. */
export const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  { arbitrary: hostileText, weight: 4 },
  { arbitrary: fc.constantFrom(...NUMBERS), weight: 2 },
  {
    arbitrary: fc.constantFrom('null', 'true', 'false', '[]', '{}', '[null]', '[[]]', '[{}]').map(parsed),
    weight: 2,
  },
  {
    arbitrary: fc.constantFrom(...PROTOTYPE_KEYS).map((key) => parsed(`{"${key}":{"polluted":"yes"}}`)),
    weight: 1,
  },
  { arbitrary: fc.constantFrom(200, 20_000).map(nested), weight: 1 },
  {
    arbitrary: fc
      .constantFrom(
        () => Array<Json>(5_000).fill('orders'),
        () => manyMembers(2_000),
      )
      .map((make) => make()),
    weight: 1,
  },
  { arbitrary: fc.json({ maxDepth: 3 }).map(parsed), weight: 2 },
);

/** The sample with one to three of its parts missing, added or replaced. */
export function mutated<T>(sample: T): fc.Arbitrary<unknown> {
  const mutation = fc.record({
    place: fc.nat(),
    how: fc.constantFrom('replace', 'replace', 'drop', 'add', 'whole'),
    value: hostileValue,
    key: hostileText,
  });
  return fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
    // structuredClone would make objects of another realm under Jest.
    let value = parsed(JSON.stringify(sample));
    for (const { place, how, value: other, key } of mutations) {
      const places = findingsIn(value);
      const at = places[place % Math.max(1, places.length)];
      if (!at || (how === 'whole' && place % 10 === 0)) value = other;
      else if (how === 'drop') drop(at);
      else if (how === 'add') withOwn(at.parent, key, other);
      else withOwn(at.parent, at.key, other);
    }
    return value;
  });
}

interface Place {
  parent: Json & object;
  key: string;
}

/** Every member of the value and of what is in it, so far as a sample is deep. */
function findingsIn(value: Json, depth = 0): Place[] {
  if (!(value instanceof Object) || depth > 12) return [];
  const keys = Object.keys(value).slice(0, 60);
  return keys.flatMap((key) => [
    { parent: value, key },
    ...findingsIn((value as Record<string, Json>)[key]!, depth + 1),
  ]);
}

function drop({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** As JSON.parse does it: also `__proto__` becomes a member of its own. */
function withOwn<T extends object>(object: T, key: string, value: Json): T {
  if (Array.isArray(object) && !Object.hasOwn(object, key)) {
    object.push(value);
    return object;
  }
  Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  return object;
}

function manyMembers(count: number): Json {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`member-${index}`, index]));
}

/** The most characters of a message: it becomes the cause of an execution, a line of a log and a mail. */
const LONGEST_MESSAGE = 4_001;

/**
 * What a failure may be: an error of lambdas/shared/errors.ts, whose message is one short line of visible text.
 * @returns what is wrong with it, or null
 */
export function faultOf(error: unknown): string | null {
  if (!(error instanceof NamedError))
    return `an error without a name: ${(error as Error)?.stack ?? String(error)}`;
  const { name, message } = error;
  if (!isPlain(name) || name.length > 81) return `its name: ${JSON.stringify(name)}`;
  if (!isPlain(message)) return `its message is not plain: ${name}: ${JSON.stringify(message)}`;
  return message.length > LONGEST_MESSAGE ? `its message has ${message.length} characters: ${name}` : null;
}

/** What is wrong with lines of a log, or null. */
export function faultOfLog(lines: readonly string[]): string | null {
  const wrong = lines.find(
    (line) => !line.endsWith('\n') || !isPlain(line.slice(0, -1)) || line.length > 30_000,
  );
  return wrong === undefined ? null : `a line of the log: ${JSON.stringify(wrong.slice(0, 2_000))}`;
}

/** Fails with these words, if there are any: a comparison of whole counterexamples takes minutes to print. */
export function mustBeNull(fault: string | null): void {
  if (fault !== null) throw new Error(fault.slice(0, 3_000));
}

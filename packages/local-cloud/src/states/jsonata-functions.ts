import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../clock.ts';
import { javaRandom } from './java-random.ts';
import { LimitExceeded, MEMORY_EXCEEDED } from './jsonata-limits.ts';
import type { Random } from './random.ts';

const ALGORITHMS = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** AWS refuses a longer range for want of memory. */
const MAX_RANGE = 360_145;

const formatTime = jsonata('$fromMillis($time, $picture, $timezone)');

/**
 * What Step Functions adds to JSONata or has its own version of, as measured on AWS. A number that is not whole is
 * rounded towards zero. What gives nothing fails the field that the expression is in.
 */
export function addFunctions(expression: jsonata.Expression, clock: Clock, random: Random): void {
  const add = (name: string, parameters: number, work: (...given: unknown[]) => unknown) => {
    const checked = (...given: unknown[]) => {
      const surplus = given[parameters] !== undefined;
      if (surplus) throw mismatch(name, parameters + 1);
      return work(...given);
    };
    // $map and its like give a function as many arguments as it declares.
    Object.defineProperty(checked, 'length', { value: parameters });
    expression.registerFunction(name, checked);
  };

  add('partition', 2, (array, size) => {
    if (array === undefined) return undefined;
    if (!Array.isArray(array)) {
      throw failure('T0412', { index: 1, token: 'partition' });
    }
    if (array.length === 0) return undefined;
    if (size === undefined) return [array];
    const chunk = whole(size, 'partition', 2);
    if (chunk < 0) throw failure('D3137', { message: 'Second argument must be zero or greater' });
    if (chunk === 0) return undefined;
    return Array.from({ length: Math.ceil(array.length / chunk) }, (_, index) =>
      array.slice(index * chunk, (index + 1) * chunk),
    );
  });

  add('range', 3, (start, end, step) => {
    const first = whole(start, 'range', 1);
    const last = whole(end, 'range', 2);
    if (step === undefined) return undefined;
    const by = whole(step, 'range', 3);
    if (by === 0 || (last - first) * by < 0) return undefined;
    const length = Math.floor((last - first) / by) + 1;
    if (length > MAX_RANGE) throw new LimitExceeded(MEMORY_EXCEEDED);
    return length === 1 ? first : Array.from({ length }, (_, index) => first + index * by);
  });

  add('hash', 2, (text, algorithm) => {
    if (typeof text !== 'string') throw mismatch('hash', 1);
    if (algorithm === undefined) return undefined;
    if (typeof algorithm !== 'string') throw mismatch('hash', 2);
    const name = ALGORITHMS.get(algorithm);
    if (name !== undefined) return createHash(name).update(text).digest('hex');
    const message = `Hash algorithm '${algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`;
    throw failure('D3137', { message });
  });

  add('random', 1, (seed) => (seed === undefined ? random.next() : javaRandom(whole(seed, 'random', 1))));

  add('uuid', 0, () => random.uuid());

  add('parse', 1, (text) => {
    if (text === undefined) return undefined;
    if (typeof text !== 'string') throw mismatch('parse', 1);
    try {
      return parseStrictly(text);
    } catch {
      throw failure('D3137', { message: 'Invalid JSON' });
    }
  });

  expression.registerFunction('millis', () => clock.now());

  expression.registerFunction('now', (picture: unknown, timezone: unknown) =>
    formatTime.evaluate(undefined, { time: clock.now(), picture, timezone }),
  );
}

function whole(value: unknown, name: string, index: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch(name, index);
  return Math.trunc(value);
}

/** AWS takes neither a name twice in one object nor a number that is too large for a double. */
function parseStrictly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (namesTwice(text)) throw new SyntaxError('A name is there twice.');
  checkFinite(value);
  return value;
}

function namesTwice(text: string): boolean {
  const names: (Set<string> | undefined)[] = [];
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{') names.push(new Set());
    else if (token === '[') names.push(undefined);
    else if (token === '}' || token === ']') names.pop();
    else if (colon !== undefined) {
      const own = names.at(-1)!;
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      if (own.has(name)) return true;
      own.add(name);
    }
  }
  return false;
}

function checkFinite(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('The number is too large.');
  if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) checkFinite(member);
}

function mismatch(name: string, index: number): Error {
  return failure('T0410', { index, token: name });
}

/** An error of JSONata, which writes its message by the code. */
function failure(code: string, parts: { index?: number; token?: string; message?: string }): Error {
  return Object.assign(new Error(), { code, ...parts });
}

import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../clock.ts';
import { Random } from './random.ts';

/** The functions of JSONata 2.0.6 that Step Functions offers: all but `$eval` ("Transforming data with JSONata"). */
const OWN =
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
  'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round ' +
  'abs sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge ' +
  'reverse each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
  'decodeUrlComponent decodeUrl toMillis fromMillis clone now millis';
const ADDED = 'partition range hash uuid parse';

/** The names a definition may call. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(`${OWN} ${ADDED}`.split(' '));

const ALGORITHMS = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** AWS refuses a longer range as too much memory for one expression. */
const MAX_RANGE = 360_145;

const formatTime = jsonata('$fromMillis($time, $picture, $timezone)');

/**
 * What Step Functions adds to JSONata or has its own version of. A number that is not whole is rounded towards
 * zero; an argument that makes no sense gives nothing, and so fails the field that the expression is in.
 */
export function addFunctions(expression: jsonata.Expression, clock: Clock, random: Random): void {
  expression.registerFunction('partition', (array: unknown, size: unknown) => {
    if (array === undefined || size === undefined) return undefined;
    const items = Array.isArray(array) ? array : [array];
    const chunk = Math.trunc(numberOf(size, 'partition', 2));
    if (chunk < 1 || items.length === 0) return undefined;
    return Array.from({ length: Math.ceil(items.length / chunk) }, (_, index) =>
      items.slice(index * chunk, (index + 1) * chunk),
    );
  });

  expression.registerFunction('range', (start: unknown, end: unknown, step: unknown) => {
    if (start === undefined || end === undefined || step === undefined) return undefined;
    const first = Math.trunc(numberOf(start, 'range', 1));
    const last = Math.trunc(numberOf(end, 'range', 2));
    const by = Math.trunc(numberOf(step, 'range', 3));
    if (by === 0 || (last - first) * by < 0) return undefined;
    const length = Math.floor((last - first) / by) + 1;
    if (length > MAX_RANGE) throw failure('D2014', 'Expression evaluation memory limit exceeded');
    return length === 1 ? first : Array.from({ length }, (_, index) => first + index * by);
  });

  expression.registerFunction('hash', (text: unknown, algorithm: unknown) => {
    if (text === undefined || algorithm === undefined) return undefined;
    const name = typeof algorithm === 'string' ? ALGORITHMS.get(algorithm) : undefined;
    if (name === undefined) throw mismatch('hash', 2);
    if (typeof text !== 'string') throw mismatch('hash', 1);
    return createHash(name).update(text).digest('hex');
  });

  expression.registerFunction('random', (seed: unknown) =>
    seed === undefined ? random.next() : new Random(Math.trunc(numberOf(seed, 'random', 1))).next(),
  );

  expression.registerFunction('uuid', () => random.uuid());

  expression.registerFunction('parse', (text: unknown) => {
    if (text === undefined) return undefined;
    if (typeof text !== 'string') throw mismatch('parse', 1);
    try {
      return JSON.parse(text);
    } catch {
      throw failure('D3120', 'The argument of function "parse" is not valid JSON');
    }
  });

  expression.registerFunction('millis', () => clock.now());

  expression.registerFunction('now', (picture: unknown, timezone: unknown) =>
    formatTime.evaluate(undefined, { time: clock.now(), picture, timezone }),
  );
}

function numberOf(value: unknown, name: string, index: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch(name, index);
  return value;
}

function mismatch(name: string, index: number): Error {
  return failure('T0410', `Argument ${index} of function "${name}" does not match function signature`);
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

import * as z from 'zod/mini';
import { plain } from './text.ts';

/** Values longer than this are described and not repeated. */
const LONGEST_ECHO = 60;
/** A value can have thousands of mistakes; these many say enough, in so many characters each. */
const MAX_PROBLEMS = 10;
const LONGEST_PROBLEM = 300;

const TYPES = new Map<string, string>([
  ['string', 'a string'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** Either the value in the schema's output form, or what is wrong with it. */
export type Validation<T> = { valid: true; value: T } | { valid: false; problems: string[] };

/**
 * Checks `value` against `schema` and reports all problems at once. A problem reads
 * `connection.region: must be a string, got 5`.
 */
export function validate<S extends z.ZodMiniType>(schema: S, value: unknown): Validation<z.output<S>> {
  const result = z.safeParse(schema, value, { error: explain });
  if (result.success) return { valid: true, value: result.data };
  const { issues } = result.error;
  const problems = issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) =>
      plain(`${pathOf(path)}: ${message}, got ${got(valueAt(value, path))}`, LONGEST_PROBLEM),
    );
  if (issues.length > MAX_PROBLEMS) problems.push(`${issues.length - MAX_PROBLEMS} more problems`);
  return { valid: false, problems };
}

/** `zod/mini` comes without messages; a schema's own message goes before these. */
function explain(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'unrecognized_keys':
      return `has no such field as ${issue.keys.join(', ')}`;
    default:
      return 'is not acceptable';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' items long' : '';
}

function pathOf(path: PropertyKey[]): string {
  return path.length > 0 ? path.map(String).join('.') : 'input';
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce(
    (at: unknown, key) => (at instanceof Object && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );
}

function got(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Object) return 'an object';
  const text = JSON.stringify(value);
  return text.length > LONGEST_ECHO ? `${text.length - 2} characters` : text;
}

import { InvalidPattern } from './invalid-pattern.ts';
import { isOperatorName, type Scalar, type Test, testOf } from './operators.ts';

/** An event pattern, ready to be compared with events. */
export interface Pattern {
  matches(event: object): boolean;
}

/** Whether one object of an event fulfils a part of a pattern. `event` is the whole of it. */
type Matcher = (object: Record<string, unknown>, event: object) => boolean;

const longestPattern = 4096;

/**
 * Compiles an event pattern, as the EventBridge User Guide documents in "Event patterns" and "Comparison
 * operators": fields are joined by AND, the values of a field by OR, `$or` joins alternatives, and a field of an
 * event that is an array matches if one of its elements does. Fields of objects in one array must be fulfilled
 * by one and the same element.
 *
 * Numbers are compared as numbers: AWS compares their text, so that there 300 is not 3.0e2.
 *
 * @throws InvalidPattern for what EventBridge would not accept, unknown operators among it
 */
export function compilePattern(json: string): Pattern {
  if (json.length > longestPattern)
    throw new InvalidPattern(`It is longer than ${longestPattern} characters`);
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch (error) {
    throw new InvalidPattern(`Filter is not valid JSON: ${(error as Error).message}`);
  }
  if (!isObject(pattern)) throw new InvalidPattern('Filter is not an object');
  const matcher = compileObject(pattern, []);
  return { matches: (event) => isObject(event) && matcher(event, event) };
}

function compileObject(pattern: Record<string, unknown>, path: string[]): Matcher {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new InvalidPattern('Empty objects are not allowed');
  const matchers = fields.map(([name, value]) =>
    name === '$or' && isAlternatives(value) ? compileOr(value, path) : compileField(name, value, path),
  );
  return (object, event) => matchers.every((matches) => matches(object, event));
}

/** With an operator's name among the fields, AWS takes `$or` for an ordinary field. */
function isAlternatives(value: unknown): value is Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((alternative) => isObject(alternative) && !Object.keys(alternative).some(isOperatorName))
  );
}

function compileOr(alternatives: Record<string, unknown>[], path: string[]): Matcher {
  const matchers = alternatives.map((alternative) => compileObject(alternative, path));
  return (object, event) => matchers.some((matches) => matches(object, event));
}

function compileField(name: string, value: unknown, path: string[]): Matcher {
  const fieldPath = [...path, name];
  if (Array.isArray(value)) return compileLeaf(name, value, fieldPath);
  if (!isObject(value)) throw new InvalidPattern(`"${name}" must be an object or an array`);
  const matches = compileObject(value, fieldPath);
  return (object, event) => {
    const inner = fieldOf(object, name);
    const objects = Array.isArray(inner) ? flatten(inner).filter(isObject) : [inner];
    // A field that is absent can still fulfil a pattern that asks for absence.
    if (objects.length === 0) return matches({}, event);
    return objects.some((candidate) => matches(isObject(candidate) ? candidate : {}, event));
  };
}

function compileLeaf(name: string, values: unknown[], path: string[]): Matcher {
  if (values.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  const tests = values.map((value): Test | 'absent' => testOf(value));
  const wantsAbsence = tests.includes('absent');
  const present = tests.filter((test) => test !== 'absent');
  return (object, event) => {
    const scalars = scalarsOf(fieldOf(object, name));
    if (scalars.some((scalar) => present.some((matches) => matches(scalar)))) return true;
    return wantsAbsence && !hasLeaf(event, path);
  };
}

/** Whether the path leads to a value that is not an object, through whatever elements of arrays. */
function hasLeaf(value: unknown, path: string[]): boolean {
  if (Array.isArray(value) && path.length > 0) return value.some((element) => hasLeaf(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return scalarsOf(value).length > 0;
  return isObject(value) && hasLeaf(fieldOf(value, name), rest);
}

/** The value if it is a leaf, or those of an array's elements that are. */
function scalarsOf(value: unknown): Scalar[] {
  if (Array.isArray(value)) return flatten(value).filter(isScalar);
  return isScalar(value) ? [value] : [];
}

function flatten(values: unknown[]): unknown[] {
  return values.flat(Number.POSITIVE_INFINITY);
}

function fieldOf(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

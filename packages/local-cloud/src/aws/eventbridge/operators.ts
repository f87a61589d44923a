import { addressOf, inRange, networkOf } from './addresses.ts';
import { InvalidPattern } from './invalid-pattern.ts';
import { PatternNumber } from './pattern-json.ts';
import { meetsWildcards, tokensOf } from './wildcards.ts';

/** A leaf of an event. */
export type Scalar = string | number | boolean | null;

/** One of the tests of which a field must pass one. */
export interface Test {
  /** Whether it asks that the field is absent. Then it matches no value. */
  absence?: true;
  matches(value: Scalar): boolean;
  /** The tokens of its wildcard patterns. */
  wildcards?: (string | undefined)[][];
}

const operators = new Map<string, (argument: unknown) => Test>([
  ['exactly', (argument) => equal(text('exact', argument))],
  ['prefix', (argument) => affix('prefix', argument)],
  ['suffix', (argument) => affix('suffix', argument)],
  ['equals-ignore-case', (argument) => ignoringCase(text('equals-ignore-case', argument))],
  ['wildcard', (argument) => wildcard(text('wildcard', argument))],
  ['anything-but', anythingBut],
  ['numeric', numeric],
  ['cidr', (argument) => inNetwork(networkOf(text('prefix', argument)))],
  ['exists', exists],
]);

/**
 * The test that one element of a pattern's array makes, in the words of aws/event-ruler (`JsonRuleCompiler`).
 *
 * @throws InvalidPattern
 */
export function testOf(element: unknown): Test {
  if (Array.isArray(element)) {
    throw new InvalidPattern('Match value must be String, number, true, false, or null');
  }
  if (element instanceof PatternNumber) return { matches: (value) => value === Number(element.text) };
  if (typeof element === 'string') return equal(element);
  if (typeof element !== 'object' || element === null) return { matches: (value) => value === element };
  const [name, argument] = first(element, 'Match expression name not found');
  const operator = operators.get(name);
  if (!operator) throw new InvalidPattern(`Unrecognized match type ${name}`);
  const test = operator(argument);
  onlyOne(element, name);
  return test;
}

function first(expression: object, otherwise: string): [string, unknown] {
  const entry = Object.entries(expression)[0];
  if (!entry) throw new InvalidPattern(otherwise);
  return entry;
}

function onlyOne(expression: object, operator: string): void {
  if (Object.keys(expression).length === 1) return;
  const numbers = operator === 'numeric' || operator === 'anything-but';
  throw new InvalidPattern(
    numbers ? 'Too many elements in numeric expression' : 'Only one key allowed in match expression',
  );
}

function text(operator: string, argument: unknown): string {
  if (typeof argument !== 'string') throw new InvalidPattern(`${operator} match pattern must be a string`);
  return argument;
}

/** Only strings can pass, which AWS compares with their quotation marks. */
function onQuoted(matches: (quoted: string) => boolean): Test {
  return { matches: (value) => typeof value === 'string' && matches(`"${value}"`) };
}

/** An address equals an address, however they are written. */
function equal(wanted: string): Test {
  const digits = addressOf(wanted);
  if (digits !== undefined) return inNetwork({ first: digits, last: digits });
  return { matches: (value) => value === wanted };
}

function inNetwork(range: { first: string; last: string }): Test {
  return {
    matches: (value) => {
      const digits = typeof value === 'string' ? addressOf(value) : undefined;
      return digits !== undefined && inRange(digits, range);
    },
  };
}

function ignoringCase(wanted: string): Test {
  const expression = new RegExp(`^"${eitherCase(wanted)}"$`);
  return onQuoted((quoted) => expression.test(quoted));
}

/** `prefix` and `suffix` take a string or `{"equals-ignore-case": string}`. */
function affix(operator: 'prefix' | 'suffix', argument: unknown): Test {
  const isPrefix = operator === 'prefix';
  if (typeof argument === 'object' && argument !== null && isPlain(argument)) {
    const title = isPrefix ? 'Prefix' : 'Suffix';
    const [name, inner] = first(argument, `${title} expression name not found`);
    if (name !== 'equals-ignore-case') throw new InvalidPattern(`Unsupported ${operator} pattern: ${name}`);
    const wanted = eitherCase(text('equals-ignore-case', inner));
    onlyOne(argument, operator);
    const expression = new RegExp(isPrefix ? `^"${wanted}` : `${wanted}"$`);
    return onQuoted((quoted) => expression.test(quoted));
  }
  return literalAffix(operator, text(operator, argument));
}

function literalAffix(operator: 'prefix' | 'suffix', wanted: string): Test {
  return operator === 'prefix'
    ? onQuoted((quoted) => quoted.startsWith(`"${wanted}`))
    : onQuoted((quoted) => quoted.endsWith(`${wanted}"`));
}

/**
 * A regular expression for the text with each character in lower or upper case. AWS takes the text by UTF-16 units,
 * and half of a surrogate pair becomes a question mark.
 */
function eitherCase(wanted: string): string {
  const units = wanted.split('').map((unit) => {
    if (/[\ud800-\udfff]/.test(unit)) return '\\?';
    const lower = RegExp.escape(unit.toLowerCase());
    const upper = RegExp.escape(unit.toUpperCase());
    return lower === upper ? lower : `(?:${lower}|${upper})`;
  });
  return units.join('');
}

function wildcard(pattern: string): Test {
  const tokens = tokensOf(pattern);
  return {
    matches: (value) => typeof value === 'string' && meetsWildcards(value, tokens),
    wildcards: [tokens],
  };
}

function anythingBut(argument: unknown): Test {
  const refused = refusedBy(argument);
  const test: Test = { matches: (value) => !refused.some((each) => each.matches(value)) };
  const wildcards = refused.flatMap((each) => each.wildcards ?? []);
  return wildcards.length > 0 ? { ...test, wildcards } : test;
}

function refusedBy(argument: unknown): Test[] {
  if (typeof argument === 'object' && argument !== null && isPlain(argument))
    return refusedByOperator(argument);
  const isList = Array.isArray(argument);
  const values: unknown[] = isList ? argument : [argument];
  const strings = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => value instanceof PatternNumber);
  if (strings.length + numbers.length < values.length) {
    throw new InvalidPattern(
      isList
        ? 'Inside anything but list, start|null|boolean is not supported.'
        : 'Value of anything-but must be an array or single string/number value.',
    );
  }
  if (strings.length > 0 === numbers.length > 0) {
    throw new InvalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  const wanted = new Set<Scalar>([...strings, ...numbers.map(comparable)]);
  return [{ matches: (value) => wanted.has(value) }];
}

const nestedOperators = new Map<string, { make: (wanted: string) => Test; refusal: string }>([
  [
    'equals-ignore-case',
    {
      make: ignoringCase,
      refusal: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    },
  ],
  ['prefix', { make: (wanted) => nestedAffix('prefix', wanted), refusal: affixRefusal() }],
  ['suffix', { make: (wanted) => nestedAffix('suffix', wanted), refusal: affixRefusal() }],
  ['wildcard', { make: wildcard, refusal: 'wildcard match pattern must be a string' }],
]);

function affixRefusal(): string {
  return 'prefix/suffix match pattern must be a string';
}

function nestedAffix(operator: 'prefix' | 'suffix', wanted: string): Test {
  if (wanted === '') throw new InvalidPattern('Null prefix/suffix not allowed');
  return literalAffix(operator, wanted);
}

function refusedByOperator(argument: object): Test[] {
  const [name, inner] = first(argument, 'Anything-But expression name not found');
  const nested = nestedOperators.get(name);
  if (!nested) throw new InvalidPattern(`Unsupported anything-but pattern: ${name}`);
  const isValue = typeof inner === 'string' || inner instanceof PatternNumber || Array.isArray(inner);
  if (!isValue) {
    throw new InvalidPattern('Value of anything-but must be an array or single string/number value.');
  }
  const values: unknown[] = Array.isArray(inner) ? inner : [inner];
  // AWS fails here with an internal error.
  if (values.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  const tests = values.map((value) => {
    if (typeof value !== 'string') throw new InvalidPattern(nested.refusal);
    return nested.make(value);
  });
  onlyOne(argument, 'anything-but');
  return tests;
}

const comparisons = new Map<unknown, (value: number, limit: number) => boolean>([
  ['=', (value, limit) => value === limit],
  ['<', (value, limit) => value < limit],
  ['<=', (value, limit) => value <= limit],
  ['>', (value, limit) => value > limit],
  ['>=', (value, limit) => value >= limit],
]);

/**
 * One comparison, or a lower limit followed by an upper one. The User Guide says that numbers reach from -5e9 to
 * 5e9; AWS has taken all that a double can hold since aws/event-ruler 1.8.
 */
function numeric(argument: unknown): Test {
  if (!Array.isArray(argument)) throw new InvalidPattern('Value of numeric must be an array.');
  const [sign, limit, upperSign, upperLimit, ...rest] = argument;
  if (typeof sign !== 'string') {
    throw new InvalidPattern(`Invalid member in numeric match: ${written(sign, argument.length === 0)}`);
  }
  const compare = comparisons.get(sign);
  if (!compare) throw new InvalidPattern(`Unrecognized numeric range operator: ${sign}`);
  if (!(limit instanceof PatternNumber)) {
    throw new InvalidPattern(`Value of ${sign === '=' ? 'equals' : sign} must be numeric`);
  }
  if (argument.length === 2) {
    const only = comparable(limit);
    return onNumber((value) => compare(value, only));
  }
  if (!sign.startsWith('>')) throw new InvalidPattern('Too many elements in numeric expression');
  if (typeof upperSign !== 'string') {
    throw new InvalidPattern(`Bad value in numeric range: ${written(upperSign, false)}`);
  }
  if (!upperSign.startsWith('<') || !comparisons.has(upperSign)) {
    throw new InvalidPattern(`Bad numeric range operator: ${upperSign}`);
  }
  if (!(upperLimit instanceof PatternNumber))
    throw new InvalidPattern(`Value of ${upperSign} must be numeric`);
  if (rest.length > 0) throw new InvalidPattern('Too many terms in numeric range expression');
  const lower = comparable(limit);
  const upper = comparable(upperLimit);
  if (lower >= upper) throw new InvalidPattern('Bottom must be less than top');
  const compareUpper = comparisons.get(upperSign)!;
  return onNumber((value) => compare(value, lower) && compareUpper(value, upper));
}

function onNumber(matches: (value: number) => boolean): Test {
  return { matches: (value) => typeof value === 'number' && matches(value) };
}

/** What stands where an operator should, as AWS repeats it. */
function written(element: unknown, ended: boolean): string {
  if (ended) return ']';
  if (element instanceof PatternNumber) return element.text;
  if (Array.isArray(element)) return '[';
  return typeof element === 'object' && element !== null ? '{' : String(element);
}

function comparable(number: PatternNumber): number {
  if (number.value === undefined) throw new InvalidPattern(`Cannot compare number : ${number.text}`);
  return number.value;
}

function exists(argument: unknown): Test {
  if (typeof argument !== 'boolean') {
    throw new InvalidPattern('exists match pattern must be either true or false.');
  }
  return argument ? { matches: () => true } : { absence: true, matches: () => false };
}

function isPlain(value: object): boolean {
  return !Array.isArray(value) && !(value instanceof PatternNumber);
}

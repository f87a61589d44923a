import { BlockList, isIP } from 'node:net';
import { InvalidPattern } from './invalid-pattern.ts';

/** A leaf of an event. */
export type Scalar = string | number | boolean | null;

export type Test = (value: Scalar) => boolean;

/** Numeric comparisons reach from -5e9 to 5e9 (EventBridge User Guide, "Numeric matching"). */
const largestNumber = 5e9;

const operators = new Map<string, (argument: unknown) => Test | 'absent'>([
  ['prefix', (argument) => affix('prefix', argument, false)],
  ['suffix', (argument) => affix('suffix', argument, false)],
  ['equals-ignore-case', (argument) => ignoringCase(text('equals-ignore-case', argument))],
  ['wildcard', (argument) => wildcard(text('wildcard', argument))],
  ['anything-but', anythingBut],
  ['numeric', numeric],
  ['cidr', cidr],
  ['exists', exists],
]);

/** Whether a field of that name means a comparison. */
export function isOperatorName(name: string): boolean {
  return operators.has(name);
}

/**
 * The test that one element of a pattern's array makes; `absent` for `{"exists": false}`, which is not a test of
 * a value.
 *
 * @throws InvalidPattern
 */
export function testOf(element: unknown): Test | 'absent' {
  if (Array.isArray(element)) throw new InvalidPattern('Arrays within arrays are not allowed');
  if (typeof element !== 'object' || element === null) return (value) => value === element;
  const [name, argument] = only(element);
  const operator = operators.get(name);
  if (!operator) throw new InvalidPattern(`Unrecognized match type ${name}`);
  return operator(argument);
}

function only(expression: object): [string, unknown] {
  const entries = Object.entries(expression);
  if (entries.length !== 1) throw new InvalidPattern('Only one key allowed in match expression');
  return entries[0]!;
}

function text(operator: string, argument: unknown): string {
  if (typeof argument !== 'string') throw new InvalidPattern(`${operator} match pattern must be a string`);
  return argument;
}

/** Only strings can pass. */
function onString(test: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

function ignoringCase(wanted: string): Test {
  const lowerCased = wanted.toLowerCase();
  return onString((value) => value.toLowerCase() === lowerCased);
}

/** `prefix` and `suffix` take a string or `{"equals-ignore-case": string}`; inside `anything-but` a list, too. */
function affix(operator: 'prefix' | 'suffix', argument: unknown, listAllowed: boolean): Test {
  const meets = (value: string, wanted: string) =>
    operator === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted);
  if (listAllowed && Array.isArray(argument)) return any(argument.map((one) => affix(operator, one, false)));
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [name, inner] = only(argument);
    if (name !== 'equals-ignore-case') throw new InvalidPattern(`Unsupported ${operator} pattern: ${name}`);
    const lowerCased = text(operator, inner).toLowerCase();
    return onString((value) => meets(value.toLowerCase(), lowerCased));
  }
  const wanted = text(operator, argument);
  return onString((value) => meets(value, wanted));
}

/** `*` stands for any characters; a backslash takes away its meaning, and its own. */
function wildcard(pattern: string): Test {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern)) {
    throw new InvalidPattern('Consecutive wildcard characters are not allowed');
  }
  const parts = [''];
  for (let index = 0; index < pattern.length; index++) {
    let character = pattern[index]!;
    if (character === '*') {
      parts.push('');
      continue;
    }
    if (character === '\\') {
      index += 1;
      character = pattern[index] ?? '';
      if (character !== '*' && character !== '\\') throw new InvalidPattern('Invalid escape character');
    }
    parts[parts.length - 1] += character;
  }
  return onString((value) => meetsParts(value, parts));
}

/** Looks for the parts one after the other; a regular expression could take very long with many wildcards. */
function meetsParts(value: string, parts: string[]): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) {
    return false;
  }
  let position = first.length;
  const end = value.length - last.length;
  for (const part of others) {
    const found = value.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

function anythingBut(argument: unknown): Test {
  const refused = refusedBy(argument);
  return (value) => !refused(value);
}

function refusedBy(argument: unknown): Test {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [name, inner] = only(argument);
    if (name === 'prefix' || name === 'suffix') return affix(name, inner, true);
    if (name !== 'equals-ignore-case' && name !== 'wildcard') {
      throw new InvalidPattern(`Unsupported anything-but pattern: ${name}`);
    }
    const make = name === 'wildcard' ? wildcard : ignoringCase;
    return any(nonEmpty(inner).map((one) => make(text(name, one))));
  }
  const values = nonEmpty(argument);
  const kinds = new Set(values.map((value) => typeof value));
  const kind = [...kinds][0]!;
  if (kinds.size !== 1 || !['string', 'number'].includes(kind)) {
    throw new InvalidPattern('Inside anything but list, either all values are number or string');
  }
  return (value) => values.includes(value);
}

function nonEmpty(argument: unknown): unknown[] {
  const values = Array.isArray(argument) ? argument : [argument];
  if (values.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  return values;
}

function any(tests: Test[]): Test {
  if (tests.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  return (value) => tests.some((test) => test(value));
}

const comparisons = new Map<unknown, (value: number, limit: number) => boolean>([
  ['=', (value, limit) => value === limit],
  ['<', (value, limit) => value < limit],
  ['<=', (value, limit) => value <= limit],
  ['>', (value, limit) => value > limit],
  ['>=', (value, limit) => value >= limit],
]);

/** One comparison, or a lower limit followed by an upper one. */
function numeric(argument: unknown): Test {
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) {
    throw new InvalidPattern('Value of numeric must be an array of one or two comparisons');
  }
  const [lowerSign, lower, upperSign, upper] = argument;
  const tests = [comparison(lowerSign, lower)];
  if (argument.length === 4) {
    if (!/^>=?$/.test(lowerSign) || !/^<=?$/.test(upperSign) || !(lower < upper)) {
      throw new InvalidPattern('Bottom must be less than top');
    }
    tests.push(comparison(upperSign, upper));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function comparison(sign: unknown, limit: unknown): (value: number) => boolean {
  const compare = comparisons.get(sign);
  if (!compare) throw new InvalidPattern(`Unrecognized numeric range operator: ${sign}`);
  if (typeof limit !== 'number' || Math.abs(limit) > largestNumber) {
    throw new InvalidPattern(`Value of ${sign} must be numeric, from -5.0e9 to 5.0e9`);
  }
  return (value) => compare(value, limit);
}

function cidr(argument: unknown): Test {
  const [address = '', bits = '', ...rest] = text('cidr', argument).split('/');
  const version = isIP(address);
  const largest = version === 6 ? 128 : 32;
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > largest) {
    throw new InvalidPattern('Malformed CIDR, one of [address]/[bits] is expected');
  }
  const block = new BlockList();
  block.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  return onString((value) => isIP(value) === version && block.check(value, version === 6 ? 'ipv6' : 'ipv4'));
}

function exists(argument: unknown): Test | 'absent' {
  if (typeof argument !== 'boolean')
    throw new InvalidPattern('exists match pattern must be either true or false');
  return argument ? () => true : 'absent';
}

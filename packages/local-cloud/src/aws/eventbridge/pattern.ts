import { InvalidPattern } from './invalid-pattern.ts';
import { joined, type Leaf, leavesOf, type Places, together } from './leaves.ts';
import { type Test, testOf } from './operators.ts';
import { PatternNumber, parsePattern } from './pattern-json.ts';
import { checkComplexity } from './wildcards.ts';

/** An event pattern, ready to be compared with events. */
export interface Pattern {
  matches(event: object): boolean;
}

/** The tests of each path. An event must pass one test of each. */
type Branch = ReadonlyMap<string, Test[]>;

const longestPattern = 4096;
const mostBranches = 1000;

/** Names that a field within `$or` must not have (aws/event-ruler, `Constants`). */
const reservedNames = new Set(
  (
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex ' +
    'not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before ' +
    'in-date-range ip-address-in-range ip-address-not-in-range'
  ).split(' '),
);

/**
 * Compiles an event pattern as EventBridge does, which uses the library aws/event-ruler: fields are joined by AND,
 * the values of a field by OR, `$or` joins alternatives, and a field of an event that is an array matches if one of
 * its elements does. Fields of objects in one array must be fulfilled by one and the same element. A path that is
 * written twice has the tests that come last, within `$or` and outside of it.
 *
 * @throws InvalidPattern
 */
export function compilePattern(json: string): Pattern {
  if (json.length > longestPattern)
    throw new InvalidPattern(`It is longer than ${longestPattern} characters`);
  const pattern = parsePattern(json);
  if (!isObject(pattern)) throw new InvalidPattern('Filter is not an object');
  const branches = branchesOf(pattern);
  if (branches.length > mostBranches) {
    throw new InvalidPattern(`Event pattern contains more than ${mostBranches} rule combinations`);
  }
  checkWildcards(branches);
  const sorted = branches.map((branch) => [...branch].sort(([one], [other]) => (one < other ? -1 : 1)));
  return {
    matches: (event) => {
      if (!isObject(event)) return false;
      const leaves = leavesOf(event);
      return sorted.some((fields) => meets(fields, leaves, new Map()));
    },
  };
}

/** Where `$or` does not list alternatives, AWS takes it for the name of a field, as before it knew `$or`. */
function branchesOf(pattern: Record<string, unknown>): Branch[] {
  try {
    return compileObject(pattern, [new Map()], { withOr: true, inOr: false });
  } catch (error) {
    try {
      return compileObject(pattern, [new Map()], { withOr: false, inOr: false });
    } catch {
      throw error;
    }
  }
}

interface Position {
  path?: string;
  /** Whether `$or` lists alternatives. */
  withOr: boolean;
  inOr: boolean;
}

function compileObject(object: Record<string, unknown>, branches: Branch[], position: Position): Branch[] {
  const fields = Object.entries(object);
  if (fields.length === 0) throw new InvalidPattern('Empty objects are not allowed');
  return fields.reduce((known, [name, value]) => compileField(name, value, known, position), branches);
}

function compileField(name: string, value: unknown, branches: Branch[], position: Position): Branch[] {
  if (name === '$or' && position.withOr) return compileOr(value, branches, position);
  if (position.inOr && reservedNames.has(name)) {
    throw new InvalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
  }
  const path = joined(position.path, name);
  if (isObject(value)) return compileObject(value, branches, { ...position, path });
  if (!Array.isArray(value)) throw new InvalidPattern(`"${name}" must be an object or an array`);
  const tests = value.map(testOf);
  if (tests.length === 0) throw new InvalidPattern('Empty arrays are not allowed');
  return branches.map((branch) => new Map(branch).set(path, tests));
}

function compileOr(alternatives: unknown, branches: Branch[], position: Position): Branch[] {
  if (!Array.isArray(alternatives)) throw new InvalidPattern('It must be an Array followed with $or.');
  const compiled = alternatives.flatMap((alternative) => {
    if (!isObject(alternative)) {
      throw new InvalidPattern('Only JSON object is allowed in array of $or relationship.');
    }
    return compileObject(alternative, branches, { ...position, inOr: true });
  });
  if (alternatives.length < 2) {
    throw new InvalidPattern('There must have at least 2 Objects in $or relationship.');
  }
  return compiled;
}

/** Branches share the comparison of a field if the fields that are compared before it are the same. */
function checkWildcards(branches: Branch[]): void {
  const compared = new Map<string, Map<string, (string | undefined)[]>>();
  const identities = new Map<Test[], number>();
  const identityOf = (tests: Test[]) => {
    if (!identities.has(tests)) identities.set(tests, identities.size);
    return identities.get(tests);
  };
  for (const branch of branches) {
    let before = '';
    for (const [path, tests] of [...branch].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const key = JSON.stringify([before, path]);
      const patterns = compared.get(key) ?? new Map<string, (string | undefined)[]>();
      for (const tokens of tests.flatMap((test) => test.wildcards ?? [])) {
        patterns.set(JSON.stringify(tokens), tokens);
      }
      compared.set(key, patterns);
      before = `${key}${identityOf(tests)}`;
    }
  }
  for (const patterns of compared.values()) checkComplexity([...patterns.values()]);
}

/** Whether the event passes a test of each of the fields, all in the same elements of arrays. */
function meets(fields: [string, Test[]][], leaves: Map<string, Leaf[]>, places: Places): boolean {
  const [field, ...rest] = fields;
  if (!field) return true;
  const [path, tests] = field;
  const consistent = (leaves.get(path) ?? []).flatMap((leaf) => {
    const both = together(places, leaf.places);
    return both ? [{ value: leaf.value, places: both }] : [];
  });
  if (consistent.length === 0 && tests.some(({ absence }) => absence) && meets(rest, leaves, places))
    return true;
  return consistent.some(
    (leaf) => tests.some((test) => test.matches(leaf.value)) && meets(rest, leaves, leaf.places),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PatternNumber)
  );
}

import { matchesPattern } from './patterns.ts';

/** The request's condition keys. Key names are compared without regard to case. */
export type ConditionContext = Record<string, string | string[] | undefined>;

/** A statement's `Condition`: operator, key, accepted values. */
export type Conditions = Record<string, Record<string, unknown>>;

type Comparison = (actual: string, wanted: string) => boolean;

const positive: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['StringEquals', (actual, wanted) => actual === wanted],
  ['StringEqualsIgnoreCase', (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()],
  ['StringLike', (actual, wanted) => matchesPattern(wanted, actual)],
  // AWS documents that ArnEquals and ArnLike behave identically.
  ['ArnEquals', arnMatches],
  ['ArnLike', arnMatches],
  ['Bool', (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()],
  ['NumericEquals', numeric((actual, wanted) => actual === wanted)],
  ['NumericLessThan', numeric((actual, wanted) => actual < wanted)],
  ['NumericLessThanEquals', numeric((actual, wanted) => actual <= wanted)],
  ['NumericGreaterThan', numeric((actual, wanted) => actual > wanted)],
  ['NumericGreaterThanEquals', numeric((actual, wanted) => actual >= wanted)],
]);

/** The negated operators, each with the one that it negates. */
const negated: ReadonlyMap<string, string> = new Map([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['ArnNotEquals', 'ArnEquals'],
  ['ArnNotLike', 'ArnLike'],
  ['NumericNotEquals', 'NumericEquals'],
]);

/**
 * Whether all conditions hold, as the IAM User Guide documents in "Condition operators" and "Multivalued
 * context keys": operators and keys are joined by AND, the values of a key by OR (by NOR for a negated one).
 *
 * @throws Error for an operator that is not known here and for policy variables
 */
export function conditionsHold(conditions: Conditions, context: ConditionContext): boolean {
  const lowerCased = new Map<string, string[]>();
  for (const [key, value] of Object.entries(context)) {
    if (value !== undefined) lowerCased.set(key.toLowerCase(), Array.isArray(value) ? value : [value]);
  }
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      conditionHolds(operator, key, valuesOf(wanted), lowerCased.get(key.toLowerCase())),
    ),
  );
}

/** @throws Error for the first thing that {@link conditionsHold} would refuse */
export function checkConditions(conditions: Conditions): void {
  for (const [operator, keys] of Object.entries(conditions)) {
    if (parseOperator(operator).base !== 'Null') comparisonOf(operator);
    for (const wanted of Object.values(keys)) valuesOf(wanted);
  }
}

function conditionHolds(
  operator: string,
  key: string,
  wanted: string[],
  actual: string[] | undefined,
): boolean {
  const { set, base, ifExists } = parseOperator(operator);
  if (base === 'Null')
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const { matches, isNegated } = comparisonOf(operator);
  const accepts = (value: string) => wanted.some((candidate) => matches(value, candidate)) !== isNegated;

  if (set === 'ForAllValues') return (actual ?? []).every(accepts);
  if (set === 'ForAnyValue') return actual === undefined ? ifExists : actual.some(accepts);
  if (actual === undefined) return ifExists || isNegated;
  if (actual.length !== 1) {
    throw new Error(
      `The condition key ${key} has several values: ${operator} needs ForAllValues or ForAnyValue.`,
    );
  }
  return accepts(actual[0]!);
}

function parseOperator(operator: string): { set: string | undefined; base: string; ifExists: boolean } {
  const [, set, base, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  return { set, base: base ?? operator, ifExists: ifExists !== undefined };
}

function comparisonOf(operator: string): { matches: Comparison; isNegated: boolean } {
  const { base } = parseOperator(operator);
  const matches = positive.get(negated.get(base) ?? base);
  if (!matches) throw new Error(`The condition operator ${operator} is not known to the local cloud.`);
  return { matches, isNegated: negated.has(base) };
}

function valuesOf(wanted: unknown): string[] {
  const values = (Array.isArray(wanted) ? wanted : [wanted]).map(String);
  const variable = values.find((value) => value.includes('${'));
  if (variable) throw new Error(`Policy variables are not known to the local cloud: ${variable}`);
  return values;
}

function numeric(compare: (actual: number, wanted: number) => boolean): Comparison {
  return (actual, wanted) => compare(Number(actual), Number(wanted));
}

/** Each of the six parts of an ARN is compared for itself, so that `*` does not reach over a colon. */
function arnMatches(actual: string, wanted: string): boolean {
  const actualParts = arnParts(actual);
  const wantedParts = arnParts(wanted);
  if (actualParts.length !== 6 || wantedParts.length !== 6) return wanted === '*';
  return wantedParts.every((part, index) => matchesPattern(part, actualParts[index]!));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
}

import { functionOf, TemplateError, type Value } from '../intrinsics.ts';
import { nearestHint } from './nearest.ts';
import { expressionOf, type Schema, schemaOf, type TypeSchema } from './schema.ts';

/** @throws TemplateError for properties that AWS would refuse by the schema of their type */
export function checkProperties(
  logicalId: string,
  typeName: string,
  properties: { [key: string]: Value },
): void {
  const schema = schemaOf(typeName);
  const violations = schema ? violationsOf(properties, schema) : [];
  if (violations.length === 0) return;
  throw new TemplateError(
    `${logicalId} (${typeName}): Properties validation failed for resource ${logicalId} with message: [${violations.join(', ')}]`,
  );
}

/**
 * What AWS's schema says against the properties of a resource, in CloudFormation's words: `#/Code: required key
 * [S3Bucket] not found`. Functions of the template stand for any value.
 */
export function violationsOf(properties: { [key: string]: Value }, schema: TypeSchema): string[] {
  return new Validator(schema.definitions).check(properties, schema, '#');
}

class Validator {
  readonly #definitions: Record<string, Schema>;

  constructor(definitions: Record<string, Schema>) {
    this.#definitions = definitions;
  }

  check(value: Value, schema: Schema, path: string): string[] {
    if (isFunction(value, path)) return [];
    const { $ref } = schema;
    if ($ref !== undefined) {
      return this.check(value, this.#definitions[$ref.replace('#/definitions/', '')]!, path);
    }
    const wrongType = typeViolation(value, schema.type, path);
    if (wrongType) return [wrongType];
    return [
      ...this.#checkAlternatives(value, schema, path),
      ...(isObject(value) ? this.#checkObject(value, schema, path) : []),
      ...(Array.isArray(value) ? this.#checkList(value, schema, path) : []),
      ...(isScalar(value) ? scalarViolations(value, schema, path) : []),
    ];
  }

  #meets(value: Value, schema: Schema): boolean {
    return this.check(value, schema, '#').length === 0;
  }

  #checkAlternatives(value: Value, schema: Schema, path: string): string[] {
    const { allOf = [], anyOf, oneOf, if: condition, then } = schema;
    const found = allOf.flatMap((each) => this.check(value, each, path));
    if (anyOf && !anyOf.some((each) => this.#meets(value, each))) {
      found.push(`${path}: #: no subschema matched out of the total ${anyOf.length} subschemas`);
    }
    const matched = oneOf?.filter((each) => this.#meets(value, each)).length;
    if (oneOf && matched !== 1) {
      found.push(`${path}: #: ${matched} subschemas matched instead of one`);
    }
    if (condition && then && this.#meets(value, condition)) found.push(...this.check(value, then, path));
    return found;
  }

  #checkObject(value: { [key: string]: Value }, schema: Schema, path: string): string[] {
    const { properties = {}, patternProperties = {}, additionalProperties } = schema;
    const patterns = Object.entries(patternProperties).map(
      ([pattern, inner]) => [expressionOf(pattern), inner] as const,
    );
    const found = Object.entries(value).flatMap(([name, item]) => {
      const at = `${path}/${name}`;
      if (Object.hasOwn(properties, name)) return this.check(item, properties[name]!, at);
      const meant = patterns.filter(([pattern]) => pattern.test(name));
      if (meant.length > 0) return meant.flatMap(([, inner]) => this.check(item, inner, at));
      if (typeof additionalProperties === 'object') return this.check(item, additionalProperties, at);
      if (additionalProperties !== false) return [];
      return [
        `${path}: extraneous key [${name}] is not permitted.${nearestHint(name, Object.keys(properties))}`,
      ];
    });
    return [...found, ...this.#checkPresence(value, schema, path)];
  }

  #checkPresence(value: { [key: string]: Value }, schema: Schema, path: string): string[] {
    const { required = [], requiredXor, requiredOr, dependentExcluded = {} } = schema;
    const has = (name: string) => Object.hasOwn(value, name);
    const found = required
      .filter((name) => !has(name))
      .map((name) => `${path}: required key [${name}] not found`);
    const ofXor = requiredXor?.filter(has).length ?? 1;
    if (ofXor !== 1) found.push(`${path}: exactly one of [${requiredXor!.join(', ')}] is required`);
    if (requiredOr && !requiredOr.some(has)) {
      found.push(`${path}: at least one of [${requiredOr.join(', ')}] is required`);
    }
    for (const [name, excluded] of Object.entries(dependentExcluded)) {
      const beside = has(name) ? excluded.filter(has) : [];
      if (beside.length > 0) found.push(`${path}: [${beside.join(', ')}] is not permitted beside [${name}]`);
    }
    return found;
  }

  #checkList(value: Value[], schema: Schema, path: string): string[] {
    const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems } = schema;
    const found = items ? value.flatMap((item, index) => this.check(item, items, `${path}/${index}`)) : [];
    // A function may stand for no item at all.
    const known = value.filter((item) => !isFunction(item, path));
    if (known.length === value.length && value.length < minItems) found.push(failed(path, 'minItems'));
    if (known.length > maxItems) found.push(failed(path, 'maxItems'));
    const distinct = new Set(known.map((item) => JSON.stringify(item)));
    if (uniqueItems && distinct.size < known.length) found.push(failed(path, 'uniqueItems'));
    return found;
  }
}

function scalarViolations(value: Scalar, schema: Schema, path: string): string[] {
  const text = String(value);
  const number = Number(value);
  const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  const checks: [string, boolean][] = [
    ['enum', schema.enum === undefined || schema.enum.map(String).includes(text)],
    ['const', schema.const === undefined || String(schema.const) === text],
    ['pattern', pattern === undefined || expressionOf(pattern).test(text)],
    ['minLength', text.length >= minLength],
    ['maxLength', text.length <= maxLength],
    ['minimum', !(number < minimum)],
    ['maximum', !(number > maximum)],
  ];
  return checks
    .filter(([, holds]) => !holds)
    .map(([keyword]) => `${failed(path, keyword)}${allowed(keyword, schema)}`);
}

function failed(path: string, keyword: string): string {
  return `${path}: failed validation constraint for keyword [${keyword}]`;
}

/** What would do, where the name of the keyword does not say it. */
function allowed(keyword: string, schema: Schema): string {
  if (keyword === 'enum') return `: ${schema.enum!.join(', ')}`;
  return keyword === 'pattern' ? `: ${schema.pattern}` : '';
}

/** CloudFormation makes numbers and booleans of texts, and texts of them. */
function typeViolation(value: Value, type: Schema['type'], path: string): string | undefined {
  if (type === undefined) return undefined;
  const types = [type].flat();
  return types.some((each) => isOf(value, each))
    ? undefined
    : `${path}: expected type: ${types.join(' or ')}, found: ${kindOf(value)}`;
}

function isOf(value: Value, type: string): boolean {
  switch (type) {
    case 'string':
      return isScalar(value);
    case 'integer':
      return isScalar(value) && /^-?\d+$/.test(String(value));
    case 'number':
      return isScalar(value) && typeof value !== 'boolean' && value !== '' && !Number.isNaN(Number(value));
    case 'boolean':
      return isScalar(value) && /^(true|false)$/i.test(String(value));
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return value === null;
  }
}

function kindOf(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

type Scalar = string | number | boolean;

function isScalar(value: Value): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: Value): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFunction(value: Value, where: string): boolean {
  return isObject(value) && functionOf(value, where) !== undefined;
}

import { readFileSync } from 'node:fs';

/** The part of JSON schema in which AWS describes the properties of resources. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  if?: Schema;
  then?: Schema;
  /** Properties of which there is exactly one, at least one, or none beside another. */
  requiredXor?: string[];
  requiredOr?: string[];
  dependentExcluded?: Record<string, string[]>;
  $ref?: string;
}

/** AWS's schema of a type of resource. */
export interface TypeSchema extends Schema {
  properties: Record<string, Schema>;
  definitions: Record<string, Schema>;
  /** Properties that a template cannot set, and can read. */
  readOnly: string[];
  /**
   * Properties whose change replaces the resource. Those are among them that AWS can change in some cases only: here
   * they always replace it.
   */
  createOnly: string[];
}

let schemas: Record<string, TypeSchema> | undefined;

/**
 * AWS's schema of a type, if `npm run schemas` has taken it over. They are read when the first is asked for: 100 KB,
 * in a millisecond.
 */
export function schemaOf(typeName: string): TypeSchema | undefined {
  schemas ??= JSON.parse(readFileSync(new URL('aws.json', import.meta.url), 'utf8')) as Record<
    string,
    TypeSchema
  >;
  return Object.hasOwn(schemas, typeName) ? schemas[typeName] : undefined;
}

const expressions = new Map<string, RegExp>();

/**
 * A pattern of a schema. AWS writes them for Java.
 *
 * @throws SyntaxError for one that is no regular expression
 */
export function expressionOf(pattern: string): RegExp {
  let expression = expressions.get(pattern);
  if (!expression) {
    expression = compiled(pattern.replaceAll('\\A', '^').replaceAll(/\\[zZ]/g, '$'));
    expressions.set(pattern, expression);
  }
  return expression;
}

function compiled(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    // Java takes escapes that are none, and so does a regular expression that is not of Unicode.
    return new RegExp(pattern);
  }
}

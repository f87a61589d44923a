import { checkExpression, type Diagnostic, type Seen } from './expression-check.ts';
import { isObject, type Json } from './json.ts';
import { expressionIn, type Template, template } from './jsonata.ts';

/** Where a number may lie. */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer?: boolean;
  /** Whether the text of such a number will do, too. */
  readonly takesText?: boolean;
}

/** The bounds of fields whose value may also be an expression, which is checked when it is evaluated. */
export const SECONDS: Bounds = { minimum: 0, maximum: 99_999_999, integer: true };
export const POSITIVE_SECONDS: Bounds = { minimum: 1, maximum: 99_999_999, integer: true };
export const COUNT: Bounds = { minimum: 0, maximum: 100_000_000, integer: true };
export const POSITIVE_COUNT: Bounds = { minimum: 1, maximum: 100_000_000, integer: true };
export const PERCENTAGE: Bounds = { minimum: 0, maximum: 100 };

/** What an expression must give, checked at creation where the value is a constant. */
export type Expected = Bounds | 'string' | 'array' | 'boolean';

/** Reads the fields of one object of a definition and notes everything that is wrong with them. */
export class FieldReader {
  readonly json: Record<string, unknown>;
  /** The object's path in the definition, e.g. `/States/Wait/Retry[0]`. */
  readonly location: string;
  /** The same from the state's own point of view, which is how AWS names a field that failed: `Retry[0]`. */
  readonly #path: string;
  readonly #diagnostics: Diagnostic[];
  /** In a JSONPath state `{% %}` is text like any other. */
  readonly #hasExpressions: boolean;
  readonly #known = new Set<string>();

  constructor(
    json: Record<string, unknown>,
    location: string,
    diagnostics: Diagnostic[],
    options: { path?: string; hasExpressions?: boolean } = {},
  ) {
    this.json = json;
    this.location = location;
    this.#path = options.path ?? '';
    this.#diagnostics = diagnostics;
    this.#hasExpressions = options.hasExpressions ?? true;
  }

  refuse(message: string, field?: string): void {
    const location = field === undefined ? this.location || '/' : `${this.location}/${field}`;
    this.#diagnostics.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
  }

  /** Refuses every field that nothing has read. */
  finish(): void {
    for (const field of Object.keys(this.json)) {
      if (!this.#known.has(field)) this.refuse(`Field '${field}' is not supported`);
    }
  }

  /** The fields may be there; nothing reads them. */
  allow(...fields: string[]): void {
    for (const field of fields) this.#known.add(field);
  }

  require(...fields: string[]): boolean {
    const missing = fields.filter((field) => this.json[field] === undefined);
    if (missing.length > 0) this.refuse(`These fields are required: [${missing.join(', ')}]`);
    return missing.length === 0;
  }

  /** @param shown how AWS lists the fields. */
  exactlyOne(fields: readonly string[], shown: string): void {
    const given = fields.filter((field) => this.json[field] !== undefined);
    if (given.length === 0) this.refuse(`This object should have only one of the following fields: ${shown}`);
    if (given.length > 1) this.refuse(`There should only be one of the following fields: ${shown}`);
  }

  string(field: string): string | undefined {
    const value = this.#read(field);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') {
      this.refuse('Expected value of type [STRING]', field);
      return undefined;
    }
    return value;
  }

  boolean(field: string): boolean {
    const value = this.#read(field);
    if (value !== undefined && typeof value !== 'boolean')
      this.refuse('Expected value of type [BOOLEAN]', field);
    return value === true;
  }

  number(field: string, bounds: Bounds): number | undefined {
    const value = this.#read(field);
    if (value === undefined) return undefined;
    const problem = outside(value, bounds);
    if (problem) this.refuse(problem, field);
    return value as number;
  }

  object(field: string): FieldReader | undefined {
    const value = this.#read(field);
    if (value === undefined) return undefined;
    if (isObject(value)) return this.#inner(value, field);
    this.refuse('Expected value of type [OBJECT]', field);
    return undefined;
  }

  /** The elements of an array of objects. */
  objects(field: string, options: { mayBeEmpty?: boolean } = {}): FieldReader[] {
    const value = this.#read(field);
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every(isObject)) {
      this.refuse('Expected value of type [ARRAY] of objects', field);
      return [];
    }
    if (value.length === 0 && !options.mayBeEmpty) this.refuse('Value cannot be empty', field);
    return value.map((item, index) => this.#inner(item, `${field}[${index}]`));
  }

  /**
   * A field of any JSON value that may hold expressions.
   *
   * @param seen which members of `$states` it sees beside the input and the context.
   */
  template(field: string, expected?: Expected, seen: readonly Seen[] = []): Template | undefined {
    const value = this.#read(field);
    if (value === undefined) return undefined;
    if (!this.#hasExpressions) {
      if (expected !== undefined) this.#checkConstant(value, expected, field);
      return { kind: 'constant', value: value as Json };
    }
    this.#checkExpressions(value, `${this.location}/${field}`, seen);
    const result = template(value, this.#path ? `${this.#path}/${field}` : field);
    if (expected !== undefined && result.kind !== 'expression') this.#checkConstant(value, expected, field);
    return result;
  }

  /** `Assign`: an object whose members are variables ("Variable name syntax"). */
  assignments(seen?: readonly Seen[]): Template | undefined {
    const value = this.json.Assign;
    if (value !== undefined && !isObject(value)) this.refuse('Expected value of type [OBJECT]', 'Assign');
    for (const name of isObject(value) ? Object.keys(value) : []) {
      if (name === 'states' || !/^\p{ID_Start}\p{ID_Continue}{0,79}$/u.test(name)) {
        this.refuse(`'${name}' is not a valid variable name`, `Assign/${name}`);
      }
    }
    return this.template('Assign', undefined, seen);
  }

  #read(field: string): unknown {
    this.#known.add(field);
    return Object.hasOwn(this.json, field) ? this.json[field] : undefined;
  }

  #inner(json: Record<string, unknown>, field: string): FieldReader {
    const path = this.#path ? `${this.#path}/${field}` : field;
    const options = { path, hasExpressions: this.#hasExpressions };
    return new FieldReader(json, `${this.location}/${field}`, this.#diagnostics, options);
  }

  #checkExpressions(value: unknown, location: string, seen: readonly Seen[]): void {
    if (typeof value === 'string') {
      const source = expressionIn(value);
      if (source !== undefined) {
        this.#diagnostics.push(...checkExpression(source, location, seen));
      } else if (value.startsWith('{%') || value.endsWith('%}')) {
        const message = 'JSONata string must start with {% and end with %}';
        this.#diagnostics.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        this.#checkExpressions(item, `${location}[${index}]`, seen);
      });
    } else if (isObject(value)) {
      for (const [key, member] of Object.entries(value)) {
        this.#checkExpressions(member, `${location}/${key}`, seen);
      }
    }
  }

  #checkConstant(value: unknown, expected: Expected, field: string): void {
    if (typeof expected === 'object') {
      const problem = outside(value, expected);
      if (problem) this.refuse(problem, field);
    } else if (!hasType(value as Json, expected)) {
      this.refuse(`Expected value of type [${expected.toUpperCase()}]`, field);
    }
  }
}

function outside(given: unknown, bounds: Bounds): string | undefined {
  const isText = bounds.takesText && typeof given === 'string' && /^\d+(\.\d+)?$/.test(given);
  const value = isText ? Number(given) : given;
  if (typeof value !== 'number') return 'Expected value of type [NUMBER]';
  if (bounds.integer && !Number.isInteger(value)) return 'Expected value of type [INTEGER]';
  if (value < bounds.minimum || value > bounds.maximum) {
    return `Value should be between ${bounds.minimum} and ${bounds.maximum}`;
  }
  return undefined;
}

/** Whether an evaluated value is what its field takes. */
export function hasType(value: Json, expected: Expected): boolean {
  if (typeof expected === 'object') return outside(value, expected) === undefined;
  return expected === 'array' ? Array.isArray(value) : typeof value === expected;
}

import { checkExpression, type Diagnostic } from './expression-check.ts';
import { isObject, type Json } from './json.ts';
import { expressionIn, type Template, template } from './jsonata.ts';

/** Where a number may lie. */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly integer?: boolean;
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
  readonly #inCatcher: boolean;
  readonly #known = new Set<string>();

  constructor(
    json: Record<string, unknown>,
    location: string,
    diagnostics: Diagnostic[],
    options: { path?: string; inCatcher?: boolean } = {},
  ) {
    this.json = json;
    this.location = location;
    this.#path = options.path ?? '';
    this.#diagnostics = diagnostics;
    this.#inCatcher = options.inCatcher ?? false;
  }

  refuse(message: string, field?: string): void {
    const location = field === undefined ? this.location || '/' : `${this.location}/${field}`;
    this.#diagnostics.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
  }

  /** Refuses every field that nothing has read. */
  finish(): void {
    for (const field of Object.keys(this.json)) {
      if (!this.#known.has(field)) this.refuse(`Field '${field}' is not supported`, field);
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
  objects(field: string, options: { inCatcher?: boolean } = {}): FieldReader[] {
    const value = this.#read(field);
    if (value === undefined) return [];
    if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) {
      this.refuse('Expected a non-empty array of objects', field);
      return [];
    }
    return value.map((item, index) => this.#inner(item, `${field}[${index}]`, options.inCatcher));
  }

  /** A field of any JSON value that may hold expressions. */
  template(field: string, expected?: Expected): Template | undefined {
    const value = this.#read(field);
    if (value === undefined) return undefined;
    this.#checkExpressions(value, `${this.location}/${field}`);
    const result = template(value, this.#path ? `${this.#path}/${field}` : field);
    if (expected !== undefined && result.kind !== 'expression') this.#checkConstant(value, expected, field);
    return result;
  }

  /** `Assign`: an object whose members are variables ("Variable name syntax"). */
  assignments(): Template | undefined {
    const value = this.json.Assign;
    if (value !== undefined && !isObject(value)) this.refuse('Expected value of type [OBJECT]', 'Assign');
    for (const name of isObject(value) ? Object.keys(value) : []) {
      if (name === 'states' || !/^\p{ID_Start}\p{ID_Continue}{0,79}$/u.test(name)) {
        this.refuse(`'${name}' is not a valid variable name`, `Assign/${name}`);
      }
    }
    return this.template('Assign');
  }

  #read(field: string): unknown {
    this.#known.add(field);
    return Object.hasOwn(this.json, field) ? this.json[field] : undefined;
  }

  #inner(json: Record<string, unknown>, field: string, inCatcher = this.#inCatcher): FieldReader {
    const path = this.#path ? `${this.#path}/${field}` : field;
    return new FieldReader(json, `${this.location}/${field}`, this.#diagnostics, { path, inCatcher });
  }

  #checkExpressions(value: unknown, location: string): void {
    if (typeof value === 'string') {
      const source = expressionIn(value);
      if (source !== undefined) {
        this.#diagnostics.push(...checkExpression(source, location, this.#inCatcher));
      } else if (value.startsWith('{%') || value.endsWith('%}')) {
        const message = "A JSONata expression must start with '{%' and end with '%}'";
        this.#diagnostics.push({ code: 'INVALID_JSONATA_EXPRESSION', message, location });
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        this.#checkExpressions(item, `${location}[${index}]`);
      });
    } else if (isObject(value)) {
      for (const [key, member] of Object.entries(value)) this.#checkExpressions(member, `${location}/${key}`);
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

function outside(value: unknown, bounds: Bounds): string | undefined {
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

import jsonata from 'jsonata';
import type { Clock } from '../clock.ts';
import { isObject, type Json, setMember } from './json.ts';
import { addFunctions } from './jsonata-functions.ts';
import { counted, limit } from './jsonata-limits.ts';
import { type ListsOfOne, unwrapListsOfOne } from './lists-of-one.ts';
import type { Random } from './random.ts';

/** A field of a definition, ready to be evaluated. */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'expression'; readonly source: string; readonly location: string }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Template])[] };

/** The values an expression sees: `$states` and the workflow's variables, by name without the dollar. */
export type Bindings = Record<string, unknown>;

/** An expression failed or gave what is not JSON. `location` names the field, as in `Arguments/Payload/id`. */
export class EvaluationError extends Error {
  readonly location: string;

  constructor(message: string, location: string) {
    super(message);
    this.name = 'EvaluationError';
    this.location = location;
  }
}

/** The expression inside `{% %}`; undefined for any other string. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4
    ? text.slice(2, -2).trim()
    : undefined;
}

/** Any JSON value, at whatever depth, may hold `{% %}` strings. `location` is the field's path from the state. */
export function template(value: unknown, location: string): Template {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? { kind: 'constant', value } : { kind: 'expression', source, location };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => template(item, `${location}[${index}]`));
    return items.every((item) => item.kind === 'constant')
      ? { kind: 'constant', value: value as Json }
      : { kind: 'array', items };
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => [key, template(member, `${location}/${key}`)] as const,
    );
    return members.every(([, member]) => member.kind === 'constant')
      ? { kind: 'constant', value: value as Json }
      : { kind: 'object', members };
  }
  return { kind: 'constant', value: value as Json };
}

/** Evaluates templates. Every expression is compiled once, however many definitions use it. */
export class Evaluator {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #listsOfOne: ListsOfOne;
  readonly #steps: number | undefined;
  readonly #compiled = new Map<string, jsonata.Expression>();

  /** @param options.steps the most that one evaluation may have; the default is far more than AWS's second lasts. */
  constructor(clock: Clock, random: Random, options: { listsOfOne?: ListsOfOne; steps?: number } = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#listsOfOne = options.listsOfOne ?? 'kept';
    this.#steps = options.steps;
  }

  /** @throws EvaluationError */
  async evaluate(field: Template, bindings: Bindings): Promise<Json> {
    switch (field.kind) {
      case 'constant':
        return field.value;
      case 'expression':
        return this.#run(field.source, field.location, bindings);
      case 'array': {
        const items: Json[] = [];
        for (const item of field.items) items.push(await this.evaluate(item, bindings));
        return items;
      }
      case 'object': {
        const object: Record<string, Json> = {};
        for (const [key, member] of field.members) {
          setMember(object, key, await this.evaluate(member, bindings));
        }
        return object;
      }
    }
  }

  async #run(source: string, location: string, bindings: Bindings): Promise<Json> {
    const described = `The JSONata expression '${source}' specified for the field '${location}'`;
    let result: unknown;
    try {
      result = await this.#compile(source).evaluate(
        undefined,
        counted({ ...bindings, eval: undefined }, this.#steps),
      );
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      // As AWS writes them: what has no code follows a colon.
      const detail = code === undefined ? `: ${message}` : `. ${code}: ${message}`;
      throw new EvaluationError(`${described} threw an error during evaluation${detail}`, location);
    }
    if (result === undefined) {
      throw new EvaluationError(`${described} returned nothing (undefined).`, location);
    }
    const json = plain(result);
    if (json === undefined) {
      throw new EvaluationError(`${described} returned an unsupported result type.`, location);
    }
    return json;
  }

  #compile(source: string): jsonata.Expression {
    let compiled = this.#compiled.get(source);
    if (!compiled) {
      compiled = jsonata(source);
      addFunctions(compiled, this.#clock, this.#random);
      if (this.#listsOfOne === 'unwrapped') unwrapListsOfOne(compiled);
      limit(compiled);
      this.#compiled.set(source, compiled);
    }
    return compiled;
  }
}

/**
 * A copy without what JSONata keeps for itself: marks on arrays would change how the next expression treats
 * them. Undefined for a value that is or holds a function. Numbers that JSON lacks become their names, as AWS
 * writes them.
 */
function plain(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) {
    const copy: Json[] = [];
    for (const item of value) {
      const json = item === undefined ? null : plain(item);
      if (json === undefined) return undefined;
      copy.push(json);
    }
    return copy;
  }
  if (!isObject(value) || '_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  const copy: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const json = plain(member);
    if (json === undefined) return undefined;
    setMember(copy, key, json);
  }
  return copy;
}

/** A template that CloudFormation would refuse, or that asks for what the local cloud does not have. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export type Value = null | string | number | boolean | Value[] | { [key: string]: Value };

/** What a function of a template can refer to while a stack is created. */
export interface Scope {
  /** A parameter's, pseudo parameter's or resource's reference value; undefined if there is none of that name. */
  reference(name: string): Value | undefined;
  attribute(logicalId: string, attribute: string): Value;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): Value;
  exported(name: string): Value;
}

/** Stands for `AWS::NoValue`: the property or list item is left out. */
const noValue = Symbol('AWS::NoValue');
type Resolved = Value | typeof noValue;

const isObject = (value: unknown): value is { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of the function that an object calls, if it does. */
export function functionOf(value: { [key: string]: Value }, where: string): string | undefined {
  const keys = Object.keys(value);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name && keys.length > 1) throw new TemplateError(`${where}: ${name} has other keys beside it.`);
  return name;
}

/** `Fn::GetAtt`'s two forms: a list, or one string with a dot. */
export function attributeReference(argument: Value, where: string): [logicalId: string, attribute: string] {
  const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s, 2) : argument;
  if (Array.isArray(parts) && parts.length === 2) {
    const [logicalId, attribute] = parts;
    if (typeof logicalId === 'string' && typeof attribute === 'string') return [logicalId, attribute];
  }
  throw new TemplateError(`${where}: Fn::GetAtt needs a resource and the name of an attribute.`);
}

/** The names inside `${...}` of `Fn::Sub`, without the literal `${!...}`. */
export const placeholder = /\$\{(!?)([^}]*)\}/g;

/** `Fn::Sub`'s two forms: a string, or a string and its own variables. */
export function substitution(argument: Value, where: string): [string, { [key: string]: Value }] {
  if (typeof argument === 'string') return [argument, {}];
  if (Array.isArray(argument) && typeof argument[0] === 'string' && isObject(argument[1])) {
    return [argument[0], argument[1]];
  }
  throw new TemplateError(`${where}: Fn::Sub needs a string, or a string and a map of variables.`);
}

/**
 * Resolves the functions in a part of a template.
 *
 * @param where names the place in error messages
 * @throws TemplateError for an unknown function, a wrong argument or a reference to nothing
 */
export function resolve(value: Value, scope: Scope, where: string): Value | undefined {
  const resolved = new Resolver(scope, where).resolve(value);
  return resolved === noValue ? undefined : resolved;
}

class Resolver {
  readonly #scope: Scope;
  readonly #where: string;
  readonly #functions: ReadonlyMap<string, (argument: Value) => Resolved>;

  constructor(scope: Scope, where: string) {
    this.#scope = scope;
    this.#where = where;
    this.#functions = new Map<string, (argument: Value) => Resolved>([
      ['Ref', (argument) => this.#reference(this.#text(argument, 'Ref'))],
      ['Fn::GetAtt', (argument) => scope.attribute(...attributeReference(argument, where))],
      ['Fn::Sub', (argument) => this.#substitute(argument)],
      ['Fn::Join', (argument) => this.#join(argument)],
      ['Fn::Select', (argument) => this.#select(argument)],
      ['Fn::Split', (argument) => this.#split(argument)],
      ['Fn::If', (argument) => this.#choose(argument)],
      ['Fn::FindInMap', (argument) => this.#findInMap(argument)],
      ['Fn::ImportValue', (argument) => scope.exported(this.#text(this.#plain(argument), 'Fn::ImportValue'))],
    ]);
  }

  resolve(value: Value): Resolved {
    if (typeof value === 'string') {
      if (value.includes('{{resolve:')) this.#refuse('The local cloud has no dynamic references.');
      return value;
    }
    if (Array.isArray(value))
      return value.map((item) => this.resolve(item)).filter((item) => item !== noValue);
    if (!isObject(value)) return value;
    const name = functionOf(value, this.#where);
    if (name) {
      const implementation = this.#functions.get(name);
      if (!implementation) this.#refuse(`The local cloud does not know the function ${name}.`);
      return implementation(value[name]!);
    }
    const result: { [key: string]: Value } = {};
    for (const [key, item] of Object.entries(value)) {
      const resolved = this.resolve(item);
      if (resolved !== noValue) {
        Object.defineProperty(result, key, { value: resolved, enumerable: true, writable: true });
      }
    }
    return result;
  }

  #refuse(message: string): never {
    throw new TemplateError(`${this.#where}: ${message}`);
  }

  #plain(value: Value | undefined): Value {
    const resolved = value === undefined ? noValue : this.resolve(value);
    if (resolved === noValue) this.#refuse('A value is missing.');
    return resolved;
  }

  #text(value: Value, name: string): string {
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value !== 'string') this.#refuse(`${name} needs a string.`);
    return value;
  }

  #list(value: Value, name: string): Value[] {
    if (!Array.isArray(value)) this.#refuse(`${name} needs a list.`);
    return value;
  }

  #reference(name: string): Resolved {
    if (name === 'AWS::NoValue') return noValue;
    const value = this.#scope.reference(name);
    if (value === undefined) this.#refuse(`${name} is neither a parameter nor a resource.`);
    return value;
  }

  #substitute(argument: Value): string {
    const [text, variables] = substitution(argument, this.#where);
    return text.replace(placeholder, (_match, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return this.#text(this.#plain(variables[name]), 'Fn::Sub');
      const value = name.includes('.')
        ? this.#scope.attribute(...attributeReference(name, this.#where))
        : this.#reference(name);
      if (value === noValue) return '';
      return this.#text(value, 'Fn::Sub');
    });
  }

  #join(argument: Value): string {
    const [delimiter, items] = this.#list(argument, 'Fn::Join');
    const list = this.#list(this.#plain(items), 'Fn::Join');
    return list.map((item) => this.#text(item, 'Fn::Join')).join(this.#text(delimiter ?? null, 'Fn::Join'));
  }

  #select(argument: Value): Value {
    const [index, items] = this.#list(argument, 'Fn::Select');
    const selected = this.#list(this.#plain(items), 'Fn::Select')[Number(this.#plain(index))];
    if (selected === undefined) this.#refuse('Fn::Select selects an item that the list does not have.');
    return selected;
  }

  #split(argument: Value): Value {
    const [delimiter, text] = this.#list(argument, 'Fn::Split');
    return this.#text(this.#plain(text), 'Fn::Split').split(this.#text(delimiter ?? null, 'Fn::Split'));
  }

  #choose(argument: Value): Resolved {
    const [condition, then, otherwise] = this.#list(argument, 'Fn::If');
    if (then === undefined || otherwise === undefined)
      this.#refuse('Fn::If needs a condition and two values.');
    const holds = this.#scope.condition(this.#text(condition ?? null, 'Fn::If'));
    return this.resolve(holds ? then : otherwise);
  }

  #findInMap(argument: Value): Value {
    const list = this.#list(argument, 'Fn::FindInMap');
    if (list.length !== 3) this.#refuse('Fn::FindInMap needs a map and two keys.');
    const [map = '', first = '', second = ''] = list.map((item) =>
      this.#text(this.#plain(item), 'Fn::FindInMap'),
    );
    return this.#scope.mapping(map, first, second);
  }
}

/**
 * Decides a condition of a template: `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`, `Condition`, and in rules also
 * `Fn::Contains`.
 *
 * @throws TemplateError for any other function
 */
export function decide(condition: Value | undefined, scope: Scope, where: string): boolean {
  if (!isObject(condition) || Object.keys(condition).length !== 1) {
    throw new TemplateError(`${where}: a condition is one function.`);
  }
  const [name = '', argument] = Object.entries(condition)[0] ?? [];
  if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument);
  if (!Array.isArray(argument)) throw new TemplateError(`${where}: ${name} needs a list.`);
  const plain = (value: Value | undefined) => JSON.stringify(resolve(value ?? null, scope, where));
  switch (name) {
    case 'Fn::Equals':
      return plain(argument[0]) === plain(argument[1]);
    case 'Fn::And':
      return argument.every((item) => decide(item, scope, where));
    case 'Fn::Or':
      return argument.some((item) => decide(item, scope, where));
    case 'Fn::Not':
      return !decide(argument[0], scope, where);
    case 'Fn::Contains': {
      const list = resolve(argument[0] ?? null, scope, where);
      return Array.isArray(list) && list.some((item) => JSON.stringify(item) === plain(argument[1]));
    }
    default:
      throw new TemplateError(`${where}: the local cloud does not know the condition function ${name}.`);
  }
}

import type { Definition, State } from './definitions.ts';

/** A definition with one change. */
export interface Mutant {
  /** `onboard / Add principal: Catch[0] is gone`. */
  name: string;
  /** The step that is changed; the workflow alone for its topmost level. */
  step: string;
  /** Made when it is asked for: there are thousands. */
  definition(): Definition;
}

type Path = readonly (string | number)[];
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Locks of an expression, each with its opposite or neighbour. */
const OPERATORS: readonly [pattern: RegExp, turned: string][] = [
  [/(?<![!<>:=])=(?!=)/g, '!='],
  [/!=/g, '='],
  [/<=/g, '<'],
  [/<(?!=)/g, '<='],
  [/>=/g, '>'],
  [/>(?!=)/g, '>='],
  [/\band\b/g, 'or'],
  [/\bor\b/g, 'and'],
  [/\$not\(/g, '('],
];

const NUMBER = /(?<![\w$.])\d+(?:\.\d+)?/g;

/** Every change of one number, comparison, `Catch` or `Retry` entry, and of one `Next`. */
export function mutantsOf(workflow: string, definition: Definition): Mutant[] {
  const mutants: Mutant[] = [];
  const add = (path: Path, what: string, change: (copy: Definition) => void) => {
    const step = [...path].reverse().find((_, index, all) => all[index + 1] === 'States');
    const name = step === undefined ? workflow : `${workflow} / ${step}`;
    const inside = path.slice(step === undefined ? 0 : path.lastIndexOf('States') + 2).join('/');
    const changed = () => {
      const copy = JSON.parse(JSON.stringify(definition)) as Definition;
      change(copy);
      return copy;
    };
    mutants.push({ name: `${name}: ${inside} ${what}`, step: name, definition: changed });
  };
  walk(definition as unknown as Json, [], (value, path) => {
    const field = path.at(-1);
    if (typeof value === 'number') add(path, `is ${value + 1}`, set(path, value + 1));
    if (typeof value === 'string' && value.startsWith('{%')) {
      for (const [what, turned] of turnsOf(value)) add(path, what, set(path, turned));
    }
    if (path.at(-2) === 'Catch' || path.at(-2) === 'Retry') add(path, 'is gone', remove(path));
    if (path.at(-2) === 'ErrorEquals') add(path, `(${String(value)}) is gone`, remove(path));
    const isRoute = field === 'Default' || (field === 'Next' && path.at(-3) !== 'States');
    if (isRoute && typeof value === 'string') {
      const group = at(definition, path.slice(0, path.lastIndexOf('States') + 1)) as Record<string, State>;
      const other = Object.keys(group).find((name) => name !== value)!;
      add(path, `is ${other}`, set(path, other));
    }
  });
  return mutants;
}

/** An expression with one lock each, outside of its texts. */
function turnsOf(expression: string): [what: string, turned: string][] {
  const texts = [...expression.matchAll(/'(?:[^'\\]|\\.)*'/g)].map(({ 0: text, index }) => [
    index,
    index + text.length,
  ]);
  const isText = (index: number) => texts.some(([from, to]) => index >= from! && index < to!);
  const turn = (pattern: RegExp, turned: (found: string) => string) =>
    [...expression.matchAll(pattern)]
      .filter(({ index }) => !isText(index))
      .map(({ 0: found, index }): [string, string] => [
        `has ${turned(found)} at ${index}`,
        expression.slice(0, index) + turned(found) + expression.slice(index + found.length),
      ]);
  return [
    ...OPERATORS.flatMap(([pattern, turned]) => turn(pattern, () => turned)),
    ...turn(NUMBER, (found) => String(Number(found) + 1)),
  ];
}

function walk(value: Json, path: Path, visit: (value: Json, path: Path) => void): void {
  visit(value, path);
  if (value === null || typeof value !== 'object') return;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, member] of entries) walk(member as Json, [...path, key], visit);
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], root);
}

function set(path: Path, value: Json): (copy: Definition) => void {
  return (copy) => {
    (at(copy, path.slice(0, -1)) as Record<string | number, unknown>)[path.at(-1)!] = value;
  };
}

function remove(path: Path): (copy: Definition) => void {
  return (copy) => {
    (at(copy, path.slice(0, -1)) as unknown[]).splice(path.at(-1) as number, 1);
  };
}

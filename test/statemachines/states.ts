import { readdirSync, readFileSync } from 'node:fs';

export interface Retrier {
  ErrorEquals: string[];
  [field: string]: unknown;
}
export interface Catcher {
  ErrorEquals: string[];
  Next: string;
  Assign?: Record<string, unknown>;
  Output?: unknown;
}
export interface Rule {
  Condition: string;
  Next: string;
  Assign?: Record<string, unknown>;
}
export interface State {
  Type: string;
  Comment?: string;
  Resource?: string;
  Arguments?: Record<string, unknown> & { FunctionName?: string; Payload?: object };
  Retry?: Retrier[];
  Catch?: Catcher[];
  Choices?: Rule[];
  Default?: string;
  Next?: string;
  Branches?: Definition[];
  ItemProcessor?: Definition;
}
export interface Definition {
  Comment?: string;
  QueryLanguage?: string;
  StartAt: string;
  States: Record<string, State>;
}

/** The definitions by the names of their workflows. */
export const definitions: ReadonlyMap<string, Definition> = new Map(
  readdirSync('statemachines')
    .filter((file) => file.endsWith('.asl.json'))
    .map((file) => [
      file.replace('.asl.json', ''),
      JSON.parse(readFileSync(`statemachines/${file}`, 'utf8')) as Definition,
    ]),
);

/** All states of a definition, those inside of Map states among them. Their names are unique. */
export function statesOf({ States }: Definition): [name: string, State][] {
  return Object.entries(States).flatMap(([name, state]): [string, State][] => [
    [name, state],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(statesOf),
  ]);
}

/** The Task states of all workflows, under names like `onboard / Add principal`. */
export const tasks: readonly [step: string, State][] = [...definitions].flatMap(([workflow, definition]) =>
  statesOf(definition)
    .filter(([, { Type }]) => Type === 'Task')
    .map(([name, state]): [string, State] => [`${workflow} / ${name}`, state]),
);

/** The placeholder of the function that a step invokes: `AddPrincipal`. */
export function functionOf({ Arguments }: State): string | undefined {
  return /^\$\{(\w+)\}$/.exec(Arguments?.FunctionName ?? '')?.[1];
}

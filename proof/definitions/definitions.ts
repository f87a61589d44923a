import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A definition of a workflow, as far as it is looked at here. */
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

export interface State {
  Type: string;
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Choices?: { Condition: string; Next: string }[];
  Default?: string;
  ItemProcessor?: Definition;
  [field: string]: unknown;
}

const FOLDER = join(import.meta.dirname, '../../statemachines');

/** The definitions by the names of their workflows. */
export function readDefinitions(): Map<string, Definition> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.asl.json'));
  return new Map(
    files.map((file) => [
      file.replace('.asl.json', ''),
      JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Definition,
    ]),
  );
}

/** All states, those inside of Map states among them, under names like `onboard / Add principal`. */
export function stepsOf(workflow: string, { States }: Definition): [step: string, State][] {
  return Object.entries(States).flatMap(([name, state]): [string, State][] => [
    [`${workflow} / ${name}`, state],
    ...(state.ItemProcessor ? stepsOf(workflow, state.ItemProcessor) : []),
  ]);
}

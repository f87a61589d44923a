import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { retriersOf, type Task } from './retries.ts';

interface Group {
  States: Record<string, State>;
}
type State = { Type: string; Retry?: unknown; ItemProcessor?: Group } & Partial<Task>;

/** A definition with the retriers that its steps are to have. All else stays as it is. */
export function withPolicies<T extends Group>(workflow: string, definition: T): T {
  return {
    ...definition,
    States: mapValues(definition.States, (state, name) => written(workflow, name, state)),
  };
}

function written(workflow: string, name: string, state: State): State {
  const inner = state.ItemProcessor ? { ItemProcessor: withPolicies(workflow, state.ItemProcessor) } : {};
  if (state.Type !== 'Task') return { ...state, ...inner };
  const Retry = retriersOf(`${workflow} / ${name}`, state as Task);
  if ('Retry' in state) return { ...state, Retry };
  // Where it is in all others: behind what the step calls, before what comes of it.
  const isBefore = (field: string) => /^(Type|Comment|Resource|Arguments|TimeoutSeconds)$/.test(field);
  const fields = Object.entries(state);
  return Object.fromEntries([
    ...fields.filter(([field]) => isBefore(field)),
    ['Retry', Retry],
    ...fields.filter(([field]) => !isBefore(field)),
  ]) as State;
}

function mapValues<T>(object: Record<string, T>, change: (value: T, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

if (import.meta.main) {
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.asl.json'))) {
    const path = join(import.meta.dirname, file);
    const definition = JSON.parse(readFileSync(path, 'utf8')) as Group;
    writeFileSync(path, JSON.stringify(withPolicies(file.replace('.asl.json', ''), definition), null, 2));
  }
}

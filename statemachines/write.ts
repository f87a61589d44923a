import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBounds } from './numbers.ts';
import { retriersOf, type Task } from './retries.ts';

interface Group {
  States: Record<string, State>;
}
type State = { Type: string; Retry?: unknown; ItemProcessor?: Group } & Partial<Task>;

/** A definition with the retriers and the bounds that it is to have. All else stays as it is. */
export function written<T extends Group>(workflow: string, definition: T): T {
  return withBounds(workflow, { ...definition, States: statesOf(workflow, definition) });
}

function statesOf(workflow: string, { States }: Group): Record<string, State> {
  const entries = Object.entries(States).map(([name, state]): [string, State] => {
    const step = `${workflow} / ${name}`;
    const bounded = withBounds(step, state);
    const { ItemProcessor: inner } = bounded;
    if (inner) return [name, { ...bounded, ItemProcessor: { ...inner, States: statesOf(workflow, inner) } }];
    return [name, state.Type === 'Task' ? withRetriers(step, bounded) : bounded];
  });
  return Object.fromEntries(entries);
}

function withRetriers(step: string, state: State): State {
  const Retry = retriersOf(step, state as Task);
  if ('Retry' in state) return { ...state, Retry };
  // Where it is in all others: behind what the step calls, before what comes of it.
  const isBefore = (field: string) => /^(Type|Comment|Resource|Arguments|TimeoutSeconds)$/.test(field);
  const fields = Object.entries(state);
  return Object.fromEntries([
    ...fields.filter(([field]) => isBefore(field)),
    ['Retry', Retry],
    ...fields.filter(([field]) => !isBefore(field)),
  ]) as unknown as State;
}

if (import.meta.main) {
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.asl.json'))) {
    const path = join(import.meta.dirname, file);
    const definition = JSON.parse(readFileSync(path, 'utf8')) as Group;
    writeFileSync(path, JSON.stringify(written(file.replace('.asl.json', ''), definition), null, 2));
  }
}

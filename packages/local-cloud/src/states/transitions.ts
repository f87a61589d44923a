import type { Group, State } from './definition.ts';
import type { Diagnostic } from './expression-check.ts';

/**
 * What is wrong with the way from state to state in one group: targets that are not there, states that nothing
 * reaches, and a machine that never ends. As AWS does, it asks for an end in the outermost group only, and names no
 * unreachable states where the end is missing.
 *
 * @param names all names of the group, also of states that could not be read.
 */
export function checkTransitions(
  group: Group,
  names: ReadonlySet<string>,
  location: string,
  isOutermost: boolean,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const missing = (message: string, at: string) =>
    found.push({ code: 'MISSING_TRANSITION_TARGET', message, location: at });
  const reached = new Set([group.startAt]);
  let ends = group.states.size < names.size;
  if (!names.has(group.startAt)) missing(`Missing 'StartAt' target: ${group.startAt}`, `${location}/StartAt`);
  for (const state of group.states.values()) {
    const targets = targetsOf(state);
    if (!('next' in state && state.next !== undefined) && state.type !== 'Choice') ends = true;
    for (const [field, target] of targets) {
      reached.add(target);
      if (names.has(target)) continue;
      missing(`Missing 'Next' target: ${target}`, `${location}/States/${state.name}/${field}`);
    }
  }
  if (!ends && isOutermost) {
    found.push({ code: 'MISSING_END_STATE', message: 'Workflow has no terminal state', location: null });
    return found;
  }
  // A state that could not be read may lead anywhere.
  if (group.states.size < names.size) return found;
  for (const name of names) {
    if (!reached.has(name)) missing(`State "${name}" is not reachable.`, `${location}/States/${name}`);
  }
  return found;
}

function targetsOf(state: State): [field: string, target: string][] {
  const targets: [string, string][] = [];
  if ('next' in state && state.next !== undefined) targets.push(['Next', state.next]);
  if (state.type === 'Choice') {
    state.choices.forEach((rule, index) => {
      targets.push([`Choices[${index}]/Next`, rule.next]);
    });
    if (state.default !== undefined) targets.push(['Default', state.default]);
  }
  if ('catch' in state) {
    state.catch.forEach((catcher, index) => {
      targets.push([`Catch[${index}]/Next`, catcher.next]);
    });
  }
  return targets;
}

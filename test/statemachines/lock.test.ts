import { expect, test } from '@jest/globals';
import { definitions, functionOf, type State, statesOf } from './states.ts';

/** Functions that get the lock, and that give it back. */
const ACQUIRE = 'AcquireLock';
const RELEASE = 'ReleaseLock';
/** It releases the lock when the change is done, and keeps it when it fails. */
const RELEASES_WHEN_DONE = 'AwaitChange';
/** What changes a subscription. */
const CHANGES = [
  'CreatePrivateLink',
  'AddPrincipal',
  'RemovePrincipal',
  'DisassociateConnections',
  'DeletePrivateLink',
];

const successors = ({ Next, Default, Choices = [], Catch = [] }: State) => ({
  done: [Next, Default, ...Choices.map((rule) => rule.Next)].filter((name) => name !== undefined),
  // Whoever has lost the lock does not have it.
  failed: Catch.filter(({ ErrorEquals }) => ErrorEquals.join() !== 'LockLost').map((catcher) => catcher.Next),
});

/** The steps that an execution can be in while it has the lock. */
function stepsWithLock(states: ReadonlyMap<string, State>): Set<string> {
  const withLock = new Set<string>();
  const enter = (name: string) => {
    if (withLock.has(name)) return;
    withLock.add(name);
    const state = states.get(name)!;
    const { done, failed } = successors(state);
    if (functionOf(state) === RELEASE) return;
    if (functionOf(state) !== RELEASES_WHEN_DONE) done.forEach(enter);
    failed.forEach(enter);
  };
  for (const state of states.values())
    if (functionOf(state) === ACQUIRE) successors(state).done.forEach(enter);
  return withLock;
}

const locking = [...definitions]
  .map(([workflow, definition]) => [workflow, new Map(statesOf(definition))] as const)
  .filter(([, states]) => [...states.values()].some((state) => functionOf(state) === ACQUIRE));

test('two workflows acquire the lock', () => {
  expect(locking.map(([workflow]) => workflow).sort()).toEqual(['offboard', 'onboard']);
});

test.each(locking)('%s releases the lock, whatever fails while it has it', (_, states) => {
  const forgetful = [...stepsWithLock(states)].filter((name) => {
    const state = states.get(name)!;
    if (state.Type !== 'Task' || functionOf(state) === RELEASE) return false;
    return !state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
  });
  expect(forgetful).toEqual([]);
});

test.each(locking)('%s ends in no step, and waits in none, with the lock', (_, states) => {
  const ends = [...stepsWithLock(states)].filter((name) => {
    const state = states.get(name)!;
    if (functionOf(state) === RELEASE || functionOf(state) === RELEASES_WHEN_DONE) return false;
    return !['Task', 'Choice', 'Pass', 'Wait'].includes(state.Type) || 'End' in state;
  });
  expect(ends).toEqual([]);
});

test.each(locking)('%s changes the subscription in no step that is entered without the lock', (_, states) => {
  const withLock = stepsWithLock(states);
  const isChange = (name: string) => CHANGES.includes(functionOf(states.get(name)!) ?? '');
  const entered = [...states].flatMap(([name, state]) => {
    // Whoever has just got the lock has it; who gives it back, or has given it back, does not.
    if (withLock.has(name) && ![RELEASE, RELEASES_WHEN_DONE].includes(functionOf(state) ?? '')) return [];
    const { done, failed } = successors(state);
    const entries = functionOf(state) === ACQUIRE ? failed : [...done, ...failed];
    return entries.filter(isChange).map((change) => `${name} → ${change}`);
  });
  expect([...states.keys()].filter(isChange).length).toBeGreaterThan(1);
  expect(entered).toEqual([]);
});

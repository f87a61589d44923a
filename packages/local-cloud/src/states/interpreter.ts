import type { Catcher, ChoiceState, State, WaitState } from './definition.ts';
import { runDistributedMap } from './distributed-map.ts';
import { inState, StatesError } from './errors.ts';
import { runMap, runParallel } from './fan-out.ts';
import { SECONDS } from './field-reader.ts';
import { assignedVariables, type HistoryEventType } from './history.ts';
import { instant } from './instant.ts';
import { isTooLarge, type Json, type Payload, payload } from './json.ts';
import type { Template } from './jsonata.ts';
import { catcherFor, Retries } from './retry.ts';
import { runTask } from './task.ts';
import type { Sight, Thread } from './thread.ts';

/** How a state ended: where it goes, with what, and which variables it sets. */
interface Ending {
  readonly next: string | undefined;
  readonly output: Payload;
  readonly assigned: Record<string, Json>;
}

type Recovering = Extract<State, { retry: unknown }>;
type Plain = Exclude<State, Recovering>;

/**
 * Runs a thread from where it stands to its end.
 *
 * @returns the output of its last state.
 * @throws StatesError when a state fails and nothing catches it; Interrupted; HistoryFull
 */
export async function run(thread: Thread): Promise<Payload> {
  const { frame } = thread;
  while (!frame.output) {
    const { state } = thread;
    if (frame.enteredId === 0) enter(thread, state);
    exit(thread, 'retry' in state ? await recovering(thread, state) : await plain(thread, state));
  }
  return frame.output;
}

function enter(thread: Thread, state: State): void {
  const { frame, host, execution } = thread;
  if (execution.doomed) host.stop(execution.arn);
  thread.interruption.check();
  frame.enteredAt = host.clock.now();
  execution.countTransition();
  const details = { name: state.name, input: frame.input.text };
  frame.enteredId = thread.add(`${state.type}StateEntered` as HistoryEventType, details);
}

function exit(thread: Thread, ending: Ending): void {
  const { frame, state } = thread;
  thread.add(`${state.type}StateExited` as HistoryEventType, {
    name: state.name,
    output: ending.output.text,
    assignedVariables: assignedVariables(ending.assigned),
  });
  frame.variables.assign(ending.assigned);
  frame.enteredId = 0;
  frame.retries = undefined;
  frame.fanOut = undefined;
  frame.input = ending.output;
  if (ending.next === undefined) frame.output = ending.output;
  else frame.state = ending.next;
}

async function plain(thread: Thread, state: Plain): Promise<Ending> {
  switch (state.type) {
    case 'Pass':
      return end(thread, state, state.next);
    case 'Succeed':
      return end(thread, state, undefined);
    case 'Wait':
      await wait(thread, state);
      return end(thread, state, state.next);
    case 'Choice':
      return choose(thread, state);
    case 'Fail': {
      const error = state.error && ((await thread.evaluate(state.error, 'string')) as string);
      const cause = state.cause && ((await thread.evaluate(state.cause, 'string')) as string);
      throw new StatesError(error, cause, { matchesWildcards: true });
    }
  }
}

/** Task, Parallel and Map states: tried again as `Retry` says, and ended otherwise as `Catch` says. */
async function recovering(thread: Thread, state: Recovering): Promise<Ending> {
  const { frame, host, execution } = thread;
  frame.retries ??= new Retries(state.retry);
  for (;;) {
    try {
      const result = await perform(thread, state);
      return await end(thread, state, state.next, { result });
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      const seconds = frame.retries.next(error, host.random);
      if (seconds === undefined) {
        // AWS records that a state has failed with the last of its attempts only.
        if (state.type !== 'Task') thread.add(`${state.type}StateFailed`);
        const index = catcherFor(state.catch, error);
        if (index < 0) throw error;
        return await caught(thread, state.catch[index]!, error);
      }
      await thread.sleep(seconds * 1000);
      execution.countTransition();
      frame.fanOut = undefined;
    }
  }
}

function perform(thread: Thread, state: Recovering): Promise<Json> {
  if (state.type === 'Task') return runTask(thread, state);
  if (state.type === 'Parallel') return runParallel(thread, state, run);
  return state.distributed ? runDistributedMap(thread, state) : runMap(thread, state, run);
}

function caught(thread: Thread, catcher: Catcher, error: StatesError): Promise<Ending> {
  // AWS gives a time-out an empty cause, and null where a failure says nothing.
  const none = error.error === 'States.Timeout' ? '' : null;
  const errorOutput = { Error: error.error ?? null, Cause: error.cause ?? none };
  return end(thread, catcher, catcher.next, { errorOutput });
}

/** The output and the variables, both from the variables as they were. Without `Output`: the result, or the input. */
async function end(
  thread: Thread,
  fields: { readonly output?: Template; readonly assign?: Template },
  next: string | undefined,
  sight: Sight = {},
): Promise<Ending> {
  const { frame } = thread;
  let output = frame.input;
  if (fields.output) output = payload(await thread.evaluate(fields.output, undefined, sight));
  else if (sight.result !== undefined) output = payload(sight.result);
  else if (sight.errorOutput !== undefined) output = payload(sight.errorOutput);
  const assigned = fields.assign ? await thread.evaluate(fields.assign, undefined, sight) : {};
  if (isTooLarge(output.text) || isTooLarge(JSON.stringify(assigned))) {
    const cause = `The state/task '${frame.state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    throw new StatesError('States.DataLimitExceeded', cause, { matchesWildcards: false });
  }
  return { next, output, assigned: assigned as Record<string, Json> };
}

async function choose(thread: Thread, state: ChoiceState): Promise<Ending> {
  for (const rule of state.choices) {
    if (await thread.evaluate(rule.condition, 'boolean')) return end(thread, rule, rule.next);
  }
  if (state.default !== undefined) return end(thread, state, state.default);
  // The language's specification calls this States.NoChoiceMatched; AWS answers so.
  const cause = 'Failed to transition out of the state. The state does not point to a next state.';
  throw new StatesError('States.Runtime', inState(state.name, thread.frame.enteredId, cause));
}

async function wait(thread: Thread, state: WaitState): Promise<void> {
  if (state.seconds) {
    const seconds = (await thread.evaluate(state.seconds, SECONDS)) as number;
    return thread.sleep(seconds * 1000);
  }
  const timestamp = (await thread.evaluate(state.timestamp!, 'string')) as string;
  const until = instant(timestamp);
  if (until === undefined) {
    const problem = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`;
    throw thread.evaluationFailed(problem, 'Timestamp');
  }
  return thread.sleep(Math.max(0, until - thread.host.clock.now()));
}

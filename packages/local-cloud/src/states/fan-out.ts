import { Activity } from '../clock.ts';
import type { MapState, ParallelState, State } from './definition.ts';
import { Interrupted, StatesError } from './errors.ts';
import { type FanOut, Frame, Variables } from './execution.ts';
import { COUNT, PERCENTAGE } from './field-reader.ts';
import type { HistoryEventType } from './history.ts';
import { Interruption } from './interruption.ts';
import { type Json, type Payload, payload } from './json.ts';
import { describeThread, type Thread } from './thread.ts';

/** Runs a thread to its end: the interpreter. */
export type Run = (thread: Thread) => Promise<Payload>;

/** How many iterations of an inline Map state run at once at most ("Map state processing modes"). */
const INLINE_CONCURRENCY = 40;

/** @throws StatesError as the first branch that fails. */
export async function runParallel(thread: Thread, state: ParallelState, run: Run): Promise<Json> {
  const { frame } = thread;
  frame.fanOut ??= await startParallel(thread, state);
  const outputs = await runAll(thread, frame.fanOut, run, { concurrency: frame.fanOut.frames.length });
  thread.execution.log.add('ParallelStateSucceeded', frame.previous);
  return outputs;
}

async function startParallel(thread: Thread, state: ParallelState): Promise<FanOut> {
  const { frame } = thread;
  const input = state.arguments ? payload(await thread.evaluate(state.arguments)) : frame.input;
  const startedId = thread.add('ParallelStateStarted');
  const frames = state.branches.map(
    (branch) => new Frame(branch, input, new Variables(frame.variables), frame.item),
  );
  return { startedId, frames };
}

/** @throws StatesError as the first iteration that fails. */
export async function runMap(thread: Thread, state: MapState, run: Run): Promise<Json> {
  const { frame } = thread;
  const concurrency = (await thread.evaluateNumber(state.maxConcurrency, COUNT)) || INLINE_CONCURRENCY;
  frame.fanOut ??= await startMap(thread, state);
  const outputs = await runAll(thread, frame.fanOut, run, {
    concurrency: Math.min(concurrency, INLINE_CONCURRENCY),
    iteration: state.name,
  });
  thread.execution.log.add('MapStateSucceeded', frame.previous);
  return outputs;
}

async function startMap(thread: Thread, state: MapState): Promise<FanOut> {
  const { frame } = thread;
  const items = await startItems(thread, state);
  const { previous: startedId } = frame;
  await evaluateTolerance(thread, state);
  const inputs = await selectItems(thread, state, items);
  const frames = items.map((item, index) => {
    const variables = new Variables(frame.variables);
    return new Frame(state.processor, payload(inputs[index]!), variables, { Index: index, Value: item });
  });
  return { startedId, frames };
}

/**
 * The items of a Map state of either kind, after the event that says how many there are.
 *
 * @throws StatesError when there is no array.
 */
export async function startItems(thread: Thread, state: MapState): Promise<Json[]> {
  const items = state.items ? await thread.evaluate(state.items, 'array') : thread.frame.input.value;
  if (!Array.isArray(items)) {
    const problem = `Map state input must be an array but was: ${JSON.stringify(items)}`;
    throw thread.evaluationFailed(problem, undefined);
  }
  thread.add('MapStateStarted', { length: items.length });
  return items;
}

/** How many items may fail. */
export interface Tolerance {
  readonly count?: number | undefined;
  readonly percentage?: number | undefined;
}

/** AWS evaluates these two only when the Map state has started, and takes a number's text for the number. */
export async function evaluateTolerance(thread: Thread, state: MapState): Promise<Tolerance> {
  return {
    count: await thread.evaluateNumber(state.toleratedFailureCount, COUNT, { takesText: true }),
    percentage: await thread.evaluateNumber(state.toleratedFailurePercentage, PERCENTAGE, {
      takesText: true,
    }),
  };
}

/** What each item gives the item processor as input. */
export async function selectItems(thread: Thread, state: MapState, items: Json[]): Promise<Json[]> {
  if (!state.itemSelector) return items;
  const selected: Json[] = [];
  for (const [index, item] of items.entries()) {
    const sight = { item: { Index: index, Value: item } };
    selected.push(await thread.evaluate(state.itemSelector, undefined, sight));
  }
  return selected;
}

/**
 * Runs all frames that have not come to their end, so many at once. When one fails the others are stopped.
 *
 * @param options.iteration - the name of the Map state whose iterations these are.
 */
async function runAll(
  thread: Thread,
  fanOut: FanOut,
  run: Run,
  options: { readonly concurrency: number; readonly iteration?: string },
): Promise<Json[]> {
  const { frame } = thread;
  const { log } = thread.execution;
  const { iteration: name } = options;
  const siblings = new Interruption(thread.interruption);
  const waiting = fanOut.frames.filter((child) => !child.output);
  let failed: { child: Frame; error: StatesError } | undefined;
  let broken: unknown;

  const begin = (child: Frame, previous: number) => {
    if (child.started) return;
    const details = { name, index: child.item?.Index };
    child.previous = name === undefined ? previous : log.add('MapIterationStarted', previous, details);
    child.started = true;
  };
  const work = async (child: Frame | undefined) => {
    const what = () => describeThread(thread.execution, child!);
    const activity = new Activity(thread.host.clock, { what, isOfCloud: true });
    try {
      while (child) {
        await run(thread.fork(child, activity, siblings));
        const { previous } = child;
        const details = { name, index: child.item?.Index };
        frame.previous = name === undefined ? previous : log.add('MapIterationSucceeded', previous, details);
        siblings.check();
        child = waiting.shift();
        if (child) begin(child, previous);
      }
    } catch (error) {
      if (error instanceof StatesError && !failed) failed = { child: child!, error };
      else if (!(error instanceof StatesError || error instanceof Interrupted)) broken ??= error;
      siblings.interrupt('sibling');
    } finally {
      activity.end();
    }
  };

  const first = waiting.splice(0, options.concurrency);
  for (const child of first) begin(child, fanOut.startedId);
  await thread.activity.wait(Promise.all(first.map(work)));
  siblings.detach();
  thread.interruption.check();
  if (broken) throw broken;
  if (failed) {
    frame.previous = failed.child.previous;
    recordEnd(thread, fanOut, name, failed.child);
    throw failed.error;
  }
  return fanOut.frames.map((child) => child.output!.value);
}

/** The states that were open when a sibling failed, its own among them. All these events follow the failure. */
function recordEnd(thread: Thread, fanOut: FanOut, name: string | undefined, failed?: Frame): void {
  const { log } = thread.execution;
  const { previous } = thread.frame;
  const open = fanOut.frames.filter((child) => child.started && !child.output);
  for (const child of failed ? [failed, ...open.filter((other) => other !== failed)] : open) {
    if (name !== undefined) {
      const type = child === failed ? 'MapIterationFailed' : 'MapIterationAborted';
      log.add(type, previous, { name, index: child.item?.Index });
    }
    const state = child.group.states.get(child.state)!;
    if (child.enteredId === 0 || !ABORTED.has(state.type)) continue;
    log.add(`${state.type}StateAborted` as HistoryEventType, previous);
    if (child !== failed && child.fanOut) {
      recordEnd(thread, child.fanOut, state.type === 'Map' ? state.name : undefined);
    }
  }
}

const ABORTED: ReadonlySet<State['type']> = new Set<State['type']>(['Task', 'Wait', 'Parallel', 'Map']);

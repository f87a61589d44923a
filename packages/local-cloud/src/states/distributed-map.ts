import type { Need } from '../aws/authorization/need.ts';
import type { MapState } from './definition.ts';
import { StatesError } from './errors.ts';
import type { Execution, FanOut, MapRun, Revision } from './execution.ts';
import { evaluateTolerance, selectItems, startItems, type Tolerance } from './fan-out.ts';
import { COUNT, POSITIVE_COUNT } from './field-reader.ts';
import type { Settle } from './interruption.ts';
import { type Json, payload } from './json.ts';
import { childNeed, childRedrive, childStart } from './needs.ts';
import type { Thread } from './thread.ts';

/** How many children of one Map Run run at once at most ("Using Map state in Distributed mode"). */
const CONCURRENCY = 10_000;

/**
 * A distributed Map state: each item, or batch of items, is the input of a child workflow execution. Its output
 * is an array of the outputs of the children that succeeded.
 *
 * @throws StatesError States.ExceedToleratedFailureThreshold when more items failed than are tolerated
 */
export async function runDistributedMap(thread: Thread, state: MapState): Promise<Json> {
  const { frame } = thread;
  const concurrency = (await thread.evaluateNumber(state.maxConcurrency, COUNT)) || CONCURRENCY;
  let tolerance: Tolerance;
  if (frame.fanOut?.mapRun) {
    const { mapRun } = frame.fanOut;
    tolerance = await evaluateTolerance(thread, state);
    mapRun.redriveCount += 1;
    thread.add('MapRunRedriven', { mapRunArn: mapRun.arn, redriveCount: mapRun.redriveCount });
  } else {
    const items = await startItems(thread, state);
    tolerance = await evaluateTolerance(thread, state);
    frame.fanOut = await start(thread, state, items);
  }
  const mapRun = frame.fanOut.mapRun!;
  const revision = childRevision(thread, state, mapRun);
  try {
    await thread.interruption.wait<void>(thread.activity, (settle) =>
      runChildren(thread, revision, mapRun, Math.min(concurrency, CONCURRENCY), tolerance, settle),
    );
  } catch (error) {
    if (error instanceof StatesError) thread.add('MapRunFailed', { error: error.error, cause: error.cause });
    throw error;
  }
  thread.add('MapRunSucceeded');
  thread.execution.log.add('MapStateSucceeded', frame.previous);
  const executions = mapRun.children.map((child) => child.execution!);
  return executions
    .filter((child) => child.output !== undefined)
    .map((child) => JSON.parse(child.output!) as Json);
}

async function start(thread: Thread, state: MapState, items: Json[]): Promise<FanOut> {
  const { revision } = thread.execution;
  const label = state.label ?? thread.host.random.uuid();
  const prefix = revision.stateMachineArn.replace(':stateMachine:', ':mapRun:');
  const arn = `${prefix}/${label}:${thread.host.random.uuid()}`;
  const inputs = await selectItems(thread, state, items);
  const children = (await batches(thread, state, inputs)).map((batch) => ({
    input: payload(batch.input),
    items: batch.items,
  }));
  const startedId = thread.add('MapRunStarted', { mapRunArn: arn });
  return { startedId, frames: [], mapRun: { arn, label, children, redriveCount: 0 } };
}

async function batches(
  thread: Thread,
  state: MapState,
  inputs: Json[],
): Promise<{ input: Json; items: number }[]> {
  if (!state.batch) return inputs.map((input) => ({ input, items: 1 }));
  const size = (await thread.evaluateNumber(state.batch.maxItems, POSITIVE_COUNT))!;
  const common = state.batch.input && (await thread.evaluate(state.batch.input));
  return Array.from({ length: Math.ceil(inputs.length / size) }, (_, index) => {
    const items = inputs.slice(index * size, (index + 1) * size);
    const input: Json = common === undefined ? { Items: items } : { BatchInput: common, Items: items };
    return { input, items: items.length };
  });
}

/** The item processor as a state machine of its own. */
function childRevision(thread: Thread, state: MapState, mapRun: MapRun): Revision {
  const { revision } = thread.execution;
  return {
    ...revision,
    stateMachineArn: `${revision.stateMachineArn}/${mapRun.label}`,
    stateMachineName: `${revision.stateMachineName}/${mapRun.label}`,
    definition: state.processor,
    mapRun: { arn: mapRun.arn, label: mapRun.label, isExpress: state.express },
  };
}

/** @returns what stops the children that are still running. */
function runChildren(
  thread: Thread,
  revision: Revision,
  mapRun: MapRun,
  concurrency: number,
  tolerance: Tolerance,
  settle: Settle<void>,
): () => void {
  const { host } = thread;
  const total = mapRun.children.reduce((sum, child) => sum + child.items, 0);
  const waiting = mapRun.children.filter((child) => child.execution?.status !== 'SUCCEEDED');
  const running = new Set<Execution>();
  let failures = 0;
  let stopped = false;

  const launch = () => {
    while (!stopped && running.size < concurrency && waiting.length > 0) {
      const child = waiting.shift()!;
      // Express children "are rerun using the StartExecution API action" ("RedriveExecution").
      const again = revision.mapRun?.isExpress ? undefined : child.execution;
      const need = again ? childRedrive(again.arn) : childStart(revision);
      if (!isPermitted(thread, need)) return settle.reject(notPermitted(need));
      if (again) host.redrive(again);
      const execution = again ?? host.startChild(revision, child.input, mapRun.children.indexOf(child));
      child.execution = execution;
      running.add(execution);
      host.whenEnded(execution.arn, () => {
        running.delete(execution);
        const look = childNeed('DescribeExecution', execution.arn);
        if (!isPermitted(thread, look)) return settle.reject(notPermitted(look));
        if (execution.status !== 'SUCCEEDED') failures += child.items;
        if (exceeds(failures, total, tolerance)) {
          const cause = 'The specified tolerated failure threshold was exceeded';
          settle.reject(new StatesError('States.ExceedToleratedFailureThreshold', cause));
        } else {
          launch();
        }
      });
    }
    if (running.size === 0 && waiting.length === 0) settle.resolve();
  };
  launch();
  return () => {
    stopped = true;
    for (const { arn } of running) {
      if (isPermitted(thread, childNeed('StopExecution', arn))) host.stop(arn);
    }
  };
}

function isPermitted({ host, execution }: Thread, need: Need): boolean {
  return host.services.guard?.permits(execution.caller, need) ?? true;
}

function notPermitted({ action, resource }: Need): StatesError {
  return new StatesError(
    'States.Permissions',
    `The state machine's role is not authorized to perform: ${action} on resource: ${resource}`,
  );
}

/** Without a threshold none may fail. */
function exceeds(failures: number, total: number, { count, percentage }: Tolerance): boolean {
  if (count === undefined && percentage === undefined) return failures > 0;
  const overCount = count !== undefined && failures > count;
  return overCount || (percentage !== undefined && (failures / total) * 100 > percentage);
}

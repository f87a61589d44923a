import { Activity } from '../clock.ts';
import type { TaskState } from './definition.ts';
import { StatesError } from './errors.ts';
import { POSITIVE_SECONDS } from './field-reader.ts';
import type { HistoryEventType } from './history.ts';
import type { Settle } from './interruption.ts';
import { isTooLarge, type Json } from './json.ts';
import type { Resource } from './resource.ts';
import { sessionAssuming } from './role.ts';
import type { TaskCall } from './task-services.ts';
import type { OpenTask } from './task-tokens.ts';
import type { Host, Thread } from './thread.ts';

/**
 * One attempt of a Task state: its arguments are evaluated anew, its API is called, and what it waits for is
 * awaited.
 *
 * @throws StatesError, after the event that says so
 */
export async function runTask(thread: Thread, state: TaskState): Promise<Json> {
  const { tokens } = thread.host;
  const { pattern } = state.resource;
  const open = pattern === 'token' ? tokens.open(thread.execution.revision.stateMachineArn) : undefined;
  // The context of a .sync task has a token too, with which nobody can answer.
  if (pattern !== 'response') thread.taskToken = open?.token ?? tokens.fresh();
  try {
    return await attempt(thread, state, open);
  } finally {
    thread.taskToken = undefined;
    if (open) tokens.close(open);
  }
}

async function attempt(thread: Thread, state: TaskState, open: OpenTask | undefined): Promise<Json> {
  const { host, execution, frame } = thread;
  const { resource } = state;
  const { pattern } = resource;
  const parameters = state.arguments ? await thread.evaluate(state.arguments) : frame.input.value;
  const timeout = await thread.evaluateNumber(state.timeoutSeconds, POSITIVE_SECONDS);
  const heartbeat = await thread.evaluateNumber(state.heartbeatSeconds, POSITIVE_SECONDS);
  const roleArn = state.roleArn && ((await thread.evaluate(state.roleArn, 'string')) as string);
  thread.taskToken = undefined;

  const text = JSON.stringify(parameters);
  if (isTooLarge(text)) {
    const cause = `The parameters of the state/task '${state.name}' exceed the maximum number of bytes service limit.`;
    throw new StatesError('States.DataLimitExceeded', cause, { matchesWildcards: false });
  }
  const events = eventsOf(thread, resource);
  events.scheduled(text, timeout, heartbeat, roleArn);
  events.started();

  const deadline = timeout === undefined ? undefined : host.clock.now() + timeout * 1000;
  try {
    const { revision } = execution;
    const task = {
      resource,
      parameters,
      state: state.name,
      iteration: frame.item?.Index ?? execution.iteration,
      token: open?.token,
      caller:
        roleArn === undefined
          ? execution.caller
          : sessionAssuming(roleArn, execution.caller, revision, host.services.guard),
      executionArn: execution.arn,
      stateMachineArn: revision.stateMachineArn,
      requestId: host.random.uuid(),
    };
    let result = await limited<Json>(thread, deadline, (settle) => called(host, task, settle));
    if (pattern !== 'response') {
      events.submitted(JSON.stringify(result));
      result = await limited<Json>(thread, deadline, (settle) => {
        if (pattern === 'token') return answered(thread, open!, heartbeat, settle);
        const job = host.tasks.follow({ ...task, wait: (promise) => promise }, result);
        job.outcome.then(settle.resolve, settle.reject);
        return () => job.abandon();
      });
    }
    const output = JSON.stringify(result);
    if (isTooLarge(output)) {
      const name = resource.kind === 'function' ? resource.arn : resource.resourceType;
      const cause = `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
      // As AWS records it, States.ALL catches a task's own result that is too large.
      throw new StatesError('States.DataLimitExceeded', cause);
    }
    events.succeeded(output);
    return result;
  } catch (error) {
    if (error instanceof StatesError) events.failed(error);
    throw error;
  }
}
/** Waits for what `begin` starts, at most until the deadline. */
function limited<T>(
  thread: Thread,
  deadline: number | undefined,
  begin: (settle: Settle<T>) => () => void,
): Promise<T> {
  const { clock } = thread.host;
  thread.frame.until = deadline;
  return thread.interruption.wait<T>(thread.activity, (settle) => {
    const timer =
      deadline === undefined
        ? undefined
        : clock.after(deadline - clock.now(), () => settle.reject(new StatesError('States.Timeout')));
    const end = begin(settle);
    return () => {
      thread.frame.until = undefined;
      timer?.cancel();
      end();
    };
  });
}

/** Time stands still while the call is on its way, unless whoever answers it lets time pass. */
function called({ clock, tasks }: Host, task: Omit<TaskCall, 'wait'>, settle: Settle<Json>): () => void {
  const work = Activity.run(
    clock,
    (activity) => tasks.call({ ...task, wait: (promise) => activity.wait(promise) }),
    { what: () => `the call of ${task.resource.resource} in “${task.state}”`, isOfCloud: true },
  );
  work.then(settle.resolve, settle.reject);
  return () => {};
}

/** Waits for the answer with the task's token, and for a heartbeat every so many seconds until then. */
function answered(
  thread: Thread,
  open: OpenTask,
  heartbeat: number | undefined,
  settle: Settle<Json>,
): () => void {
  const { clock } = thread.host;
  const missed = () =>
    settle.reject(new StatesError('States.Timeout', undefined, { alias: 'States.HeartbeatTimeout' }));
  const beat = () => (heartbeat === undefined ? undefined : clock.after(heartbeat * 1000, missed));
  let timer = beat();
  open.onHeartbeat = () => {
    timer?.cancel();
    timer = beat();
  };
  open.listen((answer) => {
    if ('output' in answer) settle.resolve(answer.output);
    else settle.reject(new StatesError(answer.error, answer.cause));
  });
  return () => timer?.cancel();
}

/** The history of a task: a function called by its own ARN has events of its own. */
function eventsOf(thread: Thread, resource: Resource) {
  const isFunction = resource.kind === 'function';
  const add = (what: string, details: Record<string, unknown>) => {
    const type = `${isFunction ? 'LambdaFunction' : 'Task'}${what}` as HistoryEventType;
    const names = { resourceType: resource.resourceType, resource: resource.resource };
    const shown = isFunction ? details : { ...names, ...details };
    thread.add(type, isFunction && what === 'Started' ? undefined : shown);
  };
  return {
    scheduled(parameters: string, timeoutInSeconds?: number, heartbeatInSeconds?: number, roleArn?: string) {
      const taskCredentials = roleArn === undefined ? undefined : { roleArn };
      const limits = { timeoutInSeconds, heartbeatInSeconds, taskCredentials };
      const { region } = thread.execution.revision;
      add(
        'Scheduled',
        isFunction
          ? { resource: resource.arn, input: parameters, timeoutInSeconds, taskCredentials }
          : { region, parameters, ...limits },
      );
    },
    started: () => add('Started', {}),
    submitted: (output: string) => add('Submitted', { output }),
    succeeded: (output: string) => add('Succeeded', { output }),
    failed({ error, cause }: StatesError) {
      add(error === 'States.Timeout' && cause === undefined ? 'TimedOut' : 'Failed', { error, cause });
    },
  };
}

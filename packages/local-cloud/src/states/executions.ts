import { AwsError, type AwsServices } from '../aws/service.ts';
import { Activity, type Clock } from '../clock.ts';
import { CloudTasks } from './cloud-tasks.ts';
import { HistoryFull, Interrupted, StatesError } from './errors.ts';
import { Execution, Frame, type Revision, Variables } from './execution.ts';
import { type ExecutionEvent, MAX_EVENTS } from './history.ts';
import { run } from './interpreter.ts';
import { Interruption } from './interruption.ts';
import { isTooLarge, type Payload } from './json.ts';
import { Evaluator } from './jsonata.ts';
import type { ListsOfOne } from './lists-of-one.ts';
import { TRACING } from './needs.ts';
import type { Random } from './random.ts';
import { type StatusChangeEvent, statusChangeEvent } from './status-event.ts';
import type { TaskServices } from './task-services.ts';
import { TaskTokens } from './task-tokens.ts';
import { describeThread, type Host, Thread } from './thread.ts';

const DAY = 86_400_000;
/** A closed execution's name is free again after this long ("StartExecution"). */
const NAME_TAKEN = 90 * DAY;
/** An execution can be redriven for this long after it ended, and so often ("RedriveExecution"). */
const REDRIVABLE = 14 * DAY;
const MAX_REDRIVES = 1000;
/** Seconds that an Express workflow may take, whatever its definition says ("Choosing workflow type in Step Functions"). */
const EXPRESS_SECONDS = 300;

/** Delivers an event to the default event bus of the account. */
export type Publish = (event: StatusChangeEvent, accountId: string, region: string) => void;

/** Starts, ends and keeps executions. */
export class Executions implements Host {
  readonly clock: Clock;
  readonly services: AwsServices;
  readonly random: Random;
  readonly evaluator: Evaluator;
  readonly tokens: TaskTokens;
  readonly tasks: TaskServices;
  readonly #publish: Publish;
  readonly #observers = new Set<(execution: Execution, event: ExecutionEvent) => void>();
  readonly #all = new Map<string, Execution>();
  readonly #byMachine = new Map<string, Execution[]>();

  constructor(options: {
    clock: Clock;
    services: AwsServices;
    random: Random;
    publish: Publish;
    listsOfOne?: ListsOfOne;
    tasks?: TaskServices | undefined;
  }) {
    this.clock = options.clock;
    this.services = options.services;
    this.random = options.random;
    this.evaluator = new Evaluator(options.clock, options.random, { listsOfOne: options.listsOfOne });
    this.tokens = new TaskTokens(options.random);
    this.tasks = options.tasks ?? new CloudTasks(options.services, this);
    this.#publish = options.publish;
  }

  all(): IterableIterator<Execution> {
    return this.#all.values();
  }

  of(stateMachineArn: string): readonly Execution[] {
    return this.#byMachine.get(stateMachineArn) ?? [];
  }

  find(arn: string): Execution {
    const execution = this.#all.get(arn);
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  observe(observer: (execution: Execution, event: ExecutionEvent) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** @throws AwsError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists */
  start(revision: Revision, name: string | undefined, input: string | undefined): Execution {
    if (name !== undefined && (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,80}$/.test(name))) {
      throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    }
    const text = input ?? '{}';
    const given: Payload = { text, value: parseInput(text) };
    const executionName = name ?? this.random.uuid();
    const arn = executionArn(revision, executionName);
    const existing = this.#all.get(arn);
    if (existing?.status === 'RUNNING' && existing.input === text) return existing;
    if (existing && (existing.stopDate ?? Number.POSITIVE_INFINITY) + NAME_TAKEN > this.clock.now()) {
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    return this.#create(revision, executionName, given);
  }

  startChild(revision: Revision, input: Payload, iteration: number): Execution {
    return this.#create(revision, this.random.uuid(), input, iteration);
  }

  whenEnded(arn: string, callback: (execution: Execution) => void): void {
    const execution = this.find(arn);
    if (execution.status === 'RUNNING') execution.whenEnded.push(() => callback(execution));
    else callback(execution);
  }

  /** Does nothing to an execution that has ended. */
  stop(arn: string, error?: string, cause?: string): void {
    const execution = this.find(arn);
    if (execution.status !== 'RUNNING') return;
    execution.log.add('ExecutionAborted', 0, { error, cause });
    this.#end(execution, 'ABORTED', { error, cause });
    execution.interruption?.interrupt('aborted');
  }

  /** Why the execution cannot be redriven; undefined if it can. */
  notRedrivable(execution: Execution): string | undefined {
    const { status, stopDate, redriveCount } = execution;
    if (status === 'RUNNING' || status === 'SUCCEEDED') {
      return `Execution is ${status} and cannot be redriven`;
    }
    if (execution.log.lastId >= MAX_EVENTS - 1) return 'Execution history event limit exceeded';
    if (stopDate! + REDRIVABLE < this.clock.now()) return 'Execution has exceeded the redrivable period';
    if (redriveCount >= MAX_REDRIVES) return 'Execution has reached the maximum number of redrives';
    return undefined;
  }

  /** @throws AwsError ExecutionNotRedrivable */
  redrive(execution: Execution): void {
    const reason = this.notRedrivable(execution);
    if (reason !== undefined) {
      throw new AwsError('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`);
    }
    execution.status = 'RUNNING';
    execution.stopDate = undefined;
    execution.error = undefined;
    execution.cause = undefined;
    execution.redriveCount += 1;
    execution.redriveDate = this.clock.now();
    execution.countTransition();
    const { redriveCount } = execution;
    execution.log.add('ExecutionRedriven', execution.log.lastId, { redriveCount });
    execution.frame!.renew();
    this.#begin(execution, execution.frame!);
  }

  #create(revision: Revision, name: string, input: Payload, iteration?: number): Execution {
    const execution = new Execution({
      arn: revision.mapRun?.isExpress
        ? `${executionArn(revision, name).replace(':execution:', ':express:')}:${this.random.uuid()}`
        : executionArn(revision, name),
      name,
      revision,
      input,
      iteration,
      clock: this.clock,
      observe: (...event) => {
        for (const observer of this.#observers) observer(...event);
      },
    });
    this.#trace(execution);
    this.#all.set(execution.arn, execution);
    const siblings = this.#byMachine.get(revision.stateMachineArn);
    if (siblings) siblings.push(execution);
    else this.#byMachine.set(revision.stateMachineArn, [execution]);
    execution.log.add('ExecutionStarted', 0, { input: input.text, roleArn: revision.roleArn });
    execution.frame = new Frame(revision.definition, input, new Variables());
    this.#begin(execution, execution.frame);
    return execution;
  }

  /** Without the permission there are no traces, and the execution goes on. */
  #trace({ revision, caller }: Execution): void {
    const { enabled = false } = revision.tracingConfiguration as { enabled?: boolean };
    if (enabled) for (const need of TRACING) this.services.guard?.permits(caller, need);
  }

  #begin(execution: Execution, frame: Frame): void {
    const activity = new Activity(this.clock, {
      what: () => describeThread(execution, frame),
      isOfCloud: true,
    });
    const interruption = new Interruption();
    execution.interruption = interruption;
    const { timeoutSeconds } = execution.revision.definition;
    const seconds = execution.isExpress
      ? Math.min(timeoutSeconds ?? EXPRESS_SECONDS, EXPRESS_SECONDS)
      : timeoutSeconds;
    const timer =
      seconds === undefined ? undefined : this.clock.after(seconds * 1000, () => this.#timeOut(execution));
    this.#announce(execution);
    const thread = new Thread(this, execution, frame, activity, interruption);
    void this.#run(thread).finally(() => {
      timer?.cancel();
      activity.end();
    });
  }

  async #run(thread: Thread): Promise<void> {
    const { execution, frame } = thread;
    try {
      // The caller of StartExecution has its answer before the first state is entered.
      await Promise.resolve();
      const output = await run(thread);
      execution.log.add('ExecutionSucceeded', frame.previous, { output: output.text });
      execution.output = output.text;
      execution.frame = undefined;
      this.#end(execution, 'SUCCEEDED', {});
    } catch (failure) {
      // Whoever interrupted the execution has said how it ended.
      if (failure instanceof Interrupted) return;
      const { error, cause } = describeFailure(failure);
      const previous = failure instanceof HistoryFull ? execution.log.lastId : frame.previous;
      execution.log.add('ExecutionFailed', previous, { error, cause });
      this.#end(execution, 'FAILED', { error, cause });
    }
  }

  /** The execution's time is up, whatever its definition says of it. */
  timeOut(arn: string): void {
    const execution = this.find(arn);
    if (execution.status === 'RUNNING') this.#timeOut(execution);
  }

  #timeOut(execution: Execution): void {
    execution.log.add('ExecutionTimedOut', 0, { error: 'States.Timeout' });
    this.#end(execution, 'TIMED_OUT', {});
    execution.interruption?.interrupt('timed out');
  }

  #end(
    execution: Execution,
    status: Execution['status'],
    { error, cause }: { error?: string; cause?: string },
  ): void {
    execution.status = status;
    execution.stopDate = this.clock.now();
    execution.error = error;
    execution.cause = cause;
    this.#announce(execution);
    for (const callback of execution.whenEnded.splice(0)) callback();
  }

  /** Of Standard workflows only ("Automating Step Functions event delivery with EventBridge"). */
  #announce(execution: Execution): void {
    if (execution.isExpress) return;
    const { accountId, region } = execution.revision;
    this.#publish(statusChangeEvent(execution, this.random.uuid(), this.clock.now()), accountId, region);
  }
}

function executionArn(revision: Revision, name: string): string {
  return `${revision.stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

function parseInput(text: unknown): Payload['value'] {
  const invalid = (reason: string) =>
    new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  if (typeof text !== 'string' || text === '') throw invalid('Invalid execution input.');
  if (isTooLarge(text)) throw invalid('The input exceeds the maximum of 262144 bytes.');
  try {
    return JSON.parse(text) as Payload['value'];
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function describeFailure(failure: unknown): { error?: string; cause?: string } {
  if (failure instanceof StatesError) return { error: failure.error, cause: failure.cause };
  const { message } = failure as Error;
  // Anything else is a fault of the local cloud, which must show.
  const cause = failure instanceof HistoryFull ? message : `The local cloud failed: ${message}`;
  return { error: 'States.Runtime', cause };
}

import type { Needs } from '../aws/authorization/need.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Execution, ExecutionStatus, ExecutionWait } from './execution.ts';
import { Executions, type Publish } from './executions.ts';
import { type ExecutionEvent, toHistoryEvent } from './history.ts';
import type { ListsOfOne } from './lists-of-one.ts';
import { statesNeeds } from './needs.ts';
import { Random } from './random.ts';
import { checkRole } from './role.ts';
import { type CreateStateMachine, checkArn, describeMachine, StateMachines } from './state-machines.ts';
import type { TaskServices } from './task-services.ts';

export type { ExecutionStatus, ExecutionWait } from './execution.ts';
export type { Publish } from './executions.ts';
export type { ExecutionEvent } from './history.ts';
export type { StatusChangeEvent } from './status-event.ts';

/** An execution as stories and benches see it. Dates are milliseconds since the epoch, data are JSON texts. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly stateMachineName: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly startDate: number;
  readonly stopDate: number | undefined;
  readonly history: readonly ExecutionEvent[];
  /** Where it is now; nowhere when it has ended. */
  readonly waits: readonly ExecutionWait[];
  readonly redriveCount: number;
  /** As AWS bills them: every state entered, every retry, every redrive; none of an Express workflow. */
  readonly stateTransitions: number;
  /** A child of a Distributed Map of type EXPRESS, billed by the time that it takes. */
  readonly isExpress: boolean;
}

interface Page {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface StepFunctionsOptions {
  clock: Clock;
  services: AwsServices;
  /** Delivers the events that say what becomes of executions. By default nobody hears of them. */
  publish?: Publish;
  /** Of the jitter, the identifiers and `$random`: the same seed repeats a run. By default 1. */
  seed?: number | undefined;
  /** What tasks call. By default the other services of the local cloud. */
  tasks?: TaskServices | undefined;
  /** What a JSONata expression gives for a list of one item. By default the list. */
  listsOfOne?: ListsOfOne | undefined;
}

/** AWS Step Functions: Standard workflows in JSONata. Accounts and Regions are isolated. */
export class StepFunctions implements AwsService {
  readonly signingName = 'states';
  readonly actions: Record<string, Action>;
  readonly needs: Record<string, Needs>;
  readonly #machines: StateMachines;
  readonly #executions: Executions;

  constructor(options: StepFunctionsOptions) {
    const { clock, services, publish = () => {}, tasks, listsOfOne } = options;
    const random = new Random(options.seed ?? 1);
    this.#executions = new Executions({ clock, services, random, publish, tasks, listsOfOne });
    this.#machines = new StateMachines(clock, random, {
      checkRole: (revision) => checkRole(revision, services.guard),
      accepts: (resource) => this.#executions.tasks.accepts?.(resource) ?? true,
    });
    this.needs = statesNeeds((token) => this.#executions.tokens.stateMachineOf(token));
    this.actions = { ...this.#machineActions(), ...this.#executionActions(), ...this.#taskActions() };
  }

  /** All executions in the order in which they were started, child workflows included. */
  executions(): IterableIterator<ExecutionRecord> {
    return this.#executions.all();
  }

  /** Lets a running execution time out now. In a definition, `TimeoutSeconds` does so. */
  timeOut(arn: string): void {
    this.#executions.timeOut(arn);
  }

  /**
   * Calls the observer for every event of every history as it happens.
   *
   * @returns what ends that.
   */
  observe(observer: (execution: ExecutionRecord, event: ExecutionEvent) => void): () => void {
    return this.#executions.observe(observer);
  }

  #machineActions(): Record<string, Action> {
    return {
      CreateStateMachine: (input: CreateStateMachine, caller) => {
        const { revision, creationDate } = this.#machines.create(input, caller);
        return { stateMachineArn: revision.stateMachineArn, creationDate: new Date(creationDate) };
      },
      UpdateStateMachine: (input, caller) => {
        const { revision } = this.#machines.update(input, caller);
        return { updateDate: new Date(revision.updateDate), revisionId: revision.revisionId };
      },
      DeleteStateMachine: (input: { stateMachineArn: string }, caller) => {
        this.#delete(input.stateMachineArn, caller);
        return {};
      },
      DescribeStateMachine: (input: { stateMachineArn: string }, caller) =>
        describeMachine(this.#machines.find(input.stateMachineArn, caller)),
      ListStateMachines: (input: Page, caller) => {
        const { items, nextToken } = page(this.#machines.list(caller), input);
        const stateMachines = items.map(({ revision, creationDate }) => ({
          stateMachineArn: revision.stateMachineArn,
          name: revision.stateMachineName,
          type: 'STANDARD',
          creationDate: new Date(creationDate),
        }));
        return { stateMachines, nextToken };
      },
      ValidateStateMachineDefinition: (input) => this.#machines.validate(input),
      TagResource: (input: { resourceArn: string; tags: { key: string; value: string }[] }, caller) => {
        const { tags } = this.#tagged(input.resourceArn, caller);
        for (const { key, value } of input.tags) tags.set(key, value);
        return {};
      },
      UntagResource: (input: { resourceArn: string; tagKeys: string[] }, caller) => {
        const { tags } = this.#tagged(input.resourceArn, caller);
        for (const key of input.tagKeys) tags.delete(key);
        return {};
      },
      ListTagsForResource: (input: { resourceArn: string }, caller) => {
        const { tags } = this.#tagged(input.resourceArn, caller);
        return { tags: [...tags].map(([key, value]) => ({ key, value })) };
      },
    };
  }

  #executionActions(): Record<string, Action> {
    return {
      StartExecution: (input: { stateMachineArn: string; name?: string; input?: string }, caller) => {
        const machine = this.#machines.find(input.stateMachineArn, caller);
        if (machine.status === 'DELETING') {
          throw new AwsError(
            'StateMachineDeleting',
            `State Machine is being deleted: '${input.stateMachineArn}'`,
          );
        }
        const execution = this.#executions.start(machine.revision, input.name, input.input);
        return { executionArn: execution.arn, startDate: new Date(execution.startDate) };
      },
      DescribeExecution: (input: { executionArn: string }, caller) =>
        this.#describe(this.#find(input.executionArn, caller)),
      DescribeStateMachineForExecution: (input: { executionArn: string }, caller) => {
        const { revision } = this.#find(input.executionArn, caller);
        return {
          stateMachineArn: revision.stateMachineArn,
          name: revision.stateMachineName,
          definition: revision.definitionText,
          roleArn: revision.roleArn,
          updateDate: new Date(revision.updateDate),
          loggingConfiguration: revision.loggingConfiguration,
          tracingConfiguration: revision.tracingConfiguration,
          mapRunArn: revision.mapRun?.arn,
          label: revision.mapRun?.label,
          revisionId: revision.revisionId,
        };
      },
      ListExecutions: (input: Page & { stateMachineArn?: string; statusFilter?: string }, caller) => {
        if (input.stateMachineArn === undefined) {
          throw new AwsError(
            'ValidationException',
            'The local cloud lists executions by stateMachineArn only.',
          );
        }
        this.#machines.find(input.stateMachineArn, caller);
        const all = this.#executions
          .of(input.stateMachineArn)
          .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter);
        const { items, nextToken } = page(all.reverse(), input);
        return { executions: items.map(listed), nextToken };
      },
      GetExecutionHistory: (
        input: Page & { executionArn: string; reverseOrder?: boolean; includeExecutionData?: boolean },
        caller,
      ) => {
        checkArn(input.executionArn, 'execution', caller);
        const { history } = this.#executions.find(input.executionArn);
        const { items, nextToken } = page(input.reverseOrder ? [...history].reverse() : history, input);
        const events = items.map((event) => toHistoryEvent(event, input.includeExecutionData !== false));
        return { events, nextToken };
      },
      StopExecution: (input: { executionArn: string; error?: string; cause?: string }, caller) => {
        const execution = this.#find(input.executionArn, caller);
        this.#executions.stop(execution.arn, input.error, input.cause);
        return { stopDate: date(execution.stopDate) };
      },
      RedriveExecution: (input: { executionArn: string }, caller) => {
        checkArn(input.executionArn, 'execution', caller);
        const execution = this.#executions.find(input.executionArn);
        this.#executions.redrive(execution);
        return { redriveDate: date(execution.redriveDate) };
      },
    };
  }

  #taskActions(): Record<string, Action> {
    const { tokens } = this.#executions;
    return {
      SendTaskSuccess: (input: { taskToken: string; output: string }) => {
        tokens.succeed(input.taskToken, input.output);
        return {};
      },
      SendTaskFailure: (input: { taskToken: string; error?: string; cause?: string }) => {
        tokens.fail(input.taskToken, input.error, input.cause);
        return {};
      },
      SendTaskHeartbeat: (input: { taskToken: string }) => {
        tokens.heartbeat(input.taskToken);
        return {};
      },
    };
  }

  /** Running executions end at their next transition, and the state machine with the last of them. */
  #delete(arn: string, caller: Caller): void {
    checkArn(arn, 'stateMachine', caller);
    const machine = this.#machines.get(arn);
    if (!machine) return;
    machine.status = 'DELETING';
    const running = this.#executions.of(arn).filter(({ status }) => status === 'RUNNING');
    let left = running.length;
    if (left === 0) this.#machines.delete(arn);
    for (const execution of running) {
      execution.doomed = true;
      this.#executions.whenEnded(execution.arn, () => {
        left -= 1;
        if (left === 0) this.#machines.delete(arn);
      });
    }
  }

  #tagged(arn: string, caller: Caller) {
    checkArn(arn, 'stateMachine', caller);
    const machine = this.#machines.get(arn);
    if (!machine) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return machine;
  }

  /** Of an Express workflow too: those here were dispatched by a Map Run ("DescribeExecution"). */
  #find(arn: string, caller: Caller): Execution {
    checkArn(arn, arn?.includes?.(':express:') ? 'express' : 'execution', caller);
    return this.#executions.find(arn);
  }

  #describe(execution: Execution): unknown {
    const reason = this.#executions.notRedrivable(execution);
    const { output, revision } = execution;
    return {
      ...listed(execution),
      input: execution.input,
      inputDetails: { included: true },
      output,
      outputDetails: output === undefined ? undefined : { included: true },
      error: execution.error,
      cause: execution.cause,
      mapRunArn: revision.mapRun?.arn,
      redriveCount: execution.redriveCount,
      redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      redriveStatusReason: reason,
    };
  }
}

function listed(execution: Execution) {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.revision.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: date(execution.startDate),
    stopDate: date(execution.stopDate),
    redriveCount: execution.redriveCount,
    redriveDate: date(execution.redriveDate),
  };
}

function date(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}

/** @throws AwsError InvalidToken, ValidationException */
function page<T>(all: readonly T[], { maxResults, nextToken }: Page): { items: T[]; nextToken?: string } {
  const size = maxResults || 100;
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw new AwsError(
      'ValidationException',
      `Value '${maxResults}' at 'maxResults' must be between 0 and 1000`,
    );
  }
  const start = nextToken === undefined ? 0 : Number(/^after-(\d{1,9})$/.exec(nextToken)?.[1]);
  if (Number.isNaN(start)) throw new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
  const items = all.slice(start, start + size);
  return { items, nextToken: start + size < all.length ? `after-${start + size}` : undefined };
}

import type { Caller } from '../aws/service.ts';
import type { Json } from './json.ts';
import type { Resource } from './resource.ts';

export { StatesError } from './errors.ts';
export type { Json } from './json.ts';
export type { Resource } from './resource.ts';

/** One call that a task makes. */
export interface TaskCall {
  /** What the state's `Resource` says. */
  readonly resource: Resource;
  /** The evaluated arguments, as Step Functions gives them to the service. */
  readonly parameters: Json;
  /** The name of the Task state. */
  readonly state: string;
  /** The index of the innermost iteration or child workflow that the state is part of. */
  readonly iteration: number | undefined;
  /** What `SendTaskSuccess` and its siblings take for this task: for `.waitForTaskToken` only. */
  readonly token: string | undefined;
  /** A session of the state machine's role, or of the role that `Credentials` names. */
  readonly caller: Caller;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly requestId: string;
  /**
   * Lets virtual time pass until the promise settles. Without it time stands still until the call is answered, so a
   * call that is never answered waits in here.
   */
  wait<T>(promise: Promise<T>): Promise<T>;
}

/** The work that a `.sync` task has started. */
export interface Job {
  /** Settles as the task ends. May wait for virtual time. */
  readonly outcome: Promise<Json>;
  /** Called once when nobody waits any more, also after the outcome. */
  abandon(): void;
}

/**
 * The services that the tasks of a state machine call. The local cloud has its own; a test or another program may give
 * different ones to `StepFunctions`.
 *
 * Answers have the form in which Step Functions shows them, for example with `SdkHttpMetadata` for an optimized
 * integration. A {@link StatesError} fails the task with its error and cause, which `Retry` and `Catch` then see.
 */
export interface TaskServices {
  /** Whether there is such a call: a state machine with another one is refused. Without this method there are all. */
  accepts?(resource: Resource): boolean;
  /**
   * Makes a call.
   *
   * @returns the task's result. For `.waitForTaskToken` and `.sync` it is the answer to the request alone.
   * @throws StatesError
   */
  call(task: TaskCall): Promise<Json>;
  /**
   * Follows the work that a `.sync` task has started.
   *
   * @param submitted the answer of {@link call}.
   */
  follow(task: TaskCall, submitted: Json): Job;
}

import type { Template } from './jsonata.ts';
import type { Resource } from './resource.ts';

/** States that run one after the other: a state machine, a branch, an item processor. */
export interface Group {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A state machine's definition in the Amazon States Language, JSONata only. */
export interface Definition extends Group {
  readonly timeoutSeconds?: number;
}

interface Common {
  readonly name: string;
  /** Undefined at the end of the group. */
  readonly next?: string;
  readonly output?: Template;
  readonly assign?: Template;
}

/** One element of `Retry`. Times in seconds. */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds?: number;
  readonly fullJitter: boolean;
}

/** One element of `Catch`. */
export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly output?: Template;
  readonly assign?: Template;
}

interface Recovery {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Common, Recovery {
  readonly type: 'Task';
  readonly resource: Resource;
  readonly arguments?: Template;
  readonly timeoutSeconds?: Template;
  readonly heartbeatSeconds?: Template;
  /** Of `Credentials`. */
  readonly roleArn?: Template;
}

export interface ParallelState extends Common, Recovery {
  readonly type: 'Parallel';
  readonly branches: readonly Group[];
  readonly arguments?: Template;
}

export interface MapState extends Common, Recovery {
  readonly type: 'Map';
  readonly distributed: boolean;
  /** Whether the children of a distributed one are Express workflows. */
  readonly express: boolean;
  readonly processor: Group;
  readonly items?: Template;
  readonly itemSelector?: Template;
  readonly maxConcurrency?: Template;
  readonly toleratedFailureCount?: Template;
  readonly toleratedFailurePercentage?: Template;
  readonly label?: string;
  readonly batch?: { readonly maxItems: Template; readonly input?: Template };
}

export interface ChoiceRule {
  readonly condition: Template;
  readonly next: string;
  readonly output?: Template;
  readonly assign?: Template;
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default?: string;
}

export interface WaitState extends Common {
  readonly type: 'Wait';
  readonly seconds?: Template;
  readonly timestamp?: Template;
}

export interface PassState extends Common {
  readonly type: 'Pass';
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error?: Template;
  readonly cause?: Template;
}

export type State =
  | TaskState
  | ParallelState
  | MapState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState;

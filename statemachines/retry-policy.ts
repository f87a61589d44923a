import type * as errors from '../lambdas/shared/errors.ts';

/** An error of our functions, of Step Functions, or of a service that a step calls. */
export type ErrorName =
  | Exclude<keyof typeof errors, 'NamedError'>
  | `${'States' | 'Lambda' | 'Sandbox' | 'Runtime' | 'DynamoDB' | 'SecretsManager' | 'StepFunctions'}.${string}`;

/**
 * A retrier of the States Language, with every field that has a default, so that none is relied on.
 * ("State machine errors: retrying after an error" of the Step Functions Developer Guide.)
 */
export interface RetryPolicy {
  readonly ErrorEquals: readonly [ErrorName, ...ErrorName[]];
  /** Seconds before the first retry. */
  readonly IntervalSeconds: number;
  /** By which each delay is longer than the one before. */
  readonly BackoffRate: number;
  /** Seconds that no delay exceeds. A policy whose delays do not grow has none. */
  readonly MaxDelaySeconds?: number;
  /** How many retries, so one attempt fewer than there are. */
  readonly MaxAttempts: number;
  /** FULL: each delay is a random one between nothing and what the schedule says, so half of it on average. */
  readonly JitterStrategy: 'FULL' | 'NONE';
}

/** What a service answers and the step catches by its name is an answer: it comes before `SERVICE_FAILURE`. */
export function notRetried(error: ErrorName, ...more: ErrorName[]): RetryPolicy {
  return {
    ErrorEquals: [error, ...more],
    IntervalSeconds: 1,
    BackoffRate: 1,
    MaxAttempts: 0,
    JitterStrategy: 'NONE',
  };
}

import type { ExecutionEvent, ExecutionRecord } from 'local-cloud';

/** What one execution cost, counted in its history. */
export interface Counts {
  /** As AWS bills them. */
  transitions: number;
  invocations: number;
  /** Polls that found a task unfinished, or not known yet. */
  unfinishedPolls: number;
  /** Seconds from its start to its end. */
  seconds: number;
}

export function countsOf({ history, stateTransitions, startDate, stopDate }: ExecutionRecord): Counts {
  return {
    transitions: stateTransitions,
    invocations: history.filter(isInvocation).length,
    unfinishedPolls: history.filter(isUnfinishedPoll).length,
    seconds: (stopDate! - startDate) / 1000,
  };
}

function isInvocation({ type, details }: ExecutionEvent): boolean {
  return type === 'TaskScheduled' && details?.resourceType === 'lambda';
}

function isUnfinishedPoll({ type, details }: ExecutionEvent): boolean {
  return type === 'TaskFailed' && ['TaskPending', 'TaskUnknown'].includes(String(details?.error));
}

/** One stay in the queue for the lock; milliseconds since the epoch. */
export interface Wait {
  since: number;
  until: number;
}

/** Every stay in the queue of an execution, in order. */
export function waitsOf({ history }: ExecutionRecord): Wait[] {
  const waits: Wait[] = [];
  let since: number | undefined;
  for (const { type, details, timestamp } of history) {
    if (!String(details?.name).startsWith('Acquire lock')) continue;
    // Step Functions tells the time in whole milliseconds, and the line is in that order.
    if (type === 'TaskStateEntered') since = Math.floor(timestamp);
    else if (type === 'TaskStateExited' && since !== undefined) waits.push({ since, until: timestamp });
  }
  return waits;
}

/** How many got the lock before somebody who had waited in the queue longer. */
export function overtakers(waits: Wait[]): number {
  // From the last who got the lock to the first.
  const served = waits.toSorted((a, b) => b.until - a.until);
  let earliest = Number.POSITIVE_INFINITY;
  let count = 0;
  for (const { since } of served) {
    if (since > earliest) count += 1;
    earliest = Math.min(earliest, since);
  }
  return count;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

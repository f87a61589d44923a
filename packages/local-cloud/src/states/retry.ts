import type { Catcher, Retrier } from './definition.ts';
import type { StatesError } from './errors.ts';
import type { Random } from './random.ts';

/** Whether one of `ErrorEquals` names the error. */
export function matches(errorEquals: readonly string[], error: StatesError): boolean {
  return errorEquals.some((name) => {
    if (name === error.error || name === error.alias) return true;
    if (!error.matchesWildcards) return false;
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error.error !== 'States.Timeout');
  });
}

export function catcherFor(catchers: readonly Catcher[], error: StatesError): number {
  return catchers.findIndex((catcher) => matches(catcher.errorEquals, error));
}

/** Counts the retries of one visit to a state. Every retrier has its own count. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #counts: number[];

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
    this.#counts = retriers.map(() => 0);
  }

  /** All retries so far, which is `$states.context.State.RetryCount`. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Seconds until the next attempt, or undefined when the first retrier that names the error has no attempt left
   * or none names it.
   */
  next(error: StatesError, random: Random): number | undefined {
    const index = this.#retriers.findIndex((retrier) => matches(retrier.errorEquals, error));
    const retrier = this.#retriers[index];
    if (!retrier) return undefined;
    const used = this.#counts[index]!;
    if (used >= retrier.maxAttempts) return undefined;
    this.#counts[index] = used + 1;
    const delay = retrier.intervalSeconds * retrier.backoffRate ** used;
    const capped = Math.min(delay, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return retrier.fullJitter ? random.next() * capped : capped;
  }
}

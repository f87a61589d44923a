import type { Operation } from './routes.ts';

const minute = 60_000;

/** Times in the minute before the last one. */
class LastMinute {
  readonly #times: number[] = [];
  #first = 0;

  /** How many there were in the 60 seconds up to `now`. */
  count(now: number): number {
    while (this.#first < this.#times.length && this.#times[this.#first]! <= now - minute) this.#first += 1;
    if (this.#first > 1_000) {
      this.#times.splice(0, this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }

  add(now: number): void {
    this.#times.push(now);
  }
}

/** Counts the requests and limits their rate. */
export class RequestMeter {
  /** All requests so far, refused ones included. */
  total = 0;
  /** Requests that were refused because there were too many. */
  refused = 0;
  /** Answers with status 429, those among them that were asked for, or say that too much is being changed. */
  tooMany = 0;
  /** Most requests that arrived in any 60 seconds of clock time, refused ones included. */
  peakPerMinute = 0;
  readonly #byOperation = new Map<Operation | 'unknown', number>();
  readonly #arrived = new LastMinute();
  readonly #admitted = new LastMinute();

  /** How many requests of one kind have arrived; `unknown` for paths that the API does not have. */
  of(operation: Operation | 'unknown'): number {
    return this.#byOperation.get(operation) ?? 0;
  }

  /** How many requests of each kind have arrived. */
  byOperation(): Record<string, number> {
    return Object.fromEntries(this.#byOperation);
  }

  arrive(operation: Operation | 'unknown', now: number): void {
    this.total += 1;
    this.#byOperation.set(operation, this.of(operation) + 1);
    this.#arrived.add(now);
    this.peakPerMinute = Math.max(this.peakPerMinute, this.#arrived.count(now));
  }

  /**
   * Admits a request if fewer than `limit` were admitted in the last 60 seconds. The window rolls; whether the
   * real one does is not published. A refused request does not count, so that a caller who keeps trying is not
   * locked out for good.
   */
  admit(now: number, limit: number): { admitted: boolean; remaining: number } {
    const used = this.#admitted.count(now);
    if (used >= limit) {
      this.refused += 1;
      return { admitted: false, remaining: 0 };
    }
    this.#admitted.add(now);
    return { admitted: true, remaining: limit - used - 1 };
  }
}

import type { Clock, Timer, Waiting } from './clock.ts';
import type { What } from './standstill.ts';

/**
 * The clock of a cloud that will end: what still waits then never happens. So a schedule does not keep the process, or
 * virtual time, going for ever.
 */
export class EndingClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  readonly #notes = new Set<() => void>();
  #hasEnded = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  hold(what?: What): () => void {
    return this.#clock.hold(what);
  }

  note(waiting: Waiting): () => void {
    if (this.#hasEnded) return () => {};
    const forget = this.#clock.note(waiting);
    this.#notes.add(forget);
    return () => {
      this.#notes.delete(forget);
      forget();
    };
  }

  after(milliseconds: number, callback: () => void): Timer {
    if (this.#hasEnded) return { cancel: () => {} };
    const timer = this.#clock.after(milliseconds, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  end(): void {
    this.#hasEnded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const forget of this.#notes) forget();
    this.#notes.clear();
  }
}

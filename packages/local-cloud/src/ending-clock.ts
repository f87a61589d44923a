import type { Clock, Timer } from './clock.ts';

/**
 * The clock of a cloud that will end: what still waits then never happens. So a schedule does not keep the process, or
 * virtual time, going for ever.
 */
export class EndingClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #hasEnded = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  hold(): () => void {
    return this.#clock.hold();
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
  }
}

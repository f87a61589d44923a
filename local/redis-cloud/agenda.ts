import type { Clock } from 'local-cloud';

interface Entry {
  due: number;
  run: (due: number) => void;
}

/**
 * What is going to happen at known times. Nothing happens by itself: whoever is about to look calls
 * {@link settle}, and everything that fell due is made up for, in order, each thing at its own time. So the
 * server sets no timers and never keeps the clock going.
 */
export class Agenda {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Plans `run` for the time `due`; things planned for the same time run in the order of planning. */
  plan(due: number, run: (due: number) => void): void {
    const index = this.#entries.findIndex((entry) => entry.due > due);
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, { due, run });
  }

  /** Makes up for everything that fell due, and for what that brings about. */
  settle(): void {
    const now = this.now();
    for (;;) {
      const next = this.#entries[0];
      if (!next || next.due > now) return;
      this.#entries.shift();
      next.run(next.due);
    }
  }
}

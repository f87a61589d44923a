/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void;
}

/**
 * The local cloud's time. Services compute their state from `now()`; whatever waits, waits here.
 *
 * Work that must finish before time may move on holds the clock: see {@link Activity}.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, `milliseconds` from now. */
  after(milliseconds: number, callback: () => void): Timer;
  /** Keeps time still until the returned function is called. */
  hold(): () => void;
}

/**
 * One thread of work on a clock: an execution, a delivery, a story. While it works, time stands still; while it
 * sleeps or waits for someone else, time may pass.
 */
export class Activity {
  readonly #clock: Clock;
  #release: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#release = clock.hold();
  }

  /** Runs `work` as one activity and ends it, whatever comes of it. */
  static async run<T>(clock: Clock, work: (activity: Activity) => Promise<T>): Promise<T> {
    const activity = new Activity(clock);
    try {
      return await work(activity);
    } finally {
      activity.end();
    }
  }

  /** Lets `milliseconds` pass. */
  sleep(milliseconds: number): Promise<void> {
    return this.wait(new Promise((resolve) => this.#clock.after(milliseconds, resolve)));
  }

  /**
   * Lets time pass until the promise settles. Whoever settles it must hold the clock while doing so, as timers
   * and other activities do.
   */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const resumed = promise.finally(() => {
      this.#release ??= this.#clock.hold();
    });
    this.end();
    return resumed;
  }

  /** The work is done. */
  end(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

interface Pending extends Timer {
  due: number;
  callback: () => void;
}

/**
 * Virtual time: it stands still while anything is held, and jumps to the next timer when nothing is. Timers due
 * at the same instant fire one after the other, in the order in which they were set, each when the work that the
 * one before it caused has come to rest. So a run is repeatable.
 */
export class VirtualClock implements Clock {
  #now: number;
  #holds = 0;
  #scheduled = false;
  /** Ordered by due time, then by the order of setting. */
  readonly #timers: Pending[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): Timer {
    const timer: Pending = {
      due: this.#now + Math.max(0, milliseconds),
      callback,
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timers[middle]!.due <= timer.due) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    this.#schedule();
    return timer;
  }

  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      this.#schedule();
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#holds > 0) return;
    this.#scheduled = true;
    // A macrotask later, so that whatever the last release resolved can take its own hold first.
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#holds > 0) return;
      const timer = this.#timers.shift();
      if (!timer) return;
      this.#now = Math.max(this.#now, timer.due);
      const release = this.hold();
      timer.callback();
      // The callback's promises resolve before the hold is given back.
      setImmediate(release);
    });
  }
}

/** The real clock, `speed` times as fast. */
export class RealClock implements Clock {
  readonly #speed: number;
  readonly #start = Date.now();

  constructor(speed = 1) {
    this.#speed = speed;
  }

  now(): number {
    return this.#start + (Date.now() - this.#start) * this.#speed;
  }

  after(milliseconds: number, callback: () => void): Timer {
    // setTimeout cannot wait longer than 2^31-1 ms; no workflow here waits that long at one go.
    const timeout = setTimeout(callback, Math.min(milliseconds / this.#speed, 2 ** 31 - 1));
    return { cancel: () => clearTimeout(timeout) };
  }

  hold(): () => void {
    return () => {};
  }
}

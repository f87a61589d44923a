import { inWords, Standstill, type What } from './standstill.ts';

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
  /** Keeps time still until the returned function is called. @param what is being done meanwhile */
  hold(what?: What): () => void;
  /** Notes somebody who waits until the returned function is called. */
  note(waiting: Waiting): () => void;
}

/** Somebody who lets time pass. */
export interface Waiting {
  /** What for. */
  readonly what: What;
  /** Is told when it will never come. Without it nobody is told, as nobody tells a workflow that nobody answers. */
  readonly standstill?: ((error: Standstill) => void) | undefined;
}

/** What an activity does, and whether it is part of the cloud. */
export interface ActivityOptions {
  readonly what?: What;
  /** It waits for ever if need be, in place of throwing a {@link Standstill}. */
  readonly isOfCloud?: boolean;
}

/**
 * One thread of work on a clock: an execution, a delivery, a story. While it works, time stands still; while it
 * sleeps or waits for someone else, time may pass. If it waits for several things at once, time may pass until the
 * last of them has come.
 */
export class Activity {
  readonly #clock: Clock;
  readonly #what: What;
  readonly #isOfCloud: boolean;
  #release: (() => void) | undefined;
  #waits = 0;
  #hasEnded = false;

  constructor(clock: Clock, { what = 'an activity', isOfCloud = false }: ActivityOptions = {}) {
    this.#clock = clock;
    this.#what = what;
    this.#isOfCloud = isOfCloud;
    this.#release = clock.hold(what);
  }

  /** Runs `work` as one activity and ends it, whatever comes of it. */
  static async run<T>(
    clock: Clock,
    work: (activity: Activity) => Promise<T>,
    options?: ActivityOptions,
  ): Promise<T> {
    const activity = new Activity(clock, options);
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
   *
   * @param what it waits for
   * @throws Standstill when it will never settle: nobody works, and no timer is set
   */
  wait<T>(promise: Promise<T>, what: What = this.#what): Promise<T> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = () => {
        if (isOver) return;
        isOver = true;
        forget();
        this.#waits -= 1;
        this.#hold();
      };
      const fail = (error: unknown) => {
        over();
        reject(error);
      };
      this.#waits += 1;
      const forget = this.#clock.note({ what, standstill: this.#isOfCloud ? undefined : fail });
      this.#letGo();
      promise.then((value) => {
        over();
        resolve(value);
      }, fail);
    });
  }

  /** The work is done. */
  end(): void {
    this.#hasEnded = true;
    this.#letGo();
  }

  #hold(): void {
    if (this.#waits === 0 && !this.#hasEnded) this.#release ??= this.#clock.hold(this.#what);
  }

  #letGo(): void {
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
 *
 * Where nothing is held and no timer is set, nothing will ever come: whoever waits is told by a {@link Standstill}.
 */
export class VirtualClock implements Clock {
  #now: number;
  #isScheduled = false;
  /** What holds the clock, by the order of holding. */
  readonly #holders = new Set<{ readonly what: What }>();
  readonly #waiting = new Set<Waiting>();
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
        if (index < 0) return;
        this.#timers.splice(index, 1);
        this.#schedule();
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

  hold(what: What = 'something that has no name'): () => void {
    const holder = { what };
    this.#holders.add(holder);
    return () => {
      if (this.#holders.delete(holder)) this.#schedule();
    };
  }

  note(waiting: Waiting): () => void {
    this.#waiting.add(waiting);
    this.#schedule();
    return () => {
      this.#waiting.delete(waiting);
    };
  }

  /** What keeps time still at this moment, in words. */
  holders(): string[] {
    return Array.from(this.#holders, ({ what }) => inWords(what));
  }

  #schedule(): void {
    if (this.#isScheduled || this.#holders.size > 0) return;
    this.#isScheduled = true;
    // A macrotask later, so that whatever the last release resolved can take its own hold first.
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#holders.size > 0) return;
      const timer = this.#timers.shift();
      if (timer) this.#fire(timer);
      else this.#rest();
    });
  }

  #fire({ due, callback }: Pending): void {
    this.#now = Math.max(this.#now, due);
    const release = this.hold('a timer');
    callback();
    // The callback's promises resolve before the hold is given back.
    setImmediate(release);
  }

  #rest(): void {
    const waiting = [...this.#waiting];
    if (!waiting.some(({ standstill }) => standstill)) return;
    const error = new Standstill(
      this.#now,
      waiting.map(({ what }) => inWords(what)),
    );
    for (const { standstill } of waiting) standstill?.(error);
  }
}

/** The real clock, `speed` times as fast. What comes from outside may always come, so it knows no standstill. */
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

  note(): () => void {
    return () => {};
  }
}

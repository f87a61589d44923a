import { type Clock, type Timer, VirtualClock, type Waiting } from './clock.ts';
import type { What } from './standstill.ts';

/** How often time goes on, in real milliseconds. */
const TICK = 50;
/** After slow work time is not made up for: a tick counts at most so many real milliseconds. */
const LONGEST_TICK = 250;

/**
 * Virtual time that passes at a pace: it can be watched, paused, and sent ahead. It stands still while something works,
 * so nothing runs out of time because this machine is slow. What comes from outside may always come, so it knows no
 * standstill.
 */
export class PacedClock implements Clock {
  readonly #inner: VirtualClock;
  #speed: number;
  /** Keeps the inner time still; undefined while it passes. */
  #release: (() => void) | undefined;
  #reached: Timer | undefined;
  #isJumping = false;
  #lastTick = performance.now();
  readonly #ticks: NodeJS.Timeout;

  /** @param speed how many times as fast as the real time; 0: paused */
  constructor({ start, speed }: { start: number; speed: number }) {
    this.#inner = new VirtualClock(start);
    this.#speed = speed;
    this.#release = this.#inner.hold('the pace');
    this.#ticks = setInterval(() => this.#tick(), TICK);
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.halt();
  }

  get isJumping(): boolean {
    return this.#isJumping;
  }

  now(): number {
    return this.#inner.now();
  }

  after(milliseconds: number, callback: () => void): Timer {
    return this.#inner.after(milliseconds, callback);
  }

  hold(what?: What): () => void {
    return this.#inner.hold(what);
  }

  note(_waiting: Waiting): () => void {
    return () => {};
  }

  /** Lets time pass as fast as it goes, until {@link halt} or for so many milliseconds. */
  jump(milliseconds: number): void {
    this.halt();
    this.#isJumping = true;
    this.#pass(milliseconds);
  }

  /** Time stands still at this very moment, until the next tick. */
  halt(): void {
    this.#isJumping = false;
    this.#reached?.cancel();
    this.#reached = undefined;
    this.#release ??= this.#inner.hold('the pace');
  }

  /** Time passes no more. */
  end(): void {
    clearInterval(this.#ticks);
    this.halt();
  }

  #tick(): void {
    const now = performance.now();
    const elapsed = Math.min(now - this.#lastTick, LONGEST_TICK);
    this.#lastTick = now;
    // The time of the tick before has not passed yet, because something works.
    if (this.#release === undefined || this.#speed === 0) return;
    this.#pass(Math.ceil(elapsed * this.#speed));
  }

  #pass(milliseconds: number): void {
    this.#reached = this.#inner.after(milliseconds, () => this.halt());
    this.#release?.();
    this.#release = undefined;
  }
}

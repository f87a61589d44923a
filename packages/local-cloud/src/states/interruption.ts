import type { Activity } from '../clock.ts';
import { Interrupted } from './errors.ts';

/** Lets an execution, a branch or an iteration be stopped from outside, and all that runs inside it. */
export class Interruption {
  #reason: Interrupted | undefined;
  readonly #listeners = new Set<(reason: Interrupted) => void>();
  readonly #parent: Interruption | undefined;
  readonly #forward = (reason: Interrupted) => this.#settle(reason);

  constructor(parent?: Interruption) {
    this.#parent = parent;
    if (parent) parent.#listeners.add(this.#forward);
  }

  interrupt(reason: Interrupted['reason']): void {
    this.#settle(new Interrupted(reason));
  }

  /** @throws Interrupted */
  check(): void {
    if (this.#reason) throw this.#reason;
  }

  /** The parent forgets this one. */
  detach(): void {
    if (this.#parent) this.#parent.#listeners.delete(this.#forward);
  }

  /**
   * Waits until `begin` calls back, and lets time pass meanwhile unless there is no `activity`. Whatever happens,
   * what `begin` returned is called in the end.
   *
   * @throws Interrupted
   */
  async wait<T>(activity: Activity | undefined, begin: (settle: Settle<T>) => () => void): Promise<T> {
    this.check();
    let listener: ((reason: Interrupted) => void) | undefined;
    let end: (() => void) | undefined;
    const settled = new Promise<T>((resolve, reject) => {
      listener = reject;
      this.#listeners.add(reject);
      end = begin({ resolve, reject });
    });
    try {
      return await (activity ? activity.wait(settled) : settled);
    } finally {
      this.#listeners.delete(listener!);
      end?.();
    }
  }

  #settle(reason: Interrupted): void {
    if (this.#reason) return;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener(reason);
  }
}

/** How a wait ends. */
export interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

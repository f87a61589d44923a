import type { Sandbox } from './sandbox.ts';

/** How many sandboxes there are, over all functions: each takes 15 to 35 MB of the machine. */
export class SandboxCount {
  readonly #limit: number;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get room(): boolean {
    return this.#count < this.#limit;
  }

  add(change: 1 | -1): void {
    this.#count += change;
  }
}

/**
 * A function's sandboxes: started when needed, kept warm. Each function may have one; a second only while there
 * is room. Further work queues.
 */
export class SandboxPool {
  readonly #total: SandboxCount;
  readonly #start: () => Sandbox;
  readonly #idle: Sandbox[] = [];
  readonly #working = new Set<Sandbox>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(total: SandboxCount, start: () => Sandbox) {
    this.#total = total;
    this.#start = start;
  }

  /** Runs `work` in a sandbox that nobody else uses meanwhile. */
  async use<T>(now: () => number, work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    if (this.#mustWait()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy += 1;
    const sandbox = this.#warm(now()) ?? this.#begin();
    this.#working.add(sandbox);
    try {
      return await work(sandbox);
    } finally {
      this.#working.delete(sandbox);
      if (sandbox.alive) this.#idle.push(sandbox);
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy -= 1;
    }
  }

  #mustWait(): boolean {
    if (this.#busy === 0) return false;
    return this.#busy === 2 || (this.#idle.length === 0 && !this.#total.room);
  }

  #begin(): Sandbox {
    const sandbox = this.#start();
    this.#total.add(1);
    sandbox.onExit(() => this.#total.add(-1));
    return sandbox;
  }

  #warm(now: number): Sandbox | undefined {
    for (let sandbox = this.#idle.pop(); sandbox; sandbox = this.#idle.pop()) {
      if (sandbox.alive && now < sandbox.endsAt) return sandbox;
      void sandbox.terminate();
    }
    return undefined;
  }

  /** Lets what is being worked on finish; whatever comes next begins in a new sandbox. */
  retire(): void {
    for (const sandbox of [...this.#idle, ...this.#working]) sandbox.endsAt = 0;
  }

  /** Ends the sandboxes; what they work on ends as if the function had exited. */
  async close(): Promise<void> {
    const sandboxes = [...this.#idle.splice(0), ...this.#working];
    await Promise.all(sandboxes.map((sandbox) => sandbox.terminate()));
  }
}

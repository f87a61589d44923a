import { Machine } from './machine.ts';
import type { Sandbox } from './sandbox.ts';

/** A function's sandboxes that still may get events. */
export interface SandboxesOf {
  readonly directory: string;
  readonly sandboxes: Set<Sandbox>;
  start(machine: Machine): Sandbox;
}

/** Functions that run at the same time: as many as two cores take beside the services. Further work queues. */
const AT_ONCE = 2;

/**
 * The threads in which all functions run. A sandbox is started when none is idle, and kept warm. Functions live
 * together in one thread for as long as they do not run at the same time.
 */
export class Fleet {
  readonly #machines = new Set<Machine>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Runs `work` in a sandbox of the function that nobody else uses meanwhile. */
  async use<T>(of: SandboxesOf, now: () => number, work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    if (this.#running === AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    let machine: Machine | undefined;
    try {
      const sandbox = warm(of, now()) ?? this.#start(of);
      machine = sandbox.machine;
      machine.busy = true;
      return await work(sandbox);
    } finally {
      if (machine) machine.busy = false;
      this.#tidy();
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #start(of: SandboxesOf): Sandbox {
    let machine = [...this.#machines].find((one) => one.alive && !one.busy && one.canLoad(of.directory));
    if (!machine) {
      machine = new Machine();
      this.#machines.add(machine);
    }
    const sandbox = of.start(machine);
    machine.sandboxes += 1;
    of.sandboxes.add(sandbox);
    return sandbox;
  }

  /** A thread whose sandboxes are all gone is of no use: what was loaded there cannot be loaded anew. */
  #tidy(): void {
    for (const machine of this.#machines) {
      if (machine.alive && (machine.busy || machine.sandboxes > 0)) continue;
      this.#machines.delete(machine);
      void machine.terminate();
    }
  }

  /** Lets what is being worked on finish; whatever comes next begins in a new sandbox. */
  retire({ sandboxes }: SandboxesOf): void {
    for (const sandbox of sandboxes) drop(sandboxes, sandbox);
    this.#tidy();
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    const machines = [...this.#machines];
    this.#machines.clear();
    await Promise.all(machines.map((machine) => machine.terminate()));
  }
}

function warm({ sandboxes }: SandboxesOf, now: number): Sandbox | undefined {
  for (const sandbox of sandboxes) {
    if (!sandbox.machine.alive || now >= sandbox.endsAt) drop(sandboxes, sandbox);
    else if (!sandbox.machine.busy) return sandbox;
  }
  return undefined;
}

function drop(sandboxes: Set<Sandbox>, sandbox: Sandbox): void {
  sandboxes.delete(sandbox);
  sandbox.machine.sandboxes -= 1;
}

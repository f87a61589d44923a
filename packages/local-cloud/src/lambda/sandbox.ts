import type { Machine } from './machine.ts';
import type { Outcome } from './outcome.ts';
import type { Invocation, SandboxSetup } from './protocol.ts';

let count = 0;

/**
 * One execution environment of a function: its bundle, loaded once with variables of its own, kept warm between
 * invocations.
 */
export class Sandbox {
  readonly machine: Machine;
  readonly #id = ++count;
  #setup: SandboxSetup | undefined;

  /** When the sandbox must be replaced, in milliseconds of the cloud's time. */
  endsAt: number;

  constructor(machine: Machine, setup: SandboxSetup, endsAt: number) {
    this.machine = machine;
    this.#setup = setup;
    this.endsAt = endsAt;
  }

  /** Runs the handler. Never throws for what the function does. */
  invoke(invocation: Invocation, log: (line: string) => void): Promise<Outcome> {
    const work = { sandbox: this.#id, setup: this.#setup, invocation };
    this.#setup = undefined;
    return this.machine.run(work, log);
  }
}

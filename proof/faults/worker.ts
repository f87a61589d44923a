import { on } from 'node:events';
import type { Case } from './cases.ts';
import { Ground } from './ground.ts';
import { allCases, type Setting } from './jobs.ts';
import { type Result, Trials } from './trial.ts';

/** The accounts of cases; those of recordings have other numbers. */
const FIRST_ACCOUNT = 400_000_000_000;

/** Runs cases in clouds of their grounds. */
class Worker {
  readonly #cases: Map<string, Case>;
  readonly #assemblies: Setting['assemblies'];
  #ground: Ground | undefined;
  #trials: Trials | undefined;
  #accounts = 0;

  constructor({ noted, assemblies }: Setting) {
    this.#cases = new Map(allCases(noted).map((one) => [one.name, one]));
    this.#assemblies = assemblies;
  }

  async run(name: string): Promise<Result> {
    const given = this.#cases.get(name)!;
    if (this.#ground?.name !== given.ground) {
      await this.end();
      this.#ground = await Ground.open(given.ground, this.#assemblies[given.ground]);
      this.#trials = new Trials(this.#ground);
    }
    this.#accounts += 1;
    return this.#trials!.run(given, String(FIRST_ACCOUNT + this.#accounts));
  }

  async end(): Promise<void> {
    await this.#trials?.end();
    await this.#ground?.close();
  }
}

/** Answers a {@link Setting} and each {@link Job} with `ready`, and tells each result before. */
async function serve(): Promise<void> {
  let worker: Worker | undefined;
  for await (const [message] of on(process, 'message', { close: ['disconnect'] })) {
    if (Array.isArray(message)) for (const name of message) process.send!(await worker!.run(name));
    else worker = new Worker(message as Setting);
    process.send!('ready');
  }
  await worker?.end();
}

await serve();

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SingleOnboarding } from './onboarding.ts';
import type { Message, Part } from './part.ts';
import type { Wave, WaveOptions } from './wave.ts';

/** Runs parts of the measurement in processes of their own, and knows how much memory all of them take. */
export class Parts {
  readonly #resident = new Map<ChildProcess, number>();
  #peakBytes = 0;

  /** The most that was resident at once, this process included. Looked at twice a second. */
  get peakMebibytes(): number {
    return this.#peakBytes / 2 ** 20;
  }

  onboardings(contract: SingleOnboarding['contract'], assembly: string): Promise<SingleOnboarding[]> {
    return this.#run({ measures: 'onboardings', contract, assembly }) as Promise<SingleOnboarding[]>;
  }

  wave(assembly: string, wave: WaveOptions): Promise<Wave> {
    return this.#run({ measures: 'wave', wave, assembly }) as Promise<Wave>;
  }

  /** @throws Error if the process ends without figures; it has said why on standard error */
  async #run(part: Part): Promise<SingleOnboarding[] | Wave> {
    const child = fork(join(import.meta.dirname, 'part.ts'), [JSON.stringify(part)]);
    let figures: SingleOnboarding[] | Wave | undefined;
    child.on('message', (message: Message) => {
      if ('figures' in message) figures = message.figures;
      else this.#note(child, message.residentBytes);
    });
    await once(child, 'exit');
    this.#resident.delete(child);
    if (figures === undefined) throw new Error(`The measurement ${JSON.stringify(part)} has failed.`);
    return figures;
  }

  #note(child: ChildProcess, bytes: number): void {
    this.#resident.set(child, bytes);
    const all = [process.memoryUsage.rss(), ...this.#resident.values()];
    this.#peakBytes = Math.max(
      this.#peakBytes,
      all.reduce((sum, one) => sum + one, 0),
    );
  }
}

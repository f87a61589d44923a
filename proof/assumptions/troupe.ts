import type { GroundName } from '../faults/ground.ts';
import { Ground } from '../faults/ground.ts';
import { conductOf, type Outcome, perform } from './play.ts';
import type { Play } from './plays.ts';

const FIRST_ACCOUNT = 600_000_000_000;

/** What a worker knows before it begins. */
export interface Setting {
  /** The folder of each ground's assembly. */
  assemblies: Record<GroundName, string>;
}

/** What can only be chosen when a cloud begins: plays with the same can follow one another in one. */
export function cloudOf({ ground, world }: Play): string {
  return `${ground} ${JSON.stringify(conductOf(world))}`;
}

/** Lets plays happen one after the other. */
export class Troupe {
  readonly #setting: Setting;
  #ground: Ground | undefined;
  #cloud = '';
  #accounts = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async perform(play: Play): Promise<Outcome> {
    if (this.#cloud !== cloudOf(play)) {
      await this.end();
      const assembly = this.#setting.assemblies[play.ground];
      this.#ground = await Ground.open(play.ground, assembly, conductOf(play.world));
      this.#cloud = cloudOf(play);
    }
    this.#accounts += 1;
    return perform(play, this.#ground!, String(FIRST_ACCOUNT + this.#accounts));
  }

  async end(): Promise<void> {
    await this.#ground?.close();
    this.#ground = undefined;
    this.#cloud = '';
  }
}

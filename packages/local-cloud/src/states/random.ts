import { Ids } from '../aws/ids.ts';

/** Chance that repeats: the same seed gives the same numbers and identifiers. Not for secrets. */
export class Random {
  readonly #ids: Ids;
  #state: number;

  constructor(seed: number) {
    this.#ids = new Ids(`states:${seed}`);
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1), by the generator mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  uuid(): string {
    return this.#ids.uuid();
  }

  /** `length` hexadecimal digits, at most 64. */
  hex(length: number): string {
    return this.#ids.hex(length);
  }
}

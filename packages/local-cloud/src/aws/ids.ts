import { createHash } from 'node:crypto';

/** Makes identifiers that look like AWS's and are the same in every run, so that a story is repeatable. */
export class Ids {
  readonly #salt: string;
  #count = 0;

  constructor(salt: string) {
    this.#salt = salt;
  }

  /** `<prefix>-0` and sixteen hexadecimal digits, as in `vpc-0a71e831cb5152c43`. */
  resource(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  /** A UUID of version 4's form. */
  uuid(): string {
    const digits = this.hex(32);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `8${digits.slice(17, 20)}`,
      digits.slice(20, 32),
    ].join('-');
  }

  /** At most 64 hexadecimal digits. */
  hex(length: number): string {
    this.#count += 1;
    return createHash('sha256').update(`${this.#salt}:${this.#count}`).digest('hex').slice(0, length);
  }
}

/** Something derived from a name: the same name gives the same digits. At most 64 of them. */
export function digest(name: string, length: number): string {
  return createHash('sha256').update(name).digest('hex').slice(0, length);
}

import { isIPv6 } from 'node:net';
import { InvalidPattern } from './invalid-pattern.ts';

/** Addresses from `first` to `last`, as hexadecimal digits of one length: 8 for IPv4, 32 for IPv6. */
export interface AddressRange {
  first: string;
  last: string;
}

const looksLikeIPv4 = /^\d+\.\d+\.\d+\.\d+$/;
const looksLikeIPv6 = /^[\da-fA-F:]*:[\da-fA-F:]*$/;

/**
 * The addresses of a network, in the form that the `cidr` operator takes. A network of one address, `/32` or `/128`,
 * is refused (aws/event-ruler, `CIDR`).
 *
 * @throws InvalidPattern
 */
export function networkOf(cidr: string): AddressRange {
  // A slash at the end does not count, as for the method `split` of Java.
  const [address = '', mask = '', ...rest] = cidr.replace(/\/+$/, '').split('/');
  if (!cidr.replace(/\/+$/, '').includes('/') || rest.length > 0) {
    throw new InvalidPattern("Malformed CIDR, one '/' required");
  }
  if (!/^[+-]?\d{1,10}$/.test(mask)) throw new InvalidPattern('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) throw new InvalidPattern('Malformed CIDR, mask bits must not be negative');
  const digits = addressOf(address);
  if (digits === undefined) {
    const known = looksLikeIPv4.test(address) || looksLikeIPv6.test(address);
    throw new InvalidPattern(`${known ? 'Invalid' : 'Nonstandard'} IP address: ${address}`);
  }
  const length = digits.length * 4;
  if (bits >= length) {
    throw new InvalidPattern(`IPv${length === 32 ? 4 : 6} mask bits must be < ${length}`);
  }
  const variable = (1n << BigInt(length - bits)) - 1n;
  const value = BigInt(`0x${digits}`);
  const toDigits = (number: bigint) => number.toString(16).padStart(digits.length, '0');
  return { first: toDigits(value & ~variable), last: toDigits(value | variable) };
}

/** The hexadecimal digits of an address; an IPv4 address within IPv6 is one of IPv4, as in Java. */
export function addressOf(text: string): string | undefined {
  if (looksLikeIPv4.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte <= 255) ? bytes.map((byte) => hex(byte, 2)).join('') : undefined;
  }
  if (!looksLikeIPv6.test(text) || !isIPv6(text)) return undefined;
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const between = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  const digits = [...before, ...between, ...after]
    .map((group) => hex(Number.parseInt(group, 16), 4))
    .join('');
  const mapped = `${'0'.repeat(20)}ffff`;
  return digits.startsWith(mapped) ? digits.slice(mapped.length) : digits;
}

/**
 * Whether an address is in a range. As in aws/event-ruler the digits decide from the left, so that an address of
 * one kind can be in a range of the other: `10.0.0.1` is in `::/0`.
 */
export function inRange(digits: string, { first, last }: AddressRange): boolean {
  const length = Math.min(digits.length, first.length);
  const [start, bottom, top] = [digits, first, last].map((text) => text.slice(0, length)) as [
    string,
    string,
    string,
  ];
  return digits.length < first.length ? bottom < start && start < top : bottom <= start && start <= top;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

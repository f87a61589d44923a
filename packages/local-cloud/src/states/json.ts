import { Buffer } from 'node:buffer';

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON value with its text, so that one string serves every history event that shows the value. */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

/** The largest input or output of a state, in bytes of UTF-8 ("Quotas for state executions"). */
export const MAX_PAYLOAD_BYTES = 262_144;

export function payload(value: Json): Payload {
  return { value, text: JSON.stringify(value) };
}

export function isTooLarge(text: string): boolean {
  // One UTF-16 unit is at most three bytes: most texts need no counting.
  return text.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a member that may be called `__proto__` like any other. */
export function setMember<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

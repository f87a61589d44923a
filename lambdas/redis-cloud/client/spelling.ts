import { STATUS_CODES } from 'node:http';

// The published API description has examples of what Redis Cloud writes, and no promise to write it in just that way.

/** A state in this client's spelling, whatever Redis Cloud's is: `PROCESSING_COMPLETED` is `processing-completed`. */
export function stateOf(text: string): string {
  return text
    .trim()
    .replace(/([a-z])(?=[A-Z])/g, '$1-')
    .replace(/[\s_-]+/g, '-')
    .toLowerCase();
}

const STATUSES = new Map(
  Object.entries(STATUS_CODES).map(([status, text]) => [stateOf(text ?? ''), Number(status)]),
);

/** An HTTP status that is written as a number, as `404 NOT_FOUND` or as `NOT_FOUND`; null if it is none of these. */
export function statusOf(value: unknown): number | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const [, digits, words = ''] = /^\s*(\d{3})?\b\s*(.*)$/s.exec(String(value)) ?? [];
  return digits ? Number(digits) : (STATUSES.get(stateOf(words)) ?? null);
}

/** What is in a list of one; anything else as it is. */
export function unwrapped(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

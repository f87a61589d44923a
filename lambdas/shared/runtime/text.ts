// What others wrote becomes part of messages, logs, mails and paths. Nothing in it may begin a line of its own, hide,
// turn text round or speak to a terminal.

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]+/gu;
/** The same without what JSON escapes by itself. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]+/gu;

/** The text on one line, without what cannot be seen, and no longer than `length` characters. */
export function plain(text: string, length: number): string {
  const line = text
    .slice(0, 2 * length)
    .toWellFormed()
    .replace(UNSAFE, ' ')
    .trim();
  return line.length > length ? `${line.slice(0, length).toWellFormed()}…` : line;
}

/** The text as a member of a JSON line: JSON escapes line breaks, and leaves alone the rest of what cannot be seen. */
export function visible(text: string): string {
  return text.replace(UNSAFE_IN_JSON, ' ');
}

/** Whether the text is on one line, and has nothing that cannot be seen. */
export function isPlain(text: string): boolean {
  return text.isWellFormed() && text.search(UNSAFE) === -1;
}

/** What is not on a line of its own already: line breaks stay. */
const UNSAFE_IN_LINES = /[^\P{Cc}\n]+|[\p{Cf}\p{Zl}\p{Zp}\p{Co}]+/gu;

/** The value with all texts in it as a terminal may show them: without what cannot be seen, but for line breaks. */
export function shown<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replace(UNSAFE_IN_LINES, ' ') as T;
  if (Array.isArray(value)) return value.map(shown) as T;
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)])) as T;
}

import { isObject, type Json } from '../../src/states/json.ts';

/** Words that a recording has in the place of what varies. */
const MASKS: ReadonlySet<string> = new Set(['date', 'timestamp', 'snf_role_arn']);

/** A task token, which is another one each time. */
const TOKEN = /^AQC[A-Za-z0-9]{40,}$/;

const PLACEHOLDER = /<(?:[^<>]|<[^<>]*>)*>/;

/**
 * Whether a value is as recorded. A placeholder in angle brackets matches any text, a mask any value, and a value that
 * the recording has parsed matches its JSON text.
 */
export function same(recorded: unknown, actual: unknown): boolean {
  if (typeof recorded === 'string') return sameText(recorded, actual);
  const value = withoutText(actual);
  if (Array.isArray(recorded)) {
    if (!Array.isArray(value) || recorded.length !== value.length) return false;
    return recorded.every((item, index) => same(item, value[index]));
  }
  if (isObject(recorded)) {
    if (!isObject(value)) return false;
    const names = Object.keys(recorded);
    if (names.length !== Object.keys(value).length) return false;
    return names.every((name) => Object.hasOwn(value, name) && same(recorded[name], value[name]));
  }
  return recorded === value || recorded === actual;
}

function sameText(recorded: string, actual: unknown): boolean {
  if (recorded === actual) return true;
  if (actual !== undefined && (MASKS.has(recorded) || isPlaceholder(recorded))) return true;
  if (typeof actual === 'string' && TOKEN.test(actual)) return true;
  if (typeof actual !== 'string') return false;
  if (PLACEHOLDER.test(recorded) && pattern(recorded).test(actual)) return true;
  const value = parsed(actual);
  if (typeof value === 'string' && value !== actual) return sameText(recorded, value);
  // Two JSON texts may differ in their white space.
  const structure = parsed(recorded);
  const isStructure = typeof structure === 'object' && structure !== null;
  return isStructure && typeof value === 'object' && same(structure, value);
}

/** The value of a JSON text; anything else as it is. */
function withoutText(value: unknown): unknown {
  const inner = typeof value === 'string' ? parsed(value) : undefined;
  return inner === undefined ? value : inner;
}

function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.exec(text)?.[0] === text;
}

function pattern(recorded: string): RegExp {
  const parts = recorded.split(new RegExp(PLACEHOLDER, 'g'));
  return new RegExp(`^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`, 's');
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * What a member is: which distortions it can have follows from that. A word is one of a vocabulary, such as a state; other
 * texts are ids, names and times, and another id would be another thing.
 */
type Sort = 'word' | 'text' | 'number' | 'truth' | 'list' | 'object' | 'date';

/**
 * How a member is given in place of what it is.
 *
 * - `absent`: not at all. `null`. `empty`: as a text, a list or an object without anything in it.
 * - `other case`: a word with capitals where there were none, and the other way round. `unknown`: one that nobody knows.
 * - `text`: a number or a truth as a text.
 * - `one only`: the first of a list. `null among`: a list with a null in it. `unwrapped`: a list of one as that one.
 */
export const KINDS = [
  'absent',
  'null',
  'empty',
  'other case',
  'unknown',
  'text',
  'one only',
  'null among',
  'unwrapped',
] as const;
export type Kind = (typeof KINDS)[number];

const OF_SORT: Record<Sort, readonly Kind[]> = {
  word: ['absent', 'null', 'empty', 'other case', 'unknown'],
  text: ['absent', 'null', 'empty'],
  number: ['absent', 'null', 'text'],
  truth: ['absent', 'null', 'text'],
  list: ['absent', 'null', 'empty', 'one only', 'null among', 'unwrapped'],
  object: ['absent', 'null', 'empty'],
  date: ['absent', 'null'],
};

/** Names of members one inside the other; `[]` for each item of a list. The answer itself has none. */
export type Path = readonly string[];

export const EACH = '[]';

/** A member, or the answer itself, and what it can become. */
export interface Member {
  path: Path;
  kinds: readonly Kind[];
}

/** Every member of an answer, however deep. */
export function membersOf(answer: unknown, path: Path = []): Member[] {
  if (answer === undefined || answer === null) return [];
  const sort = sortOf(answer);
  const own = { path, kinds: OF_SORT[sort].filter((kind) => can(kind, answer)) };
  if (Array.isArray(answer)) {
    return [own, ...answer.flatMap((item) => membersOf(item, [...path, EACH]).filter(isInside(path)))];
  }
  if (sort !== 'object') return [own];
  return [own, ...Object.entries(answer).flatMap(([name, value]) => membersOf(value, [...path, name]))];
}

/** An item is no member: the list that it is in is, and what is inside it. */
function isInside(list: Path): (member: Member) => boolean {
  return ({ path }) => path.length > list.length + 1;
}

function can(kind: Kind, value: unknown): boolean {
  if (!Array.isArray(value)) return true;
  if (kind === 'unwrapped') return value.length === 1;
  return kind === 'one only' ? value.length > 1 : value.length > 0 || kind === 'absent' || kind === 'null';
}

function sortOf(value: unknown): Sort {
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  if (typeof value === 'string') return /^[a-z]+(?:[-_ ][a-z]+)*$/i.test(value) ? 'word' : 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'truth' : 'object';
}

/**
 * The answer with the member as the kind says, wherever the path leads.
 *
 * @returns the answer itself where the path leads nowhere
 */
export function distorted(answer: unknown, path: Path, kind: Kind): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return otherwise(answer, kind);
  if (Array.isArray(answer)) {
    if (name !== EACH) return answer;
    const items = answer.map((item) => distorted(item, rest, kind));
    return items.some((item, index) => item !== answer[index]) ? items : answer;
  }
  if (typeof answer !== 'object' || answer === null || !(name in answer)) return answer;
  const { [name]: value, ...others } = answer as Record<string, unknown>;
  if (value === undefined || value === null) return answer;
  const changed = distorted(value, rest, kind);
  if (changed === value) return answer;
  return changed === undefined ? others : { ...answer, [name]: changed };
}

function otherwise(value: unknown, kind: Kind): unknown {
  if (!OF_SORT[sortOf(value)].includes(kind) || !can(kind, value)) return value;
  switch (kind) {
    case 'absent':
      return undefined;
    case 'null':
      return null;
    case 'empty':
      return Array.isArray(value) ? [] : typeof value === 'string' ? '' : {};
    case 'other case':
      return swapped(String(value));
    case 'unknown':
      return 'something-new';
    case 'text':
      return String(value);
    case 'one only':
      return (value as unknown[]).slice(0, 1);
    case 'null among':
      return [null, ...(value as unknown[])];
    case 'unwrapped':
      return (value as unknown[])[0];
  }
}

function swapped(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const upper = letter.toUpperCase();
    return letter === upper ? letter.toLowerCase() : upper;
  });
}

import { BOUNDS, type Bound } from './bounds.ts';

/** A piece of a definition in JSON. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Changes the texts of a step in which its numbers stand: its strings, and its numbers as `"Seconds": 15`. Retriers
 * and the states inside of a Map have their own.
 */
export function mapTexts<T>(step: T, change: (text: string) => string): T {
  return mapped(step as Json, change) as T;
}

function mapped(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => mapped(item, change));
  const entries = Object.entries(value).map(([key, member]): [string, Json] => {
    if (key === 'Retry' || key === 'States') return [key, member];
    if (typeof member !== 'number') return [key, mapped(member, change)];
    const label = `"${key}": `;
    return [key, Number(change(`${label}${member}`).slice(label.length))];
  });
  return Object.fromEntries(entries);
}

/**
 * A step with the numbers that it is to have.
 *
 * @param name `onboard / What is missing?`, or `onboard` for the topmost level of the definition
 * @throws Error if a number does not stand any more where `bounds.ts` says
 */
export function withBounds<T>(name: string, step: T): T {
  return placesOf(name).reduce((written, { value, text }) => {
    let found = false;
    const changed = mapTexts(written, (whole) =>
      whole.replaceAll(patternOf(text), (_, before, __, after) => {
        found = true;
        return `${before}${value}${after}`;
      }),
    );
    if (!found)
      throw new Error(`${name} has no “${text}”. Say in statemachines/bounds.ts where it stands now.`);
    return changed;
  }, step);
}

/** The numbers of a step that have their value from `bounds.ts`. */
export function placesOf(name: string): { value: number; text: string }[] {
  return Object.values<Bound>(BOUNDS).flatMap(({ value, places }) =>
    places.filter(([step]) => step === name).map(([, text]) => ({ value, text })),
  );
}

/** What is before the number, the number, and what is behind it. */
export function patternOf(text: string): RegExp {
  const [before = '', after = ''] = text.split('#').map((part) => RegExp.escape(part));
  return new RegExp(`(${before})(\\d+(?:\\.\\d+)?)(${after})`, 'g');
}

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

/** Numbers that bound nothing: counters, the first of a list, whether there is any, where a text begins, units. */
const PLAIN = [
  /: 0$/,
  /\$\w+ \+ 1\b/g,
  /\w\[0\]/g,
  / > 0\b/g,
  /, 0, /g,
  / \* 3600\b/g,
  / \/ 1000\b/g,
  /\? 1 : 0\b/g,
  /\? 0 : 1\b/g,
];

/** Numbers of single steps that bound nothing either. */
const PLAIN_IN: Record<string, RegExp> = {
  // The second part of a key.
  'offboard / Query records': /, '#'\)\[1\]/,
  // How often an endpoint was requested before the last look.
  'onboard / Is the endpoint there?': /\(\$endpointRequests - 1\)/,
  // A VPC that never was redriven has waited since the beginning.
  'onboard / Describe VPC': / : 0\]/,
  'onboard / Await VPC endpoint': / : 0\]/,
  // From the first to the last.
  'reconcile / Inspect accounts': /0\.\.\$batches - 1/,
};

/** What is left of a step's numbers without those of `bounds.ts` and those that bound nothing. */
export function unknownNumbers(step: string, state: object): string[] {
  const found: string[] = [];
  mapTexts(state, (whole) => {
    const isNumber = /^"\w+": [\d.]+$/.test(whole);
    if (!isNumber && !whole.startsWith('{%')) return whole;
    const unbounded = placesOf(step).reduce(
      (text, place) => text.replaceAll(patternOf(place.text), '$1$3'),
      whole,
    );
    const others = [...PLAIN, PLAIN_IN[step] ?? /^$/].reduce(
      (text, plain) => text.replace(plain, ''),
      unbounded,
    );
    // Without texts and regular expressions.
    const bare = others.replaceAll(/'(?:[^'\\]|\\.)*'|\/\^(?:[^/\\]|\\.)*\//g, '');
    if (/(?<![\w$])\d/.test(bare)) found.push(whole);
    return whole;
  });
  return found;
}

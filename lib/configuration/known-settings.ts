import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';

/** The part of JSON Schema that the configuration's schema uses for what has settings. */
interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

let whole: Schema | undefined;

/** The setting that was probably meant, where there is one of a similar name at that place. */
export function meantSetting(path: readonly PropertyKey[]): string | undefined {
  const file = join(import.meta.dirname, '..', '..', 'config', 'privatelink.schema.json');
  whole ??= JSON.parse(readFileSync(file, 'utf8')) as Schema;
  const key = String(path.at(-1));
  const names = Object.keys(settingsAt(whole, path.slice(0, -1)));
  return meantName(key, names);
}

/** The name that was probably meant, where there is one that is similar. */
export function meantName(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(name, names);
  return distance(name, nearest) <= Math.max(2, name.length / 4) ? nearest : undefined;
}

function settingsAt(schema: Schema, path: readonly PropertyKey[]): Record<string, Schema> {
  const all = [schema, ...(schema.anyOf ?? [])];
  const [step, ...rest] = path;
  if (step === undefined) return Object.assign({}, ...all.map(({ properties }) => properties));
  const next = all.map((one) => (typeof step === 'number' ? one.items : one.properties?.[String(step)]));
  return Object.assign({}, ...next.filter((one) => one !== undefined).map((one) => settingsAt(one, rest)));
}

import type { Assumption } from './assumption.ts';
import { aws } from './aws.ts';
import { redisCloud } from './redis-cloud.ts';

/** Every assumption, in the order in which `docs/assumptions.md` shows them. */
export const REGISTER: readonly Assumption[] = [...redisCloud, ...aws];

/** What is true in a local world, by the assumption's name. */
export type World = Readonly<Record<string, string>>;

/** The world in which nothing is said to be otherwise. */
export function localWorld(): World {
  return Object.fromEntries(REGISTER.map(({ name, local }) => [name, local]));
}

/**
 * Reads `NAME=VALUE`, as often as it is given. The later one counts.
 *
 * @throws Error that lists the names, or the values of the name
 */
export function readWorld(given: readonly string[]): World {
  const world: Record<string, string> = { ...localWorld() };
  for (const text of given) {
    const [name, value] = split(text);
    const assumption = REGISTER.find((other) => other.name === name);
    if (!assumption) {
      throw new Error(`--assume ${text}: there is no assumption "${name}". There are:\n${list()}`);
    }
    if (!assumption.alternatives.some((other) => other.value === value)) {
      const values = assumption.alternatives.map((other) => `  ${other.value}: ${other.means}`).join('\n');
      throw new Error(`--assume ${text}: "${name}" cannot be "${value}". It can be:\n${values}`);
    }
    world[name] = value;
  }
  return world;
}

function split(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function list(): string {
  return REGISTER.map(
    ({ name, alternatives }) => `  ${name}=${alternatives.map(({ value }) => value).join('|')}`,
  ).join('\n');
}

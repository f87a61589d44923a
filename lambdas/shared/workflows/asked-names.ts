import { closest, distance } from 'fastest-levenshtein';
import type { Connection } from './configuration.ts';
import { namesOf } from './offer.ts';

/** As far as a slip of the finger goes: two letters that are wrong, missing, too many, or one pair swapped. */
const SLIP = 2;

/** The connection that a VPC's tag probably means by a name that none has; undefined: there is none like it. */
export function meantConnection(name: string, connections: readonly Connection[]): string | undefined {
  const near = closest(name.slice(0, 64), connections.flatMap(namesOf));
  return near !== undefined && distance(name, near) <= SLIP ? near : undefined;
}

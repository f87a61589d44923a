import type { Connection } from '../../shared/workflows/configuration.ts';
import {
  changeOf,
  inWords,
  type Known,
  type KnownConnections,
} from '../../shared/workflows/known-connections.ts';
import type { Reported } from './strays.ts';

/** What is recorded of a connection. */
export interface Recorded {
  accounts: ReadonlySet<string>;
  vpcs: number;
}

/** What a former configuration has left, and what comes of it. */
export interface Former {
  /** By the name of a configured connection that is another one than what is connected: what is wrong. */
  changed: ReadonlyMap<string, string>;
  /** Names that are used no more: nothing is recorded of them. */
  over: readonly string[];
  reported: readonly Reported[];
}

/** Of the accounts so many are named. */
const MAX_NAMED = 20;

/** The names of which something may be left that the configuration does not look after. */
export function formerNames(connections: readonly Connection[], known: KnownConnections): string[] {
  return [...known.keys()].filter((name) => {
    const connection = connections.find((one) => one.name === name);
    return !connection || changeOf(connection, known) !== undefined;
  });
}

/**
 * What is left of connections that are configured no more, or for something else. It is known until nothing is recorded
 * of it.
 *
 * @param recorded by name, of {@link formerNames}
 */
export function formerConnections(
  connections: readonly Connection[],
  known: KnownConnections,
  recorded: ReadonlyMap<string, Recorded>,
): Former {
  const former = formerNames(connections, known);
  const over = former.filter((name) => (recorded.get(name)?.accounts.size ?? 0) === 0);
  const left = new Map([...known].filter(([name]) => !over.includes(name)));
  const changed = new Map(
    connections.flatMap((connection): [string, string][] => {
      const change = changeOf(connection, left);
      return change === undefined ? [] : [[connection.name, change]];
    }),
  );
  const reported = former
    .filter((name) => left.has(name) && !connections.some((one) => one.name === name))
    .map((name) => leftOf(name, left.get(name)!, recorded.get(name)!));
  return { changed, over, reported };
}

function leftOf(connection: string, destination: Known, { accounts, vpcs }: Recorded): Reported {
  const ids = [...accounts].sort();
  const named = ids.slice(0, MAX_NAMED).join(', ');
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
  const stay = `it is configured no more, and ${vpcs} VPCs of ${ids.length} accounts (${named}${more}) stay connected by it to ${inWords(destination)}`;
  const what = destination.staysSince
    ? `${stay}. A person has said at ${destination.staysSince} that they may`
    : `${stay}, which nobody looks after. Configure it again, offboard it, and then take it out; or let it be, by offboard with {"connection":"${connection}","leave":"all"}`;
  return { kind: 'connection not configured', connection, what };
}

import type { Connection } from '../../shared/workflows/configuration.ts';
import { isDeleting, isLive } from '../../shared/workflows/endpoint-state.ts';
import type { Hold } from '../../shared/workflows/holds.ts';
import { type Leftover, thingsInWords } from '../../shared/workflows/leftovers.ts';
import { type Standing, standingKey } from '../../shared/workflows/noted.ts';
import { asksFor } from '../../shared/workflows/offer.ts';
import type { PlannedExecution } from '../../shared/workflows/planned-execution.ts';
import { deletionOf, heldOf, refusalOf } from './by-hand.ts';
import { type Doubt, reportedDoubts, UNCLEAR } from './doubt.ts';
import { executionOf, keyOf, retriesOf, type Target } from './executions.ts';
import {
  type AccountRegions,
  accountRegionKey,
  admittedIn,
  type Finding,
  type Found,
  findingsIn,
  type Offers,
  offersOf,
  type PrivateLinkSnapshot,
  principalsFor,
  unofferedAccounts,
  whatIsMissing,
} from './findings.ts';
import { expiringAt, hasAccepted, invitedAccounts } from './invitations.ts';
import { missingOfNetwork } from './networks.ts';
import {
  incompleteEndpoints,
  oddEndpoints,
  othersConnections,
  type Reported,
  tagged,
  unownedIn,
} from './strays.ts';
import { inTurns } from './turns.ts';
import { unusedPrivateLink } from './unused.ts';

/** What a reconciliation knows when it decides. */
export interface Knowledge {
  /** Name of the execution that reconciles. */
  run: string;
  /** ISO time at which it began. */
  at: string;
  /** How often it runs. */
  everyMinutes: number;
  connections: readonly Connection[];
  /** `<account id> <i>,<j>,…` with places in `connections`; null when the accounts could not be listed. */
  accounts: readonly string[] | null;
  /** What could not be told of accounts. */
  doubt: Doubt | null;
  /** What is left of connections that are configured no more. */
  former: readonly Reported[];
  findings: readonly Finding[];
  /** By connection. */
  snapshots: ReadonlyMap<string, PrivateLinkSnapshot>;
  /** `<account id> <connection>` of whom this system has admitted. */
  recorded: ReadonlySet<string>;
  /** When this system has admitted accounts that have not accepted yet: ISO times, by `<account id> <connection>`. */
  admittedAt: ReadonlyMap<string, string>;
  /** What was noted of VPCs, by `standingKey`. */
  standing: ReadonlyMap<string, Standing>;
  /** Removals that wait for a person. */
  held: readonly Hold[];
  /** What is left in accounts that let nobody in. */
  leftovers: readonly Leftover[];
  /** The removals that were due in the run before. */
  dueBefore: ReadonlySet<string>;
}

/** Something that is not as it should be, and what comes of it. */
export interface Difference extends Target {
  /** `dueNext`: a removal that starts if the next run finds it due too. `held`: for `reason`, nothing starts. */
  outcome: 'start' | 'dueNext' | 'held';
  reason?: string;
}

export interface Counts {
  /** Accounts to which a connection is offered. */
  accounts: number;
  /** VPCs that are to be connected, once for each connection. */
  vpcs: number;
  /** This system's own endpoints that work, or may come to. */
  endpoints: number;
  /** Accounts that Redis Cloud lists, once for each connection. */
  principals: number;
  /** Executions to start. */
  onboard: number;
  offboard: number;
  /** Removals that wait for the next run. */
  dueNext: number;
  reported: number;
  /** Invitations that nobody can accept and that may expire before the next run. */
  invitationsNearExpiry: number;
  /** VPCs in which something is left that nobody has said may stay. */
  leftovers: number;
  /** Pairs of account and Region that could not be looked into. */
  unreachable: number;
}

export interface Reconciliation {
  executions: PlannedExecution[];
  differences: Difference[];
  /** The removals that are due now, and whatever else two runs have to find, for the next run. */
  due: string[];
  reported: Reported[];
  /** What could not be looked at, in words. */
  incomplete: string[];
  /** VPCs that were disconnected to be deleted, are connected again, and of which no message has told. */
  notDeleted: Reported[];
  /** Endpoints that are connected and that no account has, by two runs in a row. */
  unowned: Reported[];
  /** VPCs with a working endpoint, by connection; null where the accounts are not known. */
  connected: Record<string, number> | null;
  counts: Counts;
}

/**
 * Executions that a run starts. An execution has 25,000 events in its history ("Step Functions service quotas"); a
 * start takes seven of them, and the reading of 200 connections may have taken half.
 */
const MAX_EXECUTIONS = 1_500;

/**
 * Compares what should be with what is. What is missing is onboarded at once. A removal starts only if it was
 * due in the run before, and only on complete knowledge: where the accounts could not be listed, nothing is
 * planned; where an account and Region could not be looked into, nothing there; where a connection could not be
 * read, nothing of it; where it is unclear whether a connection is offered to an account, nothing is removed. The same knowledge gives the same plan, in the same order and under the same names.
 */
export function reconcile(knowledge: Knowledge): Reconciliation {
  const { connections, accounts } = knowledge;
  const offers = accounts && offersOf(accounts, connections);
  const places = placesOf(knowledge.findings, offers, connections);
  const differences: Difference[] = [];
  const due: string[] = [];
  const unclear = offersOf(knowledge.doubt?.accounts ?? [], connections);
  const { incomplete, reported } = reportedDoubts(knowledge.doubt);
  const notDeleted: Reported[] = [];
  const unusedOnes: PlannedExecution[] = [];
  const unowned: Reported[] = [];
  reported.push(...knowledge.former);
  if (!accounts) incomplete.push('the list of accounts');
  let vpcs = 0;

  const decide = (target: Target, unable: string | undefined) => {
    const asked = target.workflow === 'offboard' && heldOf(knowledge.held, { vpcId: null, ...target });
    const held = unable ?? (asked || undefined);
    if (held !== undefined) {
      differences.push({ ...target, outcome: 'held', reason: held });
    } else if (target.workflow === 'onboard') {
      differences.push({ ...target, outcome: 'start' });
    } else {
      due.push(keyOf(target));
      const outcome = knowledge.dueBefore.has(keyOf(target)) ? 'start' : 'dueNext';
      differences.push({ ...target, outcome });
    }
  };

  for (const { accountId, region, ...finding } of places.values()) {
    if (!('error' in finding)) continue;
    incomplete.push(`account ${accountId} in ${region}`);
    reported.push({ kind: 'unreachable account', accountId, region, what: finding.error });
  }

  for (const connection of connections) {
    const snapshot = knowledge.snapshots.get(connection.name) ?? { error: 'it was not read' };
    const unread = 'error' in snapshot ? `the connection could not be read: ${snapshot.error}` : undefined;
    if ('error' in snapshot) {
      incomplete.push(`connection ${connection.name}`);
      reported.push({ kind: 'unreadable connection', connection: connection.name, what: snapshot.error });
    } else {
      for (const principal of snapshot.others) {
        const what = `Redis Cloud admits ${principal}, which is not an account; it is left alone`;
        reported.push({ kind: 'other principal', connection: connection.name, what });
      }
    }
    if (!offers) continue;

    let asking = 0;
    const leaving = new Set<string>();
    for (const accountId of unofferedAccounts(connection.name, snapshot, offers, unclear)) {
      if (!knowledge.recorded.has(`${accountId} ${connection.name}`)) {
        const what = 'it is admitted, not by this system, and the connection is not offered to it';
        reported.push({ kind: 'unknown principal', connection: connection.name, accountId, what });
        continue;
      }
      leaving.add(accountId);
      const place = places.get(accountRegionKey(accountId, connection.region));
      const why = 'the connection is not offered to the account';
      decide(
        { workflow: 'offboard', connection: connection.name, accountId, region: connection.region, why },
        place && 'error' in place ? 'the account could not be looked into' : undefined,
      );
    }

    const invited = invitedAccounts(connection, snapshot).filter((id) =>
      offers.get(id)?.has(connection.name),
    );
    for (const accountId of invited) {
      const place = places.get(accountRegionKey(accountId, connection.region));
      const admittedAt = knowledge.admittedAt.get(`${accountId} ${connection.name}`);
      const expires = admittedAt && expiringAt(admittedAt, knowledge.at, knowledge.everyMinutes);
      // Where the account can be entered, an onboarding accepts the invitation, or fails and says why.
      if (!expires || !place || !('error' in place)) continue;
      const what = `the account cannot be entered to accept its invitation, which expires at ${expires}`;
      const where = { connection: connection.name, accountId, region: connection.region };
      reported.push({ kind: 'invitation near expiry', ...where, what });
    }

    const principalOf = principalsFor(connection, snapshot);
    for (const place of findingsIn(connection.region, places)) {
      const { accountId, region } = place;
      const offered = offers.get(accountId)?.has(connection.name) ?? false;
      const connected = connectedVpcs(connection, place);
      const isWanted = ({ vpcId, tags, isDefault }: Found['vpcs'][number]) =>
        // A default VPC that is connected stays so.
        asksFor(connection, tags, isDefault === true && !connected.includes(vpcId)) ||
        knowledge.standing.get(standingKey({ accountId, connection: connection.name, vpcId }))?.kind ===
          'wish';
      const wanted = offered ? place.vpcs.filter((vpc) => isWanted(vpc)) : [];
      vpcs += wanted.length;
      asking += wanted.filter(
        ({ vpcId }) =>
          refusalOf(knowledge.standing, { accountId, connection: connection.name, vpcId }) === undefined,
      ).length;
      const target = { connection: connection.name, accountId, region };
      const before = differences.length;
      for (const { vpcId } of wanted) {
        const missing = whatIsMissing(connection, vpcId, place, principalOf(accountId));
        if (missing.length === 0) continue;
        const deletion = deletionOf(knowledge.standing, { ...target, vpcId }, knowledge.at);
        if (deletion?.isOver) {
          const found: Reported = { kind: 'VPC not deleted', ...target, vpcId, what: deletion.what };
          reported.push(found);
          if (!deletion.isTold) notDeleted.push(found);
        }
        const held =
          unread ??
          refusalOf(knowledge.standing, { ...target, vpcId }) ??
          (deletion?.isOver === false ? deletion.what : undefined);
        decide({ workflow: 'onboard', ...target, vpcId, why: missing.join('; ') }, held);
      }
      // The onboarding of a VPC accepts the invitation, too.
      const isUnderWay = differences.length > before || hasAccepted(connection, place);
      if (invited.includes(accountId) && !isUnderWay) {
        const why = 'its invitation is not accepted';
        decide(
          { workflow: 'onboard', ...target, why },
          refusalOf(knowledge.standing, { ...target, vpcId: null }),
        );
      }
      // The account's offboarding takes its VPCs with it.
      if (leaving.has(accountId)) continue;
      const why = offered ? 'the VPC does not ask for it' : 'the connection is not offered to the account';
      const doubt = unclear.get(accountId)?.has(connection.name) ? UNCLEAR : undefined;
      for (const vpcId of connected) {
        if (!wanted.some((vpc) => vpc.vpcId === vpcId)) {
          decide({ workflow: 'offboard', ...target, vpcId, why }, unread ?? doubt);
        }
      }
    }
    for (const target of missingOfNetwork(connection, places, principalOf)) decide(target, unread);
    const others = othersConnections(connection, snapshot, offers, places, leaving, unclear);
    reported.push(...others);
    for (const { key, found } of unownedIn(others)) {
      due.push(key);
      if (knowledge.dueBefore.has(key)) unowned.push(found);
    }
    reported.push(...incompleteEndpoints(connection, snapshot, places));
    const unused = unusedPrivateLink(connection, snapshot, { asking, knowledge, offers, places });
    reported.push(...unused.reported);
    due.push(...unused.due);
    unusedOnes.push(...unused.executions);
  }
  for (const place of places.values()) {
    if (!('error' in place)) reported.push(...oddEndpoints(place, connections), ...tagged(place));
  }

  const leftovers = knowledge.leftovers.filter(({ staysSince }) => staysSince === null);
  for (const { connection, accountId, region, vpcId, things, why } of leftovers) {
    const what = `${thingsInWords(things)} could not be removed: ${why}`;
    reported.push({ kind: 'leftover', connection, accountId, region, vpcId, what });
  }

  const started = inTurns(differences.filter(({ outcome }) => outcome === 'start'));
  const executions = started
    .slice(0, MAX_EXECUTIONS)
    .map((difference) => executionOf(difference, knowledge.run));
  const retries = [...unusedOnes, ...(offers ? retriesOf(leftovers, connections, knowledge.run) : [])];
  if (started.length > MAX_EXECUTIONS) {
    incomplete.push(
      `${started.length - MAX_EXECUTIONS} differences beyond the ${MAX_EXECUTIONS} that a run repairs: the next run does`,
    );
  }
  const count = (workflow: PlannedExecution['workflow']) =>
    executions.filter((execution) => execution.workflow === workflow).length;
  return {
    executions: [...executions, ...retries.slice(0, MAX_EXECUTIONS - executions.length)],
    differences,
    due,
    reported,
    notDeleted,
    unowned,
    incomplete,
    connected: offers && connectedOf(connections, places),
    counts: {
      accounts: offers?.size ?? 0,
      vpcs,
      endpoints: sum(places.values(), (place) =>
        'error' in place ? 0 : place.endpoints.filter(isLive).length,
      ),
      principals: sum(connections, ({ name }) => admittedIn(knowledge.snapshots.get(name)).size),
      onboard: count('onboard'),
      offboard: count('offboard'),
      dueNext: differences.filter(({ outcome }) => outcome === 'dueNext').length,
      reported: reported.length,
      invitationsNearExpiry: reported.filter(({ kind }) => kind === 'invitation near expiry').length,
      leftovers: leftovers.length,
      unreachable: sum(places.values(), (place) => ('error' in place ? 1 : 0)),
    },
  };
}

/** All findings by account and Region, in this order. One that should be there and is not is one that failed. */
function placesOf(
  findings: readonly Finding[],
  offers: Offers | null,
  connections: readonly Connection[],
): AccountRegions {
  const places = new Map(
    findings.map((finding) => [accountRegionKey(finding.accountId, finding.region), finding]),
  );
  for (const [accountId, offered] of offers ?? []) {
    for (const { name, region } of connections) {
      const key = accountRegionKey(accountId, region);
      if (!offered.has(name) || places.has(key)) continue;
      places.set(key, { accountId, region, error: 'it was not looked into' });
    }
  }
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How many VPCs have a working endpoint of each connection. */
function connectedOf(connections: readonly Connection[], places: AccountRegions): Record<string, number> {
  const counts = connections.map(({ name, region }): [string, number] => {
    const live = findingsIn(region, places).map(({ endpoints }) =>
      endpoints.filter((endpoint) => endpoint.connection === name && isLive(endpoint)),
    );
    return [name, sum(live, (endpoints) => new Set(endpoints.map(({ vpcId }) => vpcId)).size)];
  });
  return Object.fromEntries(counts);
}

/** The VPCs with something of the connection that somebody would have to delete. */
function connectedVpcs({ name }: Connection, { endpoints, groups, parameters }: Found): string[] {
  const standing = endpoints.filter((endpoint) => !isDeleting(endpoint));
  const own = [...standing, ...groups, ...(parameters ?? [])].filter(({ connection }) => connection === name);
  return [...new Set(own.map(({ vpcId }) => vpcId))].sort();
}

function sum<T>(items: Iterable<T>, of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}

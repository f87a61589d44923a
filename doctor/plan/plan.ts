import { limitOf } from '../../lambdas/offboard/holding/budget.ts';
import type { Connection, Removals } from '../../lambdas/shared/workflows/configuration.ts';
import {
  changeOf,
  destinationOf,
  inWords,
  type KnownConnections,
} from '../../lambdas/shared/workflows/known-connections.ts';
import { type Standing, standingKey } from '../../lambdas/shared/workflows/noted.ts';
import { type Account, asksFor, offerTo, type UnknownUnits } from '../../lambdas/shared/workflows/offer.ts';

/** What is recorded as connected: an account, or a VPC of it. */
export interface RecordedPlace {
  connection: string;
  accountId: string;
  /** Null: the account's admission. */
  vpcId: string | null;
}

/** What the latest reconciliation has seen in an account and Region. */
export type Seen =
  | { vpcs: { vpcId: string; tags: string | null; isDefault?: boolean | null | undefined }[] }
  | { error: string };

/** Everything that a plan is made of. */
export interface PlanReadings {
  /** As the configuration file would have it. */
  connections: readonly Connection[];
  removals: Removals;
  /** Whether the deployed configuration is this one, as far as its mark tells. */
  isDeployed: boolean;
  /** All accounts of the organization. */
  accounts: readonly Account[];
  unknownUnits: UnknownUnits;
  records: readonly RecordedPlace[];
  /** By `standingKey`. */
  standing: ReadonlyMap<string, Pick<Standing, 'kind'>>;
  /** What names were used for. */
  known: KnownConnections;
  /** By `<account id> <Region>`. */
  seen: ReadonlyMap<string, Seen>;
  /** ISO time at which that was seen; null: never, or too long ago. */
  seenAt: string | null;
}

/**
 * - `connect`: it asks and is offered, and is not connected yet
 * - `cut`: it is connected, and would not be any more
 * - `leave`: it stays as it is, because that is not known, or nobody looks after it
 * - `keep`: it is connected and stays so
 */
export type Outcome = 'connect' | 'cut' | 'leave' | 'keep';

/** What comes of one VPC, or of an account as such. */
export interface PlanLine {
  outcome: Outcome;
  accountId: string;
  /** Null: the account as such. */
  vpcId: string | null;
  why: string;
}

export interface ConnectionPlan {
  name: string;
  /** What it is called in the configuration, if it was renamed; null: the same. */
  newName: string | null;
  /** The subscription and where it is; null: nothing is noted of it. */
  destination: string | null;
  isConfigured: boolean;
  /** Why the configuration may not be deployed as it is; null: it may. */
  refused: string | null;
  /** So many go in an hour at most; what goes beyond is held for a person. */
  atOnce: number | null;
  lines: PlanLine[];
}

/** What a configuration would do, before it is deployed. */
export interface Plan {
  isDeployed: boolean;
  seenAt: string | null;
  connections: ConnectionPlan[];
  /** Why the configuration should not be deployed. */
  errors: string[];
  counts: Record<Outcome, number>;
}

/** The plan. The same readings give the same plan, in the same order. */
export function planOf(readings: PlanReadings): Plan {
  const { connections, unknownUnits, isDeployed, seenAt } = readings;
  const plans = [
    ...connections.map((connection) => ofConnection(connection, readings)),
    ...formerConnections(readings),
  ];
  const counts: Plan['counts'] = { connect: 0, cut: 0, leave: 0, keep: 0 };
  for (const { lines } of plans) for (const { outcome } of lines) counts[outcome] += 1;
  return {
    isDeployed,
    seenAt,
    connections: plans,
    errors: [...plans.flatMap(({ refused }) => refused ?? []), ...unknownUnits.values()],
    counts,
  };
}

function ofConnection(connection: Connection, readings: PlanReadings): ConnectionPlan {
  const { name } = connection;
  const { accounts, unknownUnits, removals, known } = readings;
  const recorded = recordsOf(name, readings.records);
  const refused = changeOf(connection, known) ?? null;
  const connected = [...recorded.values()].reduce((sum, vpcs) => sum + vpcs.size, 0);
  const base = {
    name,
    newName: connection.newName ?? null,
    destination: inWords(destinationOf(connection)),
    isConfigured: true,
    refused,
    atOnce: limitOf(removals.atOnce, connected),
  };
  if (refused !== null) return { ...base, lines: allOf(recorded, 'the connection is refused: see above') };

  const listed = new Map(accounts.map((account) => [account.accountId, account]));
  const ids = [...new Set([...listed.keys(), ...recorded.keys()])].sort();
  const lines = ids.flatMap((accountId) => {
    const account = listed.get(accountId) ?? { accountId, state: null, paths: null };
    const offer = offerTo(connection, account, unknownUnits);
    const vpcs = recorded.get(accountId);
    if (offer.answer === 'yes') return ofOffered(connection, accountId, vpcs ?? new Set(), readings);
    if (!vpcs) return [];
    const seen = readings.seen.get(`${accountId} ${connection.region}`);
    // The door leaves an account alone that the configuration drops, and that nobody can enter.
    const isShutOut = account.state === 'ACTIVE' && seen !== undefined && 'error' in seen;
    if (offer.answer === 'cannot tell') return ofPlaces('leave', accountId, vpcs, offer.what);
    if (isShutOut) {
      return ofPlaces('leave', accountId, vpcs, `${offer.reason}, and nobody can enter the account`);
    }
    return ofPlaces('cut', accountId, vpcs, offer.reason);
  });
  return { ...base, lines };
}

/** The VPCs of an account to which the connection is offered. */
function ofOffered(
  connection: Connection,
  accountId: string,
  recorded: ReadonlySet<string>,
  { seen, standing }: PlanReadings,
): PlanLine[] {
  const found = seen.get(`${accountId} ${connection.region}`);
  const kindOf = (vpcId: string | null) =>
    standing.get(standingKey({ accountId, connection: connection.name, vpcId }))?.kind;
  const line = (outcome: Outcome, vpcId: string | null, why: string) => ({ outcome, accountId, vpcId, why });
  if (!found || 'error' in found) {
    const why = found
      ? `the account could not be looked into: ${found.error}`
      : 'no reconciliation has looked into the account in this Region yet; its VPCs are connected as they ask';
    if (recorded.size === 0) return [line('leave', null, why)];
    return [...recorded].sort().map((vpcId) => line('leave', vpcId, why));
  }
  const there = new Map(found.vpcs.map((vpc) => [vpc.vpcId, vpc]));
  return [...new Set([...there.keys(), ...recorded])].sort().flatMap((vpcId) => {
    const vpc = there.get(vpcId);
    // It was deleted, which cuts nobody.
    if (vpc === undefined) return [];
    const isWish = kindOf(vpcId) === 'wish';
    // A default VPC that is connected stays so.
    const asks = asksFor(connection, vpc.tags, vpc.isDefault === true && !recorded.has(vpcId));
    if (recorded.has(vpcId)) {
      if (asks || isWish) return [line('keep', vpcId, isWish ? 'asked for by hand' : 'it asks for it')];
      return [line('cut', vpcId, 'the VPC does not ask for it')];
    }
    // What was asked for since outweighs that a person has disconnected the whole account.
    const kind = kindOf(vpcId) === 'asked' || isWish ? undefined : (kindOf(vpcId) ?? kindOf(null));
    if (kind === 'refusal') {
      return asks ? [line('leave', vpcId, 'it was disconnected by hand, and stays so')] : [];
    }
    if (!asks && !isWish) return [];
    const approval = connection.approval === 'required' ? ', when somebody has approved it' : '';
    return [line('connect', vpcId, `it asks for it and is not connected${approval}`)];
  });
}

/** What is recorded of connections that are not in the configuration. */
function formerConnections({ connections, records, known }: PlanReadings): ConnectionPlan[] {
  const names = new Set(records.map(({ connection }) => connection));
  for (const { name } of connections) names.delete(name);
  return [...names].sort().map((name) => {
    const destination = known.get(name);
    const why =
      'its connection is not configured, so nobody looks after it. Offboard it before you take it out';
    return {
      name,
      newName: null,
      destination: destination ? inWords(destination) : null,
      isConfigured: false,
      refused: null,
      atOnce: null,
      lines: allOf(recordsOf(name, records), why),
    };
  });
}

/** The VPCs that are recorded of the connection, by account. */
function recordsOf(connection: string, records: readonly RecordedPlace[]): Map<string, Set<string>> {
  const byAccount = new Map<string, Set<string>>();
  for (const { accountId, vpcId, connection: name } of records) {
    if (name !== connection) continue;
    const vpcs = byAccount.get(accountId) ?? new Set();
    if (vpcId !== null) vpcs.add(vpcId);
    byAccount.set(accountId, vpcs);
  }
  return byAccount;
}

function allOf(recorded: ReadonlyMap<string, ReadonlySet<string>>, why: string): PlanLine[] {
  return [...recorded].sort().flatMap(([accountId, vpcs]) => ofPlaces('leave', accountId, vpcs, why));
}

/** Each VPC of the account, or the account as such where it has none. */
function ofPlaces(outcome: Outcome, accountId: string, vpcs: ReadonlySet<string>, why: string): PlanLine[] {
  if (vpcs.size === 0) return [{ outcome, accountId, vpcId: null, why }];
  return [...vpcs].sort().map((vpcId) => ({ outcome, accountId, vpcId, why }));
}

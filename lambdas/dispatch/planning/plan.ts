import { plain } from '../../shared/runtime/text.ts';
import { meantConnection } from '../../shared/workflows/asked-names.ts';
import type { Because } from '../../shared/workflows/because.ts';
import type { AutomationConfiguration, Connection } from '../../shared/workflows/configuration.ts';
import { isUndoneBy, latestOf, type Noted } from '../../shared/workflows/noted.ts';
import { type Account, asksFor, isAmong, offerTo } from '../../shared/workflows/offer.ts';
import type { PlannedExecution } from '../../shared/workflows/planned-execution.ts';
import type { Change } from './event.ts';

/** Something that was asked for and is not done, and why. */
export interface Skipped {
  connection: string;
  reason: string;
}

/** An execution to start, at once or after some time. */
export interface PlannedStart extends PlannedExecution {
  /** A removal waits for so long: what has caused it may be over by then. */
  graceSeconds: number;
}

/** What this system has connected: an account, or a VPC of it. */
export interface Connected {
  connection: string;
  /** Null: the account's admission. */
  vpcId: string | null;
}

/** What is taken away for one of these reasons may be given back within minutes. */
const MAY_COME_BACK: ReadonlySet<Because> = new Set(['untagged', 'account']);

/** The connections that a change may bring, before anything is known of the account. */
export function candidates(
  change: Change,
  connections: readonly Connection[],
): { connections: string[]; skipped: Skipped[] } {
  if (change.kind === 'account') {
    return { connections: connections.map(({ name }) => name), skipped: [] };
  }
  if (change.kind !== 'vpc') return { connections: [], skipped: [] };
  const found: string[] = [];
  const skipped: Skipped[] = [];
  for (const name of change.names) {
    const connection = connections.find((other) => isAmong(other, [name]));
    if (!connection) skipped.push({ connection: plain(name, 64), reason: unknownName(name, connections) });
    else if (connection.region !== change.region) {
      skipped.push({ connection: name, reason: `this connection is in ${connection.region}` });
    } else if (!found.includes(connection.name)) found.push(connection.name);
  }
  for (const connection of connections) {
    const { name, vpcs, region, includeDefaultVpcs } = connection;
    if (vpcs !== 'all' || region !== change.region || found.includes(name)) continue;
    // It is a default VPC, or it was connected when it was made; a reconciliation looks which.
    if (change.retagged && includeDefaultVpcs !== true)
      skipped.push({
        connection: name,
        reason: 'its tag has changed, which says nothing of this connection',
      });
    else if (asksFor(connection, null, change.isDefault === true)) found.push(name);
    else
      skipped.push({ connection: name, reason: 'it is a default VPC, and includeDefaultVpcs is not true' });
  }
  return { connections: found, skipped };
}

function unknownName(name: string, connections: readonly Connection[]): string {
  const reason = 'no connection of this name is configured';
  const meant = meantConnection(name, connections);
  return meant === undefined ? reason : `${reason} (did you mean ${meant}?)`;
}

/** Whether a change may end connections that exist. */
export function mayEnd(change: Change): boolean {
  return change.kind !== 'vpc' || change.retagged;
}

/**
 * Which executions the change calls for: what it brings and is offered to the account is onboarded; what was
 * connected and has lost its reason is offboarded.
 */
export function plan(
  change: Change,
  facts: {
    account: Account;
    connected: readonly Connected[];
    candidates: readonly string[];
    /** What people have done by hand in the account, and VPCs that somebody tries to delete. */
    noted: Noted;
    /** ISO time of the change; null: nobody knows. */
    at: string | null;
  },
  { connections, removals }: AutomationConfiguration,
  fingerprint: string,
): { executions: PlannedStart[]; skipped: Skipped[] } {
  const { account } = facts;
  const executions: PlannedStart[] = [];
  const skipped: Skipped[] = [];
  const start = (
    workflow: PlannedExecution['workflow'],
    connection: Connection,
    vpcId: string | null,
    because: Because | null = null,
  ) => {
    const { accountId } = change;
    executions.push({
      workflow,
      // At most 80 characters: names of connections have at most 32.
      name: [connection.name, accountId, ...(vpcId ? [vpcId] : []), fingerprint].join('-'),
      input: {
        connection: connection.name,
        accountId,
        ...(vpcId ? { vpcId, region: connection.region } : {}),
        // Whom somebody else has admitted stays.
        ...(because
          ? { onlyOurs: true, because }
          : { because: 'event', ...(facts.at !== null && { at: facts.at }) }),
      },
      graceSeconds: because && MAY_COME_BACK.has(because) ? removals.graceMinutes * 60 : 0,
    });
  };
  for (const connection of connections) {
    if (!facts.candidates.includes(connection.name)) continue;
    const offer = offerTo(connection, account);
    const vpcId = change.kind === 'vpc' ? change.vpcId : null;
    const stays = staysDisconnected(connection.name, change.accountId, vpcId, facts);
    if (stays !== undefined) skipped.push({ connection: connection.name, reason: stays });
    else if (offer.answer === 'yes') start('onboard', connection, vpcId);
    else skipped.push({ connection: connection.name, reason: 'reason' in offer ? offer.reason : offer.what });
  }
  for (const connection of grown(change, facts, connections)) {
    const { vpcId } = change as Change & { kind: 'vpc-grown' };
    const stays = staysDisconnected(connection.name, change.accountId, vpcId, { ...facts, at: null });
    const offer = offerTo(connection, account);
    if (stays !== undefined) skipped.push({ connection: connection.name, reason: stays });
    else if (offer.answer === 'yes') start('onboard', connection, vpcId);
    else skipped.push({ connection: connection.name, reason: 'reason' in offer ? offer.reason : offer.what });
  }
  for (const ended of endedBy(change, facts, connections)) {
    const connection = connections.find(({ name }) => name === ended.connection);
    if (connection) start('offboard', connection, ended.vpcId, becauseOf(change));
    else
      skipped.push({ connection: ended.connection, reason: 'it is connected, but not configured any more' });
  }
  if (change.kind === 'account-left') {
    const names = new Set(facts.connected.map(({ connection }) => connection));
    for (const connection of connections) {
      if (!names.has(connection.name) || offerTo(connection, account).answer !== 'yes') continue;
      const reason = 'Organizations shows the account as active, and where the connection is offered to it';
      skipped.push({ connection: connection.name, reason });
    }
  }
  return { executions, skipped };
}

/** The connections whose groups are to let in what the VPC has got: an onboarding adds what they lack. */
function grown(
  change: Change,
  { connected }: { connected: readonly Connected[] },
  connections: readonly Connection[],
): Connection[] {
  if (change.kind !== 'vpc-grown') return [];
  return connections.filter(({ name }) =>
    connected.some((one) => one.connection === name && one.vpcId === change.vpcId),
  );
}

/** Why it is not connected: nothing has undone since that it was disconnected. No move of an account does. */
function staysDisconnected(
  connection: string,
  accountId: string,
  vpcId: string | null,
  { noted, at }: { noted: Noted; at: string | null },
): string | undefined {
  const said = latestOf(noted, { connection, accountId, vpcId });
  if (said?.kind !== 'refusal' && said?.kind !== 'deletion') return undefined;
  if (vpcId !== null && isUndoneBy(at, said)) return undefined;
  return said.kind === 'refusal'
    ? `it was disconnected by hand at ${said.at}, and stays so: start onboard by hand to undo this`
    : `it was disconnected at ${said.at}, because somebody tried to delete it, and this event is older`;
}

function becauseOf(change: Change): Because {
  switch (change.kind) {
    case 'vpc':
    case 'vpc-grown':
      return 'untagged';
    case 'vpc-left':
      return change.refused ? 'vpc-deletion-refused' : 'vpc-gone';
    case 'account':
    case 'account-left':
      return 'account';
  }
}

/** What is connected and has lost its reason: VPCs, or whole accounts. */
function endedBy(
  change: Change,
  { account, connected }: { account: Account; connected: readonly Connected[] },
  connections: readonly Connection[],
): { connection: string; vpcId: string | null }[] {
  switch (change.kind) {
    case 'vpc':
      return change.retagged
        ? connected.filter(({ connection, vpcId }) => {
            const configured = connections.find(({ name }) => name === connection);
            const isAsked = configured
              ? configured.vpcs === 'all' || isAmong(configured, change.names)
              : change.names.includes(connection);
            return vpcId === change.vpcId && !isAsked;
          })
        : [];
    case 'vpc-grown':
      return [];
    case 'vpc-left':
      return connected.filter(({ vpcId }) => vpcId === change.vpcId);
    case 'account':
    case 'account-left': {
      const names = new Set(connected.map(({ connection }) => connection));
      // That an account has left counts only as far as Organizations does not know better.
      const isOver = (name: string) => {
        const connection = connections.find((one) => one.name === name);
        const answer = connection ? offerTo(connection, account).answer : 'no';
        return answer === 'no' || (answer === 'cannot tell' && change.kind === 'account-left');
      };
      return [...names].filter(isOver).map((connection) => ({ connection, vpcId: null }));
    }
  }
}

import type { Connection } from '../../shared/workflows/configuration.ts';
import { isLive } from '../../shared/workflows/endpoint-state.ts';
import { type Found, type PrivateLinkSnapshot, principalsOf } from './findings.ts';

/** AWS RAM's invitations expire so many hours after they are sent ("Accepting and rejecting resource share invitations"). */
export const INVITATION_HOURS = 12;

/**
 * A reconciliation runs every so many hours. An account is often admitted before it has the role by which its
 * invitation is accepted. With 12 h for an invitation and 6 h between runs, each one meets a run in its first
 * half, and the run that finds it older than that is the last one that comes in time.
 */
export const RECONCILIATION_HOURS = 6;

const HOUR = 3_600_000;

/**
 * A principal is in one of these states before its invitation is accepted. Whether it leaves them by acceptance
 * alone is inferred and not documented: to onboard an account in one of them once more does no harm.
 */
const PENDING = new Set(['initializing', 'associating']);

/** The accounts that are invited to the connection's resource share and have not accepted, as far as Redis Cloud tells. */
export function invitedAccounts({ contract }: Connection, snapshot: PrivateLinkSnapshot): string[] {
  if (contract !== 'resource-share') return [];
  const pending = [...principalsOf(snapshot)].filter(([, status]) => PENDING.has(status));
  return pending.map(([accountId]) => accountId).sort();
}

/** Whether the account must have accepted, because it has an endpoint of the connection. */
export function hasAccepted({ name }: Connection, { endpoints }: Found): boolean {
  return endpoints.some((endpoint) => endpoint.connection === name && isLive(endpoint));
}

/**
 * When an invitation expires that was sent at `admittedAt`, if that is before a run after the one at `now` can be
 * sure to come in time. Both are ISO times.
 */
export function expiringAt(admittedAt: string, now: string): string | undefined {
  const sent = Date.parse(admittedAt);
  const isOld = Date.parse(now) - sent >= (INVITATION_HOURS - RECONCILIATION_HOURS) * HOUR;
  return isOld ? new Date(sent + INVITATION_HOURS * HOUR).toISOString() : undefined;
}

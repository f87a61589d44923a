import type { Connection } from '../../shared/workflows/configuration.ts';
import { isLive } from '../../shared/workflows/endpoint-state.ts';
import { type Found, type PrivateLinkSnapshot, principalsOf } from './findings.ts';

/** AWS RAM's invitations expire so many hours after they are sent ("Accepting and rejecting resource share invitations"). */
export const INVITATION_HOURS = 12;

/**
 * A run that is late by this much has not started, or does not end: one waits for up to two hours for a subscription that
 * is busy, and for up to one for its reading.
 */
export const LONGEST_RUN_HOURS = 4;

const MINUTE = 60_000;

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
 * sure to come in time. Both are ISO times. An account is often admitted before it has the role by which its invitation is
 * accepted.
 *
 * @param everyMinutes how often a reconciliation runs
 */
export function expiringAt(admittedAt: string, now: string, everyMinutes: number): string | undefined {
  const sent = Date.parse(admittedAt);
  const isOld = Date.parse(now) - sent >= (INVITATION_HOURS * 60 - everyMinutes) * MINUTE;
  return isOld ? new Date(sent + INVITATION_HOURS * 60 * MINUTE).toISOString() : undefined;
}

import * as z from 'zod/mini';
import { MalformedEvent } from '../shared/errors.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { accountOf, fingerprint, isFound, readEvent, timeOf } from './planning/event.ts';
import { candidates, mayEnd } from './planning/plan.ts';

/** What the stack tells this function. */
export const readEventEnvironment = z.object({
  MANAGEMENT_ACCOUNT_ID: z.string().check(z.regex(/^\d{12}$/, 'must be an account id')),
});

/**
 * What an EventBridge event says, and which connections it may concern.
 * @throws MalformedEvent when it lacks what its kind promises, or speaks of accounts and is not from the management
 *   account: whoever starts this by hand may have been given an event that somebody has made up.
 */
export const handler = defineHandler(z.object({ event: z.unknown() }), ({ event }) => {
  const parsed = readEvent(event, Date.now());
  if (!parsed.change) {
    const { change, reason } = parsed;
    return { change, reason, concerned: false, connections: [], skipped: [], fingerprint: null, at: null };
  }
  const { MANAGEMENT_ACCOUNT_ID } = readEnvironment(readEventEnvironment);
  const from = accountOf(event);
  if (parsed.change.kind.startsWith('account') && from !== MANAGEMENT_ACCOUNT_ID) {
    throw new MalformedEvent(
      `The event speaks of account ${parsed.change.accountId} and comes from account ${from}. Only the management account tells of others. It is kept in the dead-letter queue. Start reconcile, which asks Organizations.`,
    );
  }
  const found = candidates(parsed.change, configuration().connections);
  const concerned = found.connections.length > 0 || mayEnd(parsed.change);
  return {
    change: parsed.change,
    concerned,
    reason: concerned ? null : 'no configured connection is concerned',
    ...found,
    fingerprint: fingerprint(event),
    at: isFound(event) || parsed.change.kind === 'vpc-grown' ? null : timeOf(event),
  };
});

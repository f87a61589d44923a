import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { fingerprint, readEvent, timeOf } from './planning/event.ts';
import { candidates, mayEnd } from './planning/plan.ts';

/** What an EventBridge event says, and which connections it may concern. */
export const handler = defineHandler(z.object({ event: z.unknown() }), ({ event }) => {
  const parsed = readEvent(event, Date.now());
  if (!parsed.change) {
    const { change, reason } = parsed;
    return { change, reason, concerned: false, connections: [], skipped: [], fingerprint: null, at: null };
  }
  const found = candidates(parsed.change, configuration().connections);
  const concerned = found.connections.length > 0 || mayEnd(parsed.change);
  return {
    change: parsed.change,
    concerned,
    reason: concerned ? null : 'no configured connection is concerned',
    ...found,
    fingerprint: fingerprint(event),
    at: timeOf(event),
  };
});

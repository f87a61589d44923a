import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { fingerprint, readEvent } from './planning/event.ts';
import { candidates, mayEnd } from './planning/plan.ts';

/** What an EventBridge event says, and which connections it may concern. */
export const handler = defineHandler(z.object({ event: z.unknown() }), ({ event }) => {
  const reading = readEvent(event);
  if (!reading.change) {
    const { change, reason } = reading;
    return { change, reason, concerned: false, connections: [], skipped: [], fingerprint: null };
  }
  const found = candidates(reading.change, configuration().connections);
  const concerned = found.connections.length > 0 || mayEnd(reading.change);
  return {
    change: reading.change,
    concerned,
    reason: concerned ? null : 'no configured connection is concerned',
    ...found,
    fingerprint: fingerprint(event),
  };
});

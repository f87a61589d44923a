import * as z from 'zod/mini';
import { watchReading } from '../shared/coordination/readings.ts';
import { whileAwsAnswers } from '../shared/coordination/table.ts';
import { lookAtTurn } from '../shared/coordination/turn.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { measure } from '../shared/runtime/metrics.ts';
import { configuration } from '../shared/workflows/configuration.ts';

/**
 * Looks at the turn of every subscription, now and then: how long it has been held, how many wait. A turn whose
 * holder has ended without giving it back goes to the next in line, and so does a reading that others wait for.
 */
export const handler = defineHandler(z.unknown(), async () => {
  const { connections } = configuration();
  const subscriptions = new Set(connections.map(({ subscriptionId }) => subscriptionId));
  let [longest, waiting] = [0, 0];
  for (const subscriptionId of subscriptions) {
    const turn = await whileAwsAnswers('The turn could not be looked at', () => lookAtTurn(subscriptionId));
    longest = Math.max(longest, turn.held);
    waiting += turn.waiting;
  }
  for (const connection of connections) {
    await whileAwsAnswers('The reading could not be looked at', () => watchReading(connection));
  }
  measure('TurnHeld', longest);
  measure('TurnsWaitedFor', waiting);
});

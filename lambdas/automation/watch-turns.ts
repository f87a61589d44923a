import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { measure } from '../runtime/metrics.ts';
import { configuration } from './configuration.ts';
import { lookAtTurn, whileAwsAnswers } from './turn.ts';

/**
 * Looks at the turn of every subscription, now and then: how long it has been held, how many wait. A turn whose
 * holder has ended without giving it back goes to the next in line.
 */
export const handler = defineHandler(z.unknown(), async () => {
  const subscriptions = new Set(configuration().connections.map(({ subscriptionId }) => subscriptionId));
  let [longest, waiting] = [0, 0];
  for (const subscriptionId of subscriptions) {
    const turn = await whileAwsAnswers(() => lookAtTurn(subscriptionId));
    longest = Math.max(longest, turn.held);
    waiting += turn.waiting;
  }
  measure('TurnHeld', longest);
  measure('TurnsWaitedFor', waiting);
});

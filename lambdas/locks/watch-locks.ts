import * as z from 'zod/mini';
import { inspectLock } from '../shared/coordination/lock.ts';
import { watchRead } from '../shared/coordination/shared-reads.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { measure } from '../shared/runtime/metrics.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { readHolds } from '../shared/workflows/holds.ts';
import { readKnownConnections } from '../shared/workflows/known-connections.ts';

/**
 * Looks at the lock of every subscription, now and then: how long it has been held, how many wait. A lock whose
 * holder has ended without giving it back goes to the next in the queue, and so does a reading that others wait for.
 * How many removals wait for a person is counted on the way.
 */
export const handler = defineHandler(z.unknown(), async () => {
  const { connections } = configuration();
  // What is configured no more can have been changed when the configuration was deployed.
  const former = [...(await readKnownConnections()).values()].map(({ subscriptionId }) =>
    Number(subscriptionId),
  );
  const subscriptions = new Set([...connections.map(({ subscriptionId }) => subscriptionId), ...former]);
  let [longest, waiting] = [0, 0];
  for (const subscriptionId of subscriptions) {
    const lock = await withAwsErrors('The lock could not be inspected', () => inspectLock(subscriptionId));
    longest = Math.max(longest, lock.held);
    waiting += lock.waiting;
  }
  for (const connection of connections) {
    await withAwsErrors('The shared read could not be inspected', () => watchRead(connection));
  }
  measure('LockHeld', longest);
  measure('LocksWaitedFor', waiting);
  measure('RemovalsHeld', (await readHolds()).length);
});

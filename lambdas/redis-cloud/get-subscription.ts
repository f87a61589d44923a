import { SubscriptionBusy } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ConnectionInput } from './call/schemas.ts';
import { subscriptionStatus } from './call/subscription-status.ts';
import { describeTarget } from './client/connection.ts';

/**
 * Looks whether a connection's subscription can be changed: `{ status }`, which is null if Redis Cloud does not tell.
 *
 * @throws SubscriptionBusy while the subscription is known not to be active: the wait is the step's.
 * @throws RateLimited and AwsUnavailable when nothing could be asked.
 */
export const handler = defineHandler(ConnectionInput, async ({ connection }) => {
  const status = await subscriptionStatus(connection);
  if (status !== null && status !== 'active') {
    throw new SubscriptionBusy(
      `The subscription of ${describeTarget(connection)} has the status "${status}", and Redis Cloud changes nothing ` +
        'of it before it is active. See in the Redis Cloud console what it waits for; then redrive the execution.',
    );
  }
  return { status };
});

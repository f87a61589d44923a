import {
  AwsUnavailable,
  NamedError,
  RateLimited,
  SecretInvalid,
  SubscriptionBusy,
} from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';
import { type ConnectionTarget, describeTarget } from './client/connection.ts';

/**
 * Looks whether a connection's subscription can be changed: `{ status }`, which is null if Redis Cloud does not tell.
 * Nothing depends on being told, so what Redis Cloud answers in place of a subscription is no failure.
 *
 * @throws SubscriptionBusy while the subscription is known not to be active: the wait is the step's.
 * @throws RateLimited and AwsUnavailable when nothing could be asked.
 */
export const handler = defineHandler(ConnectionInput, async ({ connection }) => {
  const status = await statusOf(connection);
  if (status !== null && status !== 'active') {
    throw new SubscriptionBusy(
      `The subscription of ${describeTarget(connection)} has the status "${status}", and Redis Cloud changes nothing ` +
        'of it before it is active. See in the Redis Cloud console what it waits for; then redrive the execution.',
    );
  }
  return { status };
});

async function statusOf(connection: ConnectionTarget): Promise<string | null> {
  try {
    return await redisCloud().getSubscriptionStatus(connection);
  } catch (error) {
    const isUnasked = [RateLimited, AwsUnavailable, SecretInvalid].some((one) => error instanceof one);
    if (isUnasked || !(error instanceof NamedError)) throw error;
    return null;
  }
}

import { AwsUnavailable, NamedError, RateLimited, SecretInvalid, TaskPending } from '../../shared/errors.ts';
import { type ConnectionTarget, describeTarget } from '../client/connection.ts';
import { redisCloud } from './session.ts';

/**
 * The status of a connection's subscription, or null if Redis Cloud does not tell. Nothing depends on being told, so
 * what Redis Cloud answers in place of a subscription is no failure.
 *
 * @throws RateLimited and AwsUnavailable when nothing could be asked.
 */
export async function subscriptionStatus(connection: ConnectionTarget): Promise<string | null> {
  try {
    return await redisCloud(connection).getSubscriptionStatus(connection);
  } catch (error) {
    const isUnasked = [RateLimited, AwsUnavailable, SecretInvalid].some((one) => error instanceof one);
    if (isUnasked || !(error instanceof NamedError)) throw error;
    return null;
  }
}

/**
 * Awaits a change that Redis Cloud has accepted without a task: the subscription is not active while it is processed.
 *
 * @throws TaskPending while the subscription is known not to be active
 */
export async function requireProcessed(connection: ConnectionTarget): Promise<void> {
  const status = await subscriptionStatus(connection);
  if (status === null || status === 'active') return;
  throw new TaskPending(
    `Redis Cloud has accepted a change of ${describeTarget(connection)} without a task, and the subscription has the ` +
      `status "${status}". If that lasts, look at it in the Redis Cloud console; then redrive the execution.`,
  );
}

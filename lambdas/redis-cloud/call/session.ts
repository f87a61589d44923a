import { acquirePermit, pauseAfterRefusal, pauseWhenLow } from '../../shared/coordination/rate-limiter.ts';
import { InvalidRequest, TaskUnknown } from '../../shared/errors.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import { measure, measureFor } from '../../shared/runtime/metrics.ts';
import { RedisCloud } from '../client/client.ts';
import type { ConnectionTarget } from '../client/connection.ts';
import { secretKeys } from '../client/credentials.ts';
import type { Gate } from '../client/http.ts';
import type { Task } from '../client/tasks.ts';
import { RedisCloudEnvironment } from './environment.ts';

/** The account of connections that name none, which has the budget of requests that was there before there were several. */
const DEFAULT_ACCOUNT = 'default';

/**
 * The client for the connection's Redis Cloud account.
 *
 * @throws InvalidRequest if the function knows no account of that name.
 */
export function redisCloud({ name, redisCloudAccount }: ConnectionTarget): RedisCloud {
  const account = redisCloudAccount ?? DEFAULT_ACCOUNT;
  const { REDIS_CLOUD_URL, REDIS_CLOUD_SECRET_ARN, REDIS_CLOUD_ACCOUNTS } =
    readEnvironment(RedisCloudEnvironment);
  const accounts = new Map<string, { url: string; secretArn: string }>(
    REDIS_CLOUD_ACCOUNTS === undefined
      ? [[DEFAULT_ACCOUNT, { url: REDIS_CLOUD_URL, secretArn: REDIS_CLOUD_SECRET_ARN }]]
      : Object.entries(JSON.parse(REDIS_CLOUD_ACCOUNTS)),
  );
  const found = accounts.get(account);
  if (!found) {
    throw new InvalidRequest(
      `Connection "${name}" is of the Redis Cloud account "${account}", and the configuration has ${[...accounts.keys()].join(', ')}. ` +
        'It has changed since the execution began: deploy the hub, and start it anew.',
    );
  }
  if (REDIS_CLOUD_ACCOUNTS !== undefined) measureFor({ redisCloudAccount: account });
  return new RedisCloud({ baseUrl: found.url, keys: secretKeys(found.secretArn), gate: gateOf(account) });
}

/** Redis Cloud counts requests for each account key. */
function gateOf(name: string): Gate {
  const account = name === DEFAULT_ACCOUNT ? undefined : name;
  return {
    pass: () => acquirePermit(account),
    refused: (retryAfter) => pauseAfterRefusal(retryAfter, account),
    remaining: (count) => pauseWhenLow(count, account),
  };
}

/** Looks at a fresh task that find it unknown: Redis's Go client tolerates as many, and no published text says why. */
const UNKNOWN_LOOKS = 5;

/**
 * Looks at a task for the first time. Redis Cloud may not know it yet, for a moment or for some looks. The moment has
 * passed as a rule, so it is looked at again at once.
 */
export async function pollFreshTask(taskId: string, connection: ConnectionTarget): Promise<Task> {
  for (let looks = 0; ; looks += 1) {
    try {
      return await pollTask(taskId, connection);
    } catch (error) {
      if (!(error instanceof TaskUnknown) || looks === UNKNOWN_LOOKS) throw error;
    }
  }
}

/** Looks at a task; every look counts as a poll. */
export function pollTask(taskId: string, connection: ConnectionTarget): Promise<Task> {
  measure('TaskPolls', 1);
  return redisCloud(connection).getTask(taskId);
}

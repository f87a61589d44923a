import { acquirePermit, pauseAfterRefusal, pauseWhenLow } from '../../shared/coordination/rate-limiter.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import { measure } from '../../shared/runtime/metrics.ts';
import { RedisCloud } from '../client/client.ts';
import { secretKeys } from '../client/credentials.ts';
import type { Gate } from '../client/http.ts';
import type { Task } from '../client/tasks.ts';
import { RedisCloudEnvironment } from './environment.ts';

const gate: Gate = { pass: acquirePermit, refused: pauseAfterRefusal, remaining: pauseWhenLow };

/** The client for the Redis Cloud account of the function's environment. */
export function redisCloud(): RedisCloud {
  const { REDIS_CLOUD_URL, REDIS_CLOUD_SECRET_ARN } = readEnvironment(RedisCloudEnvironment);
  return new RedisCloud({ baseUrl: REDIS_CLOUD_URL, keys: secretKeys(REDIS_CLOUD_SECRET_ARN), gate });
}

/** Looks at a task; every look counts as a poll. */
export function pollTask(taskId: string): Promise<Task> {
  measure('TaskPolls', 1);
  return redisCloud().getTask(taskId);
}

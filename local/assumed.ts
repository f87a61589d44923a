import type { Conduct } from 'local-cloud';
import type { World } from '../assumptions/register.ts';
import type { RedisCloudOptions } from './redis-cloud/options.ts';

/** The switches of the local Redis Cloud in a world. */
export function redisCloudIn(_world: World): Partial<RedisCloudOptions> {
  return {};
}

/** How the local AWS behaves in a world. */
export function awsIn(world: World): Conduct {
  return { stepFunctions: { listsOfOne: world['list-of-one'] as 'kept' | 'unwrapped' } };
}

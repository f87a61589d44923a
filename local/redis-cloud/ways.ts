import { type RedisCloudWays, redisCloud } from '../../assumptions/redis-cloud.ts';

/** In which way Redis Cloud does what no document settles: docs/assumptions.md. */
export type Ways = RedisCloudWays;

/** The ways of the local Redis Cloud where nothing else is said. */
export const defaultWays = Object.fromEntries(redisCloud.map(({ name, local }) => [name, local])) as Ways;

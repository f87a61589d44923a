import { changes } from './redis-cloud/changes.ts';
import { readings } from './redis-cloud/readings.ts';
import { tasks } from './redis-cloud/tasks.ts';

/** What no document settles about Redis Cloud. */
export const redisCloud = [...tasks, ...readings, ...changes] as const;

type RedisCloudAssumption = (typeof redisCloud)[number];

/** Which alternative is true, by the assumption's name. */
export type RedisCloudWays = {
  [A in RedisCloudAssumption as A['name']]: A['alternatives'][number]['value'];
};

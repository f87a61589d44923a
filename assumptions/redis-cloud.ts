import type { Assumption } from './assumption.ts';

/** What no document settles about Redis Cloud. */
export const redisCloud: readonly Assumption[] = [];

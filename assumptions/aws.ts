import type { Assumption } from './assumption.ts';

/** What no document settles about AWS. */
export const aws: readonly Assumption[] = [];

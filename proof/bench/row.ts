import type { Configuration } from '../../lib/configuration.ts';
import type { Timings } from '../../local/redis-cloud/options.ts';
import type { Ground } from './ground.ts';

/** Figures that a row is to reach. */
export type AtMost = Partial<
  Record<'seconds' | 'ratio' | 'requests' | 'requestsEach' | 'polls' | 'transitions', number>
>;

/** What a row measures: how long its work took, what is needed, and by how many its requests are divided. */
export interface Measured {
  seconds: number;
  needed: number;
  each: number;
}

export interface Row {
  /** What happens, in a few words. */
  what: string;
  connections?: number;
  /** In place of the example with so many connections. */
  configuration?: () => Configuration;
  timings?: Partial<Timings>;
  atMost: AtMost;
  refusesOnPurpose?: number;
  /** Makes ready what is there before. Nothing of it is counted. */
  before: (ground: Ground, timings: Timings) => Promise<void>;
  work: (ground: Ground, timings: Timings) => Promise<Measured>;
}

import type { IncomingRequest, Interception } from '../../local/redis-cloud/faults.ts';
import type { Call } from './calls.ts';
import type { Site } from './trace.ts';

/** When a fault happens again after it has happened first. `lifted`: until somebody lifts it. */
export type Span = 'once' | 'lifted' | number;

/** What a fault at AWS or in a function can do. */
export interface AwsTrouble {
  call: Call;
  site: Site;
  proceed: () => Promise<unknown>;
  /** Stops the execution that makes the call. */
  stop: (how: 'abort' | 'time out') => Promise<void>;
}

export interface Fault {
  /** A column of the matrix. */
  name: string;
  span: Span;
  aws?: (trouble: AwsTrouble) => Promise<unknown>;
  redisCloud?: (request: IncomingRequest) => Interception | undefined;
  /** The next task of the operation does nothing and ends in this code. */
  taskCode?: string;
  /** The operator starts it again instead of redriving it. */
  again?: boolean;
  /** The name of a fault by which a function fails in the same way: see `casesOf`. */
  like?: string;
  /** Nobody can notice it, so nobody can be asked to say that something is left. */
  isUnnoticed?: boolean;
  /** The names under which an execution may fail by it. */
  fits: RegExp;
  /**
   * Why an execution may end by it although its step does not retry that, or although it happens once. Left out where
   * the step must retry it: then the reason for a failure is what the step retries, and for how long.
   */
  because?: string;
}

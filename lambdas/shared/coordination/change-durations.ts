import {
  expectedOf,
  guessOf,
  type Looks,
  learned,
  type Observed,
  type Pace,
  paceAge,
  readPace,
  writePace,
} from './pace.ts';

/**
 * How long changes of one kind take on a subscription (`pace.ts`): under pk `pace#<subscription>`, and under
 * `pace#account` or `pace#account#<account>` its latest change on any subscription, for those of which nothing is known
 * yet. The kind is the operation.
 *
 * Whether a task's `timestamp` tells when the task has changed or when the answer was written, nobody has written down. So
 * it is not used.
 */

/** Seconds, as long as nothing is known: a guess, because nothing publishes them. */
const FIRST_GUESS = {
  createPrivateLink: 20,
  deletePrivateLink: 20,
  addPrincipal: 8,
  removePrincipal: 8,
  disassociateConnections: 8,
};

/** Nobody waits longer for the first look, whatever changes took before. */
const LONGEST_WAIT = 60;

/** As the steps that await a change look (`TASK_OVERDUE`). */
const LOOKS: Looks = { pause: 1, growth: 1.15 };

export type TimedOperation = keyof typeof FIRST_GUESS;

export const TIMED_OPERATIONS = Object.keys(FIRST_GUESS) as TimedOperation[];

export interface Subscription {
  subscriptionId: number;
  /** The Redis Cloud account, as the configuration names it; none: the one named `default`. */
  redisCloudAccount?: string | null | undefined;
}

/** Whole seconds after which a change of this kind should be done. */
export async function expectedSeconds(target: Subscription, operation: TimedOperation): Promise<number> {
  return expectedOf(await paceOf(target, operation), LONGEST_WAIT);
}

/** How many seconds ago such a change of the subscription was last seen done; undefined: not within so many milliseconds. */
export async function secondsSince(
  target: Subscription,
  operation: TimedOperation,
  milliseconds: number,
): Promise<number | undefined> {
  const [own] = partitionsOf(target);
  const age = await paceAge(own, operation);
  return age >= 0 && age < milliseconds ? age / 1_000 : undefined;
}

/** Remembers how long a change has taken. */
export async function recordDuration(
  target: Subscription,
  operation: TimedOperation,
  observed: Observed,
): Promise<void> {
  const pace = learned(await paceOf(target, operation), observed, LOOKS);
  for (const pk of partitionsOf(target)) await writePace(pk, operation, pace);
}

async function paceOf(target: Subscription, operation: TimedOperation): Promise<Pace> {
  for (const pk of partitionsOf(target)) {
    const known = await readPace(pk, operation);
    if (known) return known;
  }
  // One change of principals is much like another, until one of its kind has been seen.
  const isLikeAddition = operation === 'removePrincipal' || operation === 'disassociateConnections';
  const similar = isLikeAddition ? await readPace(partitionsOf(target)[0], 'addPrincipal') : undefined;
  return similar ?? guessOf(FIRST_GUESS[operation]);
}

/** The subscription's own, and the account's. */
function partitionsOf({ subscriptionId, redisCloudAccount }: Subscription): [own: string, shared: string] {
  const shared = redisCloudAccount == null ? 'pace#account' : `pace#account#${redisCloudAccount}`;
  return [`pace#${subscriptionId}`, shared];
}

import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * How long changes of one kind take on a subscription, so that the first look at the next one comes when it should be
 * done:
 *
 *   pk `pace#<subscription>`, sk `<operation>`: low, high (seconds), slow (see `Pace`), at (ISO time of the latest),
 *     expires (seconds since the epoch)
 *   pk `pace#account` or `pace#account#<account>`: the same of its latest change on any subscription, for those of which
 *     nothing is known yet
 *
 * The measure is this system's own: from the acceptance of a change until it was seen done. Whether a task's
 * `timestamp` tells when the task has changed or when the answer was written, nobody has written down.
 */

/** Seconds, as long as nothing is known: a guess, because nothing publishes them. */
const FIRST_GUESS = {
  createPrivateLink: 20,
  deletePrivateLink: 20,
  addPrincipal: 8,
  removePrincipal: 8,
  disassociateConnections: 8,
};

/** Nobody waits longer for the first look, whatever changes took before: the looks after it cost little. */
const LONGEST_WAIT = 60;

/** What was learned is true of a day: a subscription that was slow once is not slow for ever. */
const FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000;

export type TimedOperation = keyof typeof FIRST_GUESS;

export const TIMED_OPERATIONS = Object.keys(FIRST_GUESS) as TimedOperation[];

export interface Subscription {
  subscriptionId: number;
  /** The Redis Cloud account, as the configuration names it; none: the one named `default`. */
  redisCloudAccount?: string | null | undefined;
}

/** When a change was looked at, in seconds from its acceptance. */
export interface Observed {
  /** The first look, which did not see it done; 0 if it did. */
  unfinished: number;
  /** The look that saw it done. */
  done: number;
}

/** A change takes longer than `low` seconds, and not longer than `high`. */
export interface Pace {
  low: number;
  high: number;
  /** Whether the latest one took so much longer that it was not believed. The next one like it is. */
  slow: boolean;
}

/** Whole seconds after which a change of this kind should be done. */
export async function expectedSeconds(target: Subscription, operation: TimedOperation): Promise<number> {
  const { low, high } = await paceOf(target, operation);
  return Math.min(Math.max(Math.ceil((low + high) / 2), 1), LONGEST_WAIT);
}

/** Whether such a change of the subscription was seen done within so many milliseconds. */
export async function wasLearnedWithin(
  milliseconds: number,
  target: Subscription,
  operation: TimedOperation,
): Promise<boolean> {
  const [own] = partitionsOf(target);
  return (await readPace(own, operation, milliseconds)) !== undefined;
}

/** Remembers how long a change has taken. */
export async function recordDuration(
  target: Subscription,
  operation: TimedOperation,
  observed: Observed,
): Promise<void> {
  const { low, high, slow } = learned(await paceOf(target, operation), observed);
  const now = Date.now();
  const found = {
    low: { N: low.toFixed(1) },
    high: { N: high.toFixed(1) },
    slow: { BOOL: slow },
    at: { S: new Date(now).toISOString() },
    expires: { N: String(Math.ceil((now + FORGOTTEN_AFTER) / 1_000)) },
  };
  for (const pk of partitionsOf(target)) {
    await dynamodb().send(new PutItemCommand({ ...table(), Item: { ...key(pk, operation), ...found } }));
  }
}

/**
 * What one more change teaches. Where looks have seen it unfinished and then done, it is known to a second or two.
 * Where the first look saw it done, it may take less: each time the next first look comes earlier by twice as much.
 */
export function learned(pace: Pace, { unfinished, done }: Observed): Pace {
  if (unfinished === 0) {
    const width = Math.max(pace.high - pace.low, 1);
    return { low: Math.max(0, Math.min(pace.low, done) - 2 * width), high: done, slow: false };
  }
  if (!pace.slow && done > 3 * pace.high + 10) return { ...pace, slow: true };
  // The looks after the first are a second apart, and each pause is longer by 0.15 than the one before.
  const pause = 0.87 + 0.13 * (done - unfinished);
  return { low: Math.max(unfinished, done - pause), high: done, slow: false };
}

async function paceOf(target: Subscription, operation: TimedOperation): Promise<Pace> {
  for (const pk of partitionsOf(target)) {
    const known = await readPace(pk, operation);
    if (known) return known;
  }
  // One change of principals is much like another, until one of its kind has been seen.
  const isLikeAddition = operation === 'removePrincipal' || operation === 'disassociateConnections';
  const similar = isLikeAddition ? await readPace(partitionsOf(target)[0], 'addPrincipal') : undefined;
  return similar ?? { low: 0, high: 2 * FIRST_GUESS[operation], slow: false };
}

async function readPace(
  pk: string,
  operation: TimedOperation,
  youngerThan = FORGOTTEN_AFTER,
): Promise<Pace | undefined> {
  const { Item } = await dynamodb().send(new GetItemCommand({ ...table(), Key: key(pk, operation) }));
  // DynamoDB deletes what has expired within days.
  const age = Date.now() - Date.parse(Item?.at?.S ?? '');
  const [low, high] = [Number(Item?.low?.N), Number(Item?.high?.N)];
  if (!(age < youngerThan) || !(low >= 0 && low <= high)) return undefined;
  return { low, high, slow: Item?.slow?.BOOL ?? false };
}

/** The subscription's own, and the account's. */
function partitionsOf({ subscriptionId, redisCloudAccount }: Subscription): [own: string, shared: string] {
  const shared = redisCloudAccount == null ? 'pace#account' : `pace#account#${redisCloudAccount}`;
  return [`pace#${subscriptionId}`, shared];
}

function key(pk: string, operation: TimedOperation): Key {
  return { pk: { S: pk }, sk: { S: operation } };
}

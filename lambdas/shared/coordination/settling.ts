import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Subscription, secondsSince } from './change-durations.ts';
import { dynamodb, type Key, table } from './table.ts';

/**
 * After a removal the subscription stays busy for some seconds, although the removal's task has ended. For how many it was
 * last seen busy, so that Redis Cloud is not asked for its status as early again:
 *
 *   pk `pace#<subscription>`, sk `settling`: seconds (from when the removal was seen done), at (ISO time), expires (seconds
 *     since the epoch)
 */

/** Milliseconds after a removal in which the subscription may be busy with it. */
const SETTLING = 60_000;

/** Milliseconds: whether it has become quicker is tried once in this time. */
const FORGOTTEN_AFTER = 60 * 60 * 1_000;

/** In the second in which its task was seen done, nobody has seen a removal over. */
const LEAST = 1;

/** Nobody waits longer without a look: one that was slow once makes nobody slow. */
const MOST = 4;

export interface Removal {
  /** Since it was seen done. */
  seconds: number;
  /** Whether the subscription is as good as surely busy with it. */
  settles: boolean;
}

/** The latest removal of an account from the subscription, if it may not be over. */
export async function latestRemoval(target: Subscription): Promise<Removal | undefined> {
  const seconds = await secondsSince(target, 'removePrincipal', SETTLING);
  return seconds === undefined
    ? undefined
    : { seconds, settles: seconds < (await settlingSeconds(target.subscriptionId)) };
}

/** It was busy so many seconds after a removal. */
export async function noteSettling(subscriptionId: number, seconds: number): Promise<void> {
  const now = Date.now();
  await dynamodb().send(
    new UpdateItemCommand({
      ...table(),
      Key: key(subscriptionId),
      UpdateExpression: 'SET #at = :at, seconds = :seconds, expires = :expires',
      // `at` is a reserved word.
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: {
        ':at': { S: new Date(now).toISOString() },
        ':seconds': { N: seconds.toFixed(1) },
        ':expires': { N: String(Math.ceil((now + FORGOTTEN_AFTER) / 1_000)) },
      },
    }),
  );
}

async function settlingSeconds(subscriptionId: number): Promise<number> {
  const { Item } = await dynamodb().send(new GetItemCommand({ ...table(), Key: key(subscriptionId) }));
  const age = Date.now() - Date.parse(Item?.at?.S ?? '');
  const seen = age >= 0 && age < FORGOTTEN_AFTER ? Number(Item?.seconds?.N) : Number.NaN;
  return seen >= 0 ? Math.min(seen + 1, MOST) : LEAST;
}

function key(subscriptionId: number): Key {
  return { pk: { S: `pace#${subscriptionId}` }, sk: { S: 'settling' } };
}

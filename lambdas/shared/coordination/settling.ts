import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * After a removal the subscription stays busy for some seconds, although the removal's task has ended. For how many it was
 * last seen busy, so that Redis Cloud is not asked for its status as early again:
 *
 *   pk `pace#<subscription>`, sk `settling`: seconds (from when the removal was seen done), at (ISO time), expires (seconds
 *     since the epoch)
 */

/** Milliseconds: whether it has become quicker is tried once in this time. */
const FORGOTTEN_AFTER = 60 * 60 * 1_000;

/** Nobody waits longer without a look: one that was slow once makes nobody slow. */
const MOST = 4;

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

/** Seconds after a removal in which it is as good as known that the subscription is busy with it. */
export async function settlingSeconds(subscriptionId: number): Promise<number> {
  const { Item } = await dynamodb().send(new GetItemCommand({ ...table(), Key: key(subscriptionId) }));
  const age = Date.now() - Date.parse(Item?.at?.S ?? '');
  if (!(age >= 0 && age < FORGOTTEN_AFTER)) return 0;
  return Math.min(Number(Item?.seconds?.N) + 1 || 0, MOST);
}

function key(subscriptionId: number): Key {
  return { pk: { S: `pace#${subscriptionId}` }, sk: { S: 'settling' } };
}

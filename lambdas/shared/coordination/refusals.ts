import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table } from './table.ts';

/**
 * When Redis Cloud last refused a change of a subscription, because the subscription or too many others were being
 * changed. Whoever gets the lock next waits a little, or everybody in the queue would be refused in the same second:
 *
 *   pk `pace#<subscription>`, sk `refused`: at (ISO time of the latest refusal), expires (seconds since the epoch)
 */

/** Milliseconds after a refusal in which nobody asks for a change: most changes take less. */
const QUIET = 10_000;

/** Remembers that a change was refused just now. */
export async function noteRefusal(subscriptionId: number): Promise<void> {
  const now = Date.now();
  await dynamodb().send(
    new UpdateItemCommand({
      ...table(),
      Key: key(subscriptionId),
      UpdateExpression: 'SET #at = :at, expires = :expires',
      // `at` is a reserved word.
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: {
        ':at': { S: new Date(now).toISOString() },
        ':expires': { N: String(Math.ceil((now + QUIET) / 1_000)) },
      },
    }),
  );
}

/** The ISO time of the latest refusal, if it was just now. */
export async function recentRefusal(subscriptionId: number): Promise<string | undefined> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subscriptionId), ConsistentRead: true }),
  );
  const at = Item?.at?.S ?? '';
  const age = Date.now() - Date.parse(at);
  // A time in the future is of a clock that is wrong, and holds nobody up.
  return age >= 0 && age < QUIET ? at : undefined;
}

function key(subscriptionId: number): Key {
  return { pk: { S: `pace#${subscriptionId}` }, sk: { S: 'refused' } };
}

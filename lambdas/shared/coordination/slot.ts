import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditional, dynamodb, type Key, table } from './table.ts';

/**
 * Redis Cloud processes one task at a time for a whole account, in the order in which it has accepted them, reads
 * included. Until when it should be busy with what this system has asked for:
 *
 *   pk `redis-cloud`, sk `slot` or `slot#<account>`: until (milliseconds since the epoch)
 *
 * It is an estimate: whoever looks too early looks again, and nobody waits for longer than {@link MOST}.
 */

/** Milliseconds, about: from the acceptance of a read until its task is done, if it need not wait. */
export const READ_TAKES = 1_000;

/** Milliseconds for which an estimate keeps somebody from looking. */
const MOST = 60_000;

/**
 * Counts a task that Redis Cloud has just accepted.
 *
 * @param account the Redis Cloud account, as the configuration names it; none: the one named `default`
 * @param takes milliseconds that the task should take
 * @returns milliseconds for which it should wait before it is processed
 */
export async function occupySlot(account: string | null | undefined, takes: number): Promise<number> {
  const now = Date.now();
  const isFree = await conditional(() =>
    update(account, {
      UpdateExpression: 'SET #until = :until',
      ConditionExpression: 'attribute_not_exists(#until) OR #until <= :now',
      ExpressionAttributeValues: { ':until': { N: String(now + takes) }, ':now': { N: String(now) } },
    }),
  );
  if (isFree) return 0;
  const { Attributes } = await update(account, {
    UpdateExpression: 'SET #until = #until + :takes',
    ExpressionAttributeValues: { ':takes': { N: String(takes) } },
    ReturnValues: 'UPDATED_NEW',
  });
  return Math.min(Math.max(Number(Attributes?.until?.N) - takes - now, 0), MOST);
}

type Change = Omit<ConstructorParameters<typeof UpdateItemCommand>[0], 'TableName' | 'Key'>;

function update(account: string | null | undefined, change: Change) {
  const Key: Key = { pk: { S: 'redis-cloud' }, sk: { S: account == null ? 'slot' : `slot#${account}` } };
  // `until` may become a reserved word.
  const ExpressionAttributeNames = { '#until': 'until' };
  return dynamodb().send(new UpdateItemCommand({ ...table(), Key, ...change, ExpressionAttributeNames }));
}

import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditional, dynamodb, type Key, table } from './table.ts';

/**
 * Redis Cloud processes one task at a time for a whole account, in the order in which it has accepted them, reads
 * included. Until when it should be busy with what this system has asked for:
 *
 *   pk `redis-cloud`, sk `slot` or `slot#<account>`: until (milliseconds since the epoch), total (milliseconds that
 *     everything should have taken that was ever asked for, by which a task's place is known), doneAt (milliseconds since
 *     the epoch, when a change was last seen done)
 *
 * It is an estimate: whoever looks too early looks again, and nobody waits for longer than {@link MOST}.
 */

/** Milliseconds, about: from the acceptance of a read until its task is done, if it need not wait. */
export const READ_TAKES = 1_000;

/**
 * Milliseconds for which an estimate keeps somebody from looking. Where it is wrong, the task is done at once, and a task may
 * be forgotten a minute after its end (`task-lifetime` in `assumptions/`).
 */
const MOST = 45_000;

/** A task's place among all that was asked for. */
export interface Place {
  /** Milliseconds for which it should wait before it is processed. */
  queued: number;
  /** The total with it. */
  position: number;
}

/**
 * Counts a task that Redis Cloud has just accepted.
 *
 * @param account the Redis Cloud account, as the configuration names it; none: the one named `default`
 * @param takes milliseconds that the task should take
 */
export async function occupySlot(account: string | null | undefined, takes: number): Promise<Place> {
  const now = Date.now();
  let position = 0;
  const isFree = await conditional(async () => {
    const { Attributes } = await update(account, {
      UpdateExpression: 'SET #until = :until ADD #total :takes',
      ConditionExpression: 'attribute_not_exists(#until) OR #until <= :now',
      ExpressionAttributeValues: numbers({ until: now + takes, now, takes }),
    });
    position = Number(Attributes?.total?.N ?? 0);
  });
  if (isFree) return { queued: 0, position };
  const { Attributes } = await update(account, {
    UpdateExpression: 'SET #until = #until + :takes ADD #total :takes',
    ExpressionAttributeValues: numbers({ takes }),
  });
  const queued = Number(Attributes?.until?.N ?? 0) - takes - now;
  return { queued: Math.min(Math.max(queued, 0), MOST), position: Number(Attributes?.total?.N ?? 0) };
}

/**
 * Corrects the estimate by what was seen of one task: what is before it is done, and what is behind it is not.
 *
 * @param remaining milliseconds that it still takes
 * @returns when another change was last seen done, or 0: this one had to wait until then
 */
export async function correctSlot(
  account: string | null | undefined,
  position: number,
  remaining: number,
): Promise<number> {
  const now = Date.now();
  const known = await read(account);
  const doneAt = Number(known?.doneAt?.N ?? 0);
  const behind = Math.max(Number(known?.total?.N ?? 0) - position, 0);
  await update(account, {
    UpdateExpression: 'SET #until = :until, doneAt = :doneAt',
    ExpressionAttributeValues: numbers({
      until: now + remaining + behind,
      doneAt: remaining === 0 ? now : doneAt,
    }),
  });
  return doneAt;
}

async function read(account: string | null | undefined) {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(account), ConsistentRead: true }),
  );
  return Item;
}

function update(
  account: string | null | undefined,
  change: Omit<ConstructorParameters<typeof UpdateItemCommand>[0], 'TableName' | 'Key'>,
) {
  return dynamodb().send(
    new UpdateItemCommand({
      ...table(),
      Key: key(account),
      ...change,
      // `total` is a reserved word.
      ExpressionAttributeNames: {
        '#until': 'until',
        ...(change.UpdateExpression?.includes('#total') && { '#total': 'total' }),
      },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
}

function numbers(values: Record<string, number>): Record<string, { N: string }> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`:${name}`, { N: String(Math.round(value)) }]),
  );
}

function key(account: string | null | undefined): Key {
  return { pk: { S: 'redis-cloud' }, sk: { S: account == null ? 'slot' : `slot#${account}` } };
}

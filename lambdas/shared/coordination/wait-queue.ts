import {
  type AttributeValue,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { ExecutionArn } from '../runtime/inputs.ts';
import { dynamodb, type Key, table } from './table.ts';

/**
 * A queue of executions that wait, first come first served. Each has left the task token of the step that waits. The
 * table holds an item for each:
 *
 *   pk of the queue, sk `waiting#<since>#<execution>`: execution, token, and what the queue's owner adds
 */
export interface Waiter {
  /** ARN of the execution. */
  execution: ExecutionArn;
  /** The task token of the step that waits. */
  token: string;
  /** ISO time at which it began to wait; the queue is in this order. */
  since: string;
}

export interface Queued {
  queueKey: Key;
  execution: ExecutionArn;
  token: string;
  /** When it began to wait, in milliseconds. */
  since: number;
  /** What the queue's owner has added. */
  item: Readonly<Record<string, AttributeValue>>;
}

/** Puts an execution into the queue. Asked again with the same time, it keeps its place under the new token. */
export async function enqueue(
  pk: string,
  { execution, token, since }: Waiter,
  added: Record<string, AttributeValue> = {},
): Promise<Key> {
  // Step Functions may leave a fraction of zero out, and the order is that of the text.
  const time = new Date(since).toISOString();
  const queueKey = { pk: { S: pk }, sk: { S: `waiting#${time}#${execution}` } };
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: { ...queueKey, execution: { S: execution }, token: { S: token }, ...added },
    }),
  );
  return queueKey;
}

/** @returns whether it was still there */
export async function dequeue({ pk, sk }: Key): Promise<boolean> {
  const { Attributes } = await dynamodb().send(
    new DeleteItemCommand({ ...table(), Key: { pk, sk }, ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
}

/** Puts one who was taken out back to where it stood. */
export async function requeue(item: Queued['item']): Promise<void> {
  await dynamodb().send(new PutItemCommand({ ...table(), Item: item }));
}

/** Takes an execution out of the queue, wherever it stands. */
export async function dequeueExecution(pk: string, execution: ExecutionArn): Promise<void> {
  for (const waiter of await queued(pk)) if (waiter.execution === execution) await dequeue(waiter.queueKey);
}

export async function firstQueued(pk: string): Promise<Queued | undefined> {
  const { waiters } = await readPage(pk, { Limit: 1 });
  return waiters[0];
}

/** Those who wait, in the order in which they began to. */
export async function queued(pk: string): Promise<Queued[]> {
  const all: Queued[] = [];
  let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const { waiters, lastKey } = await readPage(pk, { ExclusiveStartKey });
    all.push(...waiters);
    ExclusiveStartKey = lastKey;
  } while (ExclusiveStartKey);
  return all;
}

async function readPage(
  pk: string,
  page: { Limit?: number; ExclusiveStartKey?: QueryCommandOutput['LastEvaluatedKey'] },
): Promise<{ waiters: Queued[]; lastKey: QueryCommandOutput['LastEvaluatedKey'] }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb().send(
    new QueryCommand({
      ...table(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :waiting)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':waiting': { S: 'waiting#' } },
      ConsistentRead: true,
      ...page,
    }),
  );
  const waiters = Items.map((item) => ({
    queueKey: { pk: { S: pk }, sk: { S: item.sk!.S! } },
    execution: item.execution!.S! as ExecutionArn,
    token: item.token!.S!,
    since: Date.parse(item.sk!.S!.split('#')[1]!),
    item,
  }));
  return { waiters, lastKey: LastEvaluatedKey };
}

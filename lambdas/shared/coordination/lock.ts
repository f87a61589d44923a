import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { ExecutionArn, ExecutionName } from '../runtime/inputs.ts';
import { measure } from '../runtime/metrics.ts';
import { hasEnded, succeed } from './executions.ts';
import { firstInLine, leavePlace, takePlace } from './places.ts';
import { conditional, dynamodb, type Key, table } from './table.ts';
import * as waitQueue from './wait-queue.ts';

/**
 * The lock: the right to change one subscription. Whoever wants it waits in the queue with a task token, and whoever
 * gives it back hands it to the first in the queue. It is told so when Redis Cloud can make its change (`places.ts`). The
 * table holds one item for the holder and one for each waiter (`wait-queue.ts`):
 *
 *   pk `turn#<subscription>`, sk `holder`: execution, token, since, place, waited, told, lookedAt?,
 *     account?, creation?, admission?
 *   pk `turn#<subscription>`, sk `waiting#<since>#<execution>`: execution, token, account?, creation?, admission?
 *
 * Every step is a single conditional write, and every step may be repeated, also by others at the same time: a
 * crash between two of them is repaired by the next call.
 */

/** A holder that has had the lock for so long without a look at its execution is looked at. */
const CHECK_AFTER = 60_000;

/** What is noted of an account when it gets the lock in order to be admitted. */
export interface Admission {
  /** The connection's name. */
  connection: string;
  accountId: string;
  /** Name of the execution that is about to ask for it. */
  execution: ExecutionName;
}

export interface Waiter extends waitQueue.Waiter {
  subscriptionId: number;
  /** The Redis Cloud account, as the configuration names it; none: the one named `default`. */
  redisCloudAccount?: string | null | undefined;
  /** Whether it is going to create a PrivateLink. */
  isCreation?: boolean | null | undefined;
  admission?: Admission | null | undefined;
}

/** Waits in the queue, and acquires the lock if it is free. */
export async function acquireLock(waiter: Waiter): Promise<void> {
  const { subscriptionId, execution, token } = waiter;
  const place = await waitQueue.enqueue(partition(subscriptionId), waiter, attributesOf(waiter));
  const holder = await grant(subscriptionId, { taker: token });
  if (holder?.execution !== execution || holder.token === token) return;
  // A retried or redriven step asks again under a new token: the lock is its own already.
  const renewed = { ...holder, token, waited: true, isNotified: false };
  await putHolder(renewed, { onlyIfFree: false });
  await waitQueue.dequeue(place);
  if (await takePlace(renewed)) await notifyHolder(renewed);
}

/** Releases the lock, if the execution has it, leaves the queue, and gives the lock to the first in the queue. */
export async function releaseLock(subscriptionId: number, execution: ExecutionArn): Promise<void> {
  const holder = await getHolder(subscriptionId);
  if (holder?.execution === execution) {
    // Its place is gone as a rule; not if the function that gave it the lock was stopped in between.
    await waitQueue.dequeue(key(subscriptionId, holder.place));
    await dropHolder(holder);
  } else {
    await waitQueue.dequeueExecution(partition(subscriptionId), execution);
    if (holder) await advance(holder.redisCloudAccount);
  }
  await grant(subscriptionId);
}

/** Tells those who stand in an account's line, as far as there are places. */
async function advance(redisCloudAccount: string | undefined): Promise<void> {
  for (;;) {
    const first = await firstInLine(redisCloudAccount);
    if (!first) return;
    const { subscriptionId, execution, place } = first;
    await grant(subscriptionId);
    const next = await firstInLine(redisCloudAccount);
    if (next?.place.sk.S !== place.sk.S) continue;
    const holder = await getHolder(subscriptionId);
    if (holder?.execution === execution && !holder.isNotified) return;
    // It was told, or has left, and the function that saw to it was stopped or slow.
    await waitQueue.dequeue(place);
  }
}

/**
 * How long somebody has had the lock, in seconds, and how many wait for it. Whoever has ended without giving it back
 * loses it now.
 */
export async function inspectLock(subscriptionId: number): Promise<{ held: number; waiting: number }> {
  await grant(subscriptionId, { look: true });
  const holder = await getHolder(subscriptionId);
  if (!holder) return { held: 0, waiting: 0 };
  if (!holder.isNotified) await advance(holder.redisCloudAccount);
  const { length: others } = await waitQueue.queued(partition(subscriptionId));
  // Who is not told has nothing in hand yet.
  if (!holder.isNotified) return { held: 0, waiting: others + 1 };
  return { held: (Date.now() - Date.parse(holder.since)) / 1000, waiting: others };
}

/** Whether an execution has the lock. */
export async function holdsLock(subscriptionId: number, execution: ExecutionArn): Promise<boolean> {
  return (await getHolder(subscriptionId))?.execution === execution;
}

/** When the holder got the lock, in milliseconds, or undefined if it is free; and whether somebody waits for it. */
export async function lockState(
  subscriptionId: number,
): Promise<{ heldSince: number | undefined; isWaitedFor: boolean }> {
  const { Items = [] } = await dynamodb().send(
    new QueryCommand({
      ...table(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: partition(subscriptionId) } },
      ConsistentRead: true,
      Limit: 2,
    }),
  );
  const holder = Items.find(({ sk }) => sk?.S === 'holder');
  return {
    heldSince: holder && Date.parse(holder.since!.S!),
    isWaitedFor: Items.some((item) => item !== holder),
  };
}

/**
 * @param options.taker the token under which the lock is asked for now: if it is the next, it has not waited
 * @param options.look looks at the holder's execution in any case
 * @returns who has the lock now
 */
async function grant(
  subscriptionId: number,
  { taker, look = false }: { taker?: string; look?: boolean } = {},
): Promise<Holder | undefined> {
  for (;;) {
    const holder = (await getHolder(subscriptionId)) ?? (await next(subscriptionId, taker));
    if (!holder) return undefined;
    // Not told yet: it is the next, waits for its place, or the function that gave it the lock was stopped in between.
    const isDue = !holder.isNotified && (await takePlace(holder));
    if (isDue && (await notifyHolder(holder))) return holder;
    if (!isDue && !look && Date.now() < holder.lookedAt + CHECK_AFTER) return holder;
    if (await hasEnded(holder.execution)) await dropHolder(holder);
    else if (await recordCheck(holder)) return holder;
    // Another function has told it, and it is done: the place was taken for nobody.
    else if (isDue && !(await holdsLock(subscriptionId, holder.execution))) await freePlace(holder);
  }
}

/** Gives the free lock to the first in the queue, who is not told yet. */
async function next(subscriptionId: number, taker: string | undefined): Promise<Holder | undefined> {
  const first = await waitQueue.firstQueued(partition(subscriptionId));
  if (!first) return undefined;
  const { queueKey, execution, token, item } = first;
  const lookedAt = Date.now();
  const holder: Holder = {
    subscriptionId,
    redisCloudAccount: item.account?.S,
    isCreation: item.creation?.BOOL ?? false,
    execution,
    token,
    since: new Date(lookedAt).toISOString(),
    lookedAt,
    place: queueKey.sk.S,
    waited: token !== taker,
    isNotified: false,
    admission: admissionIn(item),
  };
  // Somebody else has given it away meanwhile.
  if (!(await putHolder(holder, { onlyIfFree: true }))) return getHolder(subscriptionId);
  if (!(await waitQueue.dequeue(queueKey))) {
    // It has had the lock and given it back meanwhile, or waits no more.
    await takeBack(holder);
    return next(subscriptionId, taker);
  }
  measure('LockWait', (lookedAt - first.since) / 1000);
  return holder;
}

interface Holder {
  subscriptionId: number;
  redisCloudAccount: string | undefined;
  isCreation: boolean;
  execution: ExecutionArn;
  token: string;
  /** When it got the lock, or was told so. */
  since: string;
  /** When somebody last looked whether its execution runs, in milliseconds. */
  lookedAt: number;
  /** The sort key of the place in the queue from which it came. */
  place: string;
  /** Whether somebody else may have had the lock since it asked. To wait for its place alone does not count. */
  waited: boolean;
  /** Whether the step that waits has been told. */
  isNotified: boolean;
  admission: Admission | undefined;
}

async function getHolder(subscriptionId: number): Promise<Holder | undefined> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subscriptionId, 'holder'), ConsistentRead: true }),
  );
  return (
    Item && {
      subscriptionId,
      redisCloudAccount: Item.account?.S,
      isCreation: Item.creation?.BOOL ?? false,
      execution: Item.execution!.S! as ExecutionArn,
      token: Item.token!.S!,
      since: Item.since!.S!,
      lookedAt: Number(Item.lookedAt!.N!),
      place: Item.place!.S!,
      waited: Item.waited?.BOOL ?? true,
      isNotified: Item.told?.BOOL ?? false,
      admission: admissionIn(Item),
    }
  );
}

/** Whether the lock is this holder's now. */
async function putHolder(holder: Holder, { onlyIfFree }: { onlyIfFree: boolean }): Promise<boolean> {
  return conditional(() =>
    dynamodb().send(
      new PutItemCommand({
        ...table(),
        Item: {
          ...key(holder.subscriptionId, 'holder'),
          execution: { S: holder.execution },
          token: { S: holder.token },
          since: { S: holder.since },
          lookedAt: { N: String(holder.lookedAt) },
          place: { S: holder.place },
          waited: { BOOL: holder.waited },
          ...attributesOf(holder),
        },
        ...(onlyIfFree
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'execution = :execution',
              ExpressionAttributeValues: { ':execution': { S: holder.execution } },
            }),
      }),
    ),
  );
}

/**
 * Tells the step that waits that it has the lock, having noted whom it is about to admit. False if no step waits
 * under that token (any more).
 */
async function notifyHolder(holder: Holder): Promise<boolean> {
  if (holder.admission) await noteAdmission(holder.admission);
  if (!(await succeed(holder.token, { waited: holder.waited }))) return false;
  await updateHolder(holder, 'SET told = :value, since = :since', {
    ':value': { BOOL: true },
    ':since': { S: new Date().toISOString() },
  });
  return true;
}

/** Whom this system admits, it may expel; whom somebody else has admitted, it never does. */
async function noteAdmission({ connection, accountId, execution }: Admission): Promise<void> {
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: {
        pk: { S: `account#${accountId}` },
        sk: { S: `connection#${connection}` },
        execution: { S: execution },
        at: { S: new Date().toISOString() },
      },
    }),
  );
}

/** @returns whether it still has the lock */
async function recordCheck(holder: Holder): Promise<boolean> {
  return updateHolder(holder, 'SET lookedAt = :value', { ':value': { N: String(Date.now()) } });
}

/** Unless the lock is somebody else's by now, or is waited for under another token. Returns whether it did. */
async function updateHolder(
  { subscriptionId, execution, token }: Holder,
  UpdateExpression: string,
  values: Record<string, { BOOL: boolean } | { N: string } | { S: string }>,
): Promise<boolean> {
  return conditional(() =>
    dynamodb().send(
      new UpdateItemCommand({
        ...table(),
        Key: key(subscriptionId, 'holder'),
        UpdateExpression,
        ConditionExpression: 'execution = :execution AND #token = :token',
        // `token` is a reserved word.
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: {
          ':execution': { S: execution },
          ':token': { S: token },
          ...values,
        },
      }),
    ),
  );
}

async function dropHolder(holder: Holder): Promise<void> {
  // First: whoever releases the lock once more does not find the holder any more.
  await leavePlace(holder);
  await deleteHolder(holder, {
    ConditionExpression: 'execution = :execution',
    ExpressionAttributeValues: { ':execution': { S: holder.execution } },
  });
  // Once more: a function that has not seen yet that it was told may have taken a place for it meanwhile.
  await freePlace(holder);
}

/** Takes the lock from a holder that nobody has told, and that has no place yet. */
async function takeBack(holder: Holder): Promise<void> {
  await deleteHolder(holder, {
    ConditionExpression: '#token = :token AND attribute_not_exists(told)',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': { S: holder.token } },
  });
}

async function deleteHolder(
  { subscriptionId }: Holder,
  condition: Omit<ConstructorParameters<typeof DeleteItemCommand>[0], 'TableName' | 'Key'>,
): Promise<void> {
  await conditional(() =>
    dynamodb().send(new DeleteItemCommand({ ...table(), Key: key(subscriptionId, 'holder'), ...condition })),
  );
}

/** Gives up its place, and tells those who wait for one. */
async function freePlace(holder: Holder): Promise<void> {
  await leavePlace(holder);
  await advance(holder.redisCloudAccount);
}

function attributesOf({
  redisCloudAccount: account,
  isCreation,
  admission,
}: Pick<Waiter, 'redisCloudAccount' | 'isCreation' | 'admission'>): Record<string, AttributeValue> {
  return {
    ...(account != null && { account: { S: account } }),
    ...(isCreation && { creation: { BOOL: true } }),
    ...(admission && { admission: { S: JSON.stringify(admission) } }),
  };
}

function admissionIn({ admission }: { admission?: { S?: string } }): Admission | undefined {
  return admission?.S === undefined ? undefined : (JSON.parse(admission.S) as Admission);
}

function partition(subscriptionId: number): string {
  return `turn#${subscriptionId}`;
}

function key(subscriptionId: number, sk: string): Key {
  return { pk: { S: partition(subscriptionId) }, sk: { S: sk } };
}

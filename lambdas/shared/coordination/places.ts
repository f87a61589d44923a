import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { ExecutionArn } from '../runtime/inputs.ts';
import { conditional, dynamodb, type Key, table } from './table.ts';
import { dequeue, enqueue, firstQueued } from './wait-queue.ts';

/**
 * How many subscriptions of one Redis Cloud account are changed at the same time. Redis Cloud makes one change after the
 * other for the whole account, so there are two places: for the change that is being made, and for the one after it, so
 * that Redis Cloud has always something to do. Whoever has the lock of a subscription waits for one of them, first come
 * first served among all subscriptions. A creation takes both: its subscription stays busy after its task has ended, and
 * Redis Cloud changes three at once at most.
 *
 *   pk `places` or `places#<account>`, sk `place#<n>`: subscription, since (milliseconds)
 *     sk `waiting#<since>#<execution>`: execution, token, subscription (`wait-queue.ts`)
 */
const PLACES = ['place#1', 'place#2'];

/**
 * So many milliseconds a place is kept for one subscription. A change that takes longer does not keep the others from
 * asking for theirs.
 */
const KEPT_FOR = 15 * 60_000;

/** Who has the lock of a subscription, and wants to change it. */
export interface Changer {
  subscriptionId: number;
  /** As the configuration names it; none: the one named `default`. */
  redisCloudAccount: string | undefined;
  execution: ExecutionArn;
  token: string;
  /** ISO time at which it got the lock. */
  since: string;
  /** Whether it is going to create a PrivateLink. */
  isCreation: boolean;
}

/** Whether the subscription has a place now. If not, it stands in the line. */
export async function takePlace(changer: Changer): Promise<boolean> {
  const pk = partition(changer.redisCloudAccount);
  const subscription = { N: String(changer.subscriptionId) };
  const wanted = changer.isCreation ? PLACES.length : 1;
  let had = (await ownPlaces(pk, subscription.N)).length;
  if (had >= wanted) return true;
  for (const isInLine of [false, true]) {
    const first = await firstQueued(pk);
    const isFirst = !first || first.item.subscription?.N === subscription.N;
    if (isFirst) had += await occupy(pk, subscription.N, wanted - had);
    if (had >= wanted) {
      if (first) await dequeue(first.queueKey);
      return true;
    }
    // A place may have been given up before this one was seen to wait: so it looks once more.
    if (!isInLine) await enqueue(pk, changer, { subscription });
  }
  return false;
}

/** Gives up what the subscription has. */
export async function leavePlace(changer: Changer): Promise<void> {
  const pk = partition(changer.redisCloudAccount);
  const subscription = String(changer.subscriptionId);
  for (const place of await ownPlaces(pk, subscription)) {
    await conditional(() =>
      dynamodb().send(
        new DeleteItemCommand({
          ...table(),
          Key: place,
          ConditionExpression: 'subscription = :own',
          ExpressionAttributeValues: { ':own': { N: subscription } },
        }),
      ),
    );
  }
}

/** The first in the line: its subscription, and how it leaves the line. */
export async function firstInLine(
  redisCloudAccount: string | undefined,
): Promise<{ subscriptionId: number; place: Key } | undefined> {
  const first = await firstQueued(partition(redisCloudAccount));
  return first && { subscriptionId: Number(first.item.subscription?.N), place: first.queueKey };
}

async function ownPlaces(pk: string, subscription: string): Promise<Key[]> {
  const { Items = [] } = await dynamodb().send(
    new QueryCommand({
      ...table(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :place)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':place': { S: 'place#' } },
      ConsistentRead: true,
    }),
  );
  return Items.filter((item) => item.subscription?.N === subscription).map(({ sk }) => ({
    pk: { S: pk },
    sk: { S: sk!.S! },
  }));
}

/** Takes so many places, if they are free. Returns how many were. */
async function occupy(pk: string, subscription: string, wanted: number): Promise<number> {
  const now = Date.now();
  let taken = 0;
  for (const sk of PLACES) {
    if (taken === wanted) break;
    const place = new PutItemCommand({
      ...table(),
      Item: { pk: { S: pk }, sk: { S: sk }, subscription: { N: subscription }, since: { N: String(now) } },
      ConditionExpression: 'attribute_not_exists(pk) OR since < :kept',
      ExpressionAttributeValues: { ':kept': { N: String(now - KEPT_FOR) } },
    });
    if (await conditional(() => dynamodb().send(place))) taken += 1;
  }
  return taken;
}

function partition(account: string | undefined): string {
  return account === undefined ? 'places' : `places#${account}`;
}

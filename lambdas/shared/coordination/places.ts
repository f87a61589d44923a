import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
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
 *   pk `places` or `places#<account>`
 *     sk `taken`: for each place that is taken `place<n>` (ARN of the execution) and `since<n>` (milliseconds)
 *     sk `waiting#<since>#<execution>`: execution, token, subscription (`wait-queue.ts`)
 *
 * The places are one item, so that a creation takes both or none: two that had one each would wait for each other.
 */
const PLACES = [1, 2] as const;
type Place = (typeof PLACES)[number];

/**
 * So many milliseconds a place is kept for one change. A change that takes longer does not keep the others from
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

/** Whether it has a place now. If not, it stands in the line. */
export async function takePlace(changer: Changer): Promise<boolean> {
  const { execution } = changer;
  const pk = partition(changer.redisCloudAccount);
  const subscription = { N: String(changer.subscriptionId) };
  const ways = changer.isCreation ? [PLACES] : PLACES.map((place) => [place]);
  if ((await ownPlaces(pk, execution)).length >= ways[0]!.length) return true;
  for (const isInLine of [false, true]) {
    const first = await firstQueued(pk);
    const isFirst = !first || first.execution === execution;
    if (isFirst && (await occupy(pk, execution, ways))) {
      if (first) await dequeue(first.queueKey);
      return true;
    }
    // A place may have been given up before this one was seen to wait: so it looks once more.
    if (!isInLine) await enqueue(pk, changer, { subscription });
  }
  return false;
}

/** Gives up what it has. */
export async function leavePlace({ redisCloudAccount, execution }: Changer): Promise<void> {
  const pk = partition(redisCloudAccount);
  for (const place of await ownPlaces(pk, execution)) {
    await change(pk, {
      UpdateExpression: `REMOVE place${place}, since${place}`,
      ConditionExpression: `place${place} = :own`,
      ExpressionAttributeValues: { ':own': { S: execution } },
    });
  }
}

/** The first in the line: who it is, and how it leaves the line. */
export async function firstInLine(
  redisCloudAccount: string | undefined,
): Promise<{ subscriptionId: number; execution: ExecutionArn; place: Key } | undefined> {
  const first = await firstQueued(partition(redisCloudAccount));
  if (!first) return undefined;
  const { execution, queueKey: place, item } = first;
  return { subscriptionId: Number(item.subscription?.N), execution, place };
}

async function ownPlaces(pk: string, execution: ExecutionArn): Promise<Place[]> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: taken(pk), ConsistentRead: true }),
  );
  return PLACES.filter((place) => Item?.[`place${place}`]?.S === execution);
}

/** Takes the first places of `ways` that are free. Returns whether some were. */
async function occupy(
  pk: string,
  execution: ExecutionArn,
  ways: readonly (readonly Place[])[],
): Promise<boolean> {
  const now = Date.now();
  for (const places of ways) {
    const isTaken = await change(pk, {
      UpdateExpression: `SET ${places.map((n) => `place${n} = :own, since${n} = :now`).join(', ')}`,
      ConditionExpression: places
        .map((n) => `(attribute_not_exists(place${n}) OR place${n} = :own OR since${n} < :kept)`)
        .join(' AND '),
      ExpressionAttributeValues: {
        ':own': { S: execution },
        ':now': { N: String(now) },
        ':kept': { N: String(now - KEPT_FOR) },
      },
    });
    if (isTaken) return true;
  }
  return false;
}

/** @returns whether the condition held */
function change(
  pk: string,
  update: Omit<ConstructorParameters<typeof UpdateItemCommand>[0], 'TableName' | 'Key'>,
): Promise<boolean> {
  return conditional(() => dynamodb().send(new UpdateItemCommand({ ...table(), Key: taken(pk), ...update })));
}

function taken(pk: string): Key {
  return { pk: { S: pk }, sk: { S: 'taken' } };
}

function partition(account: string | undefined): string {
  return account === undefined ? 'places' : `places#${account}`;
}

import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { conditional, dynamodb, table, withAwsErrors } from '../coordination/table.ts';
import { type Place, STANDING, type Standing, standingKey, standingOf } from './noted.ts';

// What is noted of VPCs and accounts (`noted.ts`), in the table.

/**
 * Everything that was noted of an account, or of all.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function readNoted(accountId?: string): Promise<Map<string, Standing>> {
  const ofAccount = accountId === undefined ? '' : ' AND begins_with(sk, :account)';
  return withAwsErrors('What was asked for by hand could not be looked up', async () => {
    const pages = paginateQuery(
      { client: dynamodb() },
      {
        ...table(),
        KeyConditionExpression: `pk = :pk${ofAccount}`,
        ExpressionAttributeValues: {
          ':pk': { S: STANDING },
          ...(accountId !== undefined && { ':account': { S: `${accountId}#` } }),
        },
        ConsistentRead: true,
      },
    );
    const noted = new Map<string, Standing>();
    for await (const { Items = [] } of pages) {
      for (const { sk, ...item } of Items) {
        const read = standingOf(item);
        if (read && sk?.S) noted.set(sk.S, read);
      }
    }
    return noted;
  });
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function readStanding(place: Place): Promise<Standing | undefined> {
  return withAwsErrors('What was asked for by hand could not be looked up', async () => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ ...table(), Key: keyOf(place), ConsistentRead: true }),
    );
    return Item && standingOf(Item);
  });
}

/**
 * Notes it, in place of what was noted of the same before.
 * @param expires seconds since the epoch after which it may be forgotten; null: never
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function noteStanding(place: Place, standing: Standing, expires: number | null): Promise<void> {
  const texts = Object.entries(standing).map(([name, text]) => [name, { S: text }]);
  const Item = {
    ...Object.fromEntries(texts),
    ...keyOf(place),
    ...(expires !== null && { expires: { N: String(expires) } }),
  };
  await withAwsErrors('What was decided could not be noted', () =>
    dynamodb().send(new PutItemCommand({ ...table(), Item })),
  );
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function markStandingTold(place: Place): Promise<void> {
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(place),
    UpdateExpression: 'SET told = :at',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':at': { S: new Date().toISOString() } },
  });
  await withAwsErrors('What was told could not be noted', () => conditional(() => dynamodb().send(update)));
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function forgetStanding(place: Place): Promise<void> {
  await withAwsErrors('What was noted could not be forgotten', () =>
    dynamodb().send(new DeleteItemCommand({ ...table(), Key: keyOf(place) })),
  );
}

function keyOf(place: Place) {
  return { pk: { S: STANDING }, sk: { S: standingKey(place) } };
}

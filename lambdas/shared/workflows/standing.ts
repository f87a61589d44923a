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
 * Whether what is asked for at `at` counts over what was noted: the later one does, and of two at once a removal. A note
 * without its time says nothing, and gives way.
 */
const LATER = {
  removal: { ConditionExpression: 'attribute_not_exists(#at) OR #at <= :at' },
  other: { ConditionExpression: 'attribute_not_exists(#at) OR #at < :at' },
} as const;

function unlessLater(kind: keyof typeof LATER, at: string) {
  return {
    ...LATER[kind],
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':at': { S: at } },
  };
}

/**
 * Notes it, in place of what was noted of the same before. What was asked for later stays: an execution may be slow to
 * note what it was started for.
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
  const isRemoval = standing.kind === 'refusal' || standing.kind === 'deletion';
  const put = { ...table(), Item, ...unlessLater(isRemoval ? 'removal' : 'other', standing.at) };
  await withAwsErrors('What was decided could not be noted', () =>
    conditional(() => dynamodb().send(new PutItemCommand(put))),
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

/**
 * Forgets what was noted before.
 * @param by what undoes it
 * @param at ISO time at which that was asked for
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function forgetStanding(place: Place, by: 'removal' | 'other', at: string): Promise<void> {
  const deletion = { ...table(), Key: keyOf(place), ...unlessLater(by, at) };
  await withAwsErrors('What was noted could not be forgotten', () =>
    conditional(() => dynamodb().send(new DeleteItemCommand(deletion))),
  );
}

function keyOf(place: Place) {
  return { pk: { S: STANDING }, sk: { S: standingKey(place) } };
}

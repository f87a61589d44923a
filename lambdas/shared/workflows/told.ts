import { paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, table, withAwsErrors } from '../coordination/table.ts';

// Of what a message has told that has no item of its own: pk `told`, sk what it is about. It is forgotten after a while, and
// told again if it is still there.

const TOLD = 'told';

const KEPT_SECONDS = 90 * 24 * 60 * 60;

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function readTold(): Promise<Set<string>> {
  const query = {
    ...table(),
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: TOLD } },
  };
  return withAwsErrors('What was told could not be looked up', async () => {
    const told = new Set<string>();
    for await (const { Items = [] } of paginateQuery({ client: dynamodb() }, query)) {
      for (const { sk } of Items) if (sk?.S) told.add(sk.S);
    }
    return told;
  });
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function markTold(key: string): Promise<void> {
  const now = Date.now();
  const update = new UpdateItemCommand({
    ...table(),
    Key: { pk: { S: TOLD }, sk: { S: key } },
    UpdateExpression: 'SET #at = :at, expires = :expires',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: {
      ':at': { S: new Date(now).toISOString() },
      ':expires': { N: String(Math.floor(now / 1000) + KEPT_SECONDS) },
    },
  });
  await withAwsErrors('What was told could not be noted', () => dynamodb().send(update));
}

/** An endpoint that nobody has, as these items name it. */
export function unownedKey({ connection = '', vpcEndpointId = '' }): string {
  return `unowned#${connection}#${vpcEndpointId}`;
}

import { DeleteItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { dynamodb, table, withAwsErrors } from '../coordination/table.ts';

/**
 * How long the note of an offboarding stays: it runs for three days at most, and can be redriven for fourteen
 * ("Redriving executions"). In seconds.
 */
const KEPT = 17 * 24 * 60 * 60;

/**
 * Notes that an execution offboards an account, or a VPC of it, before it looks for onboardings. So an onboarding that
 * does not find the note has begun before that look, and is found by it.
 *
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function noteOffboarding(
  connection: string,
  accountId: string,
  executionName: string,
): Promise<void> {
  const Item = {
    ...keyOf(connection, accountId, executionName),
    expires: { N: String(Math.floor(Date.now() / 1000) + KEPT) },
  };
  await withAwsErrors('The offboarding could not be noted', () =>
    dynamodb().send(new PutItemCommand({ ...table(), Item })),
  );
}

/**
 * The names of executions that have begun to offboard the account, or a VPC of it, and have not ended well as far as
 * somebody has looked.
 *
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function notedOffboardings(connection: string, accountId: string): Promise<string[]> {
  const { pk, sk } = keyOf(connection, accountId, '');
  const query = {
    ...table(),
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
  };
  return withAwsErrors('Offboardings could not be looked up', async () => {
    const names: string[] = [];
    for await (const { Items = [] } of paginateQuery({ client: dynamodb() }, query)) {
      for (const { sk: found } of Items) names.push((found?.S ?? '').slice(sk.S.length));
    }
    return names;
  });
}

/**
 * Forgets one that has ended well, which nobody can redrive. So that not all of the last weeks are asked about.
 *
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function forgetOffboarding(
  connection: string,
  accountId: string,
  executionName: string,
): Promise<void> {
  const Key = keyOf(connection, accountId, executionName);
  await withAwsErrors('The offboarding could not be forgotten', () =>
    dynamodb().send(new DeleteItemCommand({ ...table(), Key })),
  );
}

function keyOf(connection: string, accountId: string, executionName: string) {
  return { pk: { S: `offboarding#${accountId}` }, sk: { S: `${connection}#${executionName}` } };
}

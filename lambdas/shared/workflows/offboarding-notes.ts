import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
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
 * The names of executions that have begun to offboard the account, or a VPC of it; most of them have ended.
 *
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function notedOffboardings(connection: string, accountId: string): Promise<string[]> {
  const { pk, sk } = keyOf(connection, accountId, '');
  const query = new QueryCommand({
    ...table(),
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
  });
  const { Items = [] } = await withAwsErrors('Offboardings could not be looked up', () =>
    dynamodb().send(query),
  );
  return Items.map(({ sk: found }) => (found?.S ?? '').slice(sk.S.length));
}

function keyOf(connection: string, accountId: string, executionName: string) {
  return { pk: { S: `offboarding#${accountId}` }, sk: { S: `${connection}#${executionName}` } };
}

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { AwsUnavailable } from '../errors.ts';
import { type Subject, subjectName } from './shared-reads.ts';
import { dynamodb, type Key, table } from './table.ts';

/** Where the account is kept that has handed a PrivateLink over. */
export function providerKey(subject: Subject): Key {
  return { pk: { S: `provider#${subjectName(subject)}` }, sk: { S: 'provider' } };
}

/**
 * The account that has handed a PrivateLink over when it was used for the first time, in one item:
 *
 *   pk `provider#<subscription>` or `provider#<subscription>/<region>`, sk `provider`: accountId, notedAt (ISO time)
 *
 * A person deletes it who knows that Redis Cloud has moved to another account.
 *
 * @returns the account that is noted: `accountId` itself the first time.
 * @throws AwsUnavailable if the answer does not tell.
 */
export async function noteProvider(subject: Subject, accountId: string): Promise<string> {
  const { Attributes } = await dynamodb().send(
    new UpdateItemCommand({
      ...table(),
      Key: providerKey(subject),
      UpdateExpression:
        'SET accountId = if_not_exists(accountId, :account), notedAt = if_not_exists(notedAt, :now)',
      ExpressionAttributeValues: { ':account': { S: accountId }, ':now': { S: new Date().toISOString() } },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const noted = Attributes?.accountId?.S;
  if (noted === undefined)
    throw new AwsUnavailable('DynamoDB has answered without the account that was noted.');
  return noted;
}

import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, type Key, table, withAwsErrors } from '../../shared/coordination/table.ts';
import { AwsUnavailable } from '../../shared/errors.ts';
import { query } from './ownership.ts';

// What is about to be made, noted before AWS is asked, so that an answer that is lost loses nothing: the same request is
// made again, by whatever execution, and AWS says what came of it.
//
//   pk `account#<account>`, sk `making#<connection>#<VPC id>#<token>`: request, expires

/** EC2 keeps client tokens for a day at least; a note that is older tells nothing. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;
const FAILED = 'What is being made could not be noted';

/** What is to be made, and under which token. */
export interface Creation {
  accountId: string;
  connection: string;
  vpcId: string;
  /** A client token, or `group`. */
  token: string;
}

/**
 * Notes the request under its token, if none is.
 * @returns the one that is noted: the first one
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function noteCreation<R extends object>(creation: Creation, request: R): Promise<R> {
  const expires = Math.ceil(Date.now() / 1000) + KEPT_SECONDS;
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(creation),
    UpdateExpression:
      'SET #request = if_not_exists(#request, :request), expires = if_not_exists(expires, :expires)',
    ExpressionAttributeNames: { '#request': 'request' },
    ExpressionAttributeValues: {
      ':request': { S: JSON.stringify(request) },
      ':expires': { N: String(expires) },
    },
    ReturnValues: 'ALL_NEW',
  });
  const { Attributes } = await withAwsErrors(FAILED, () => dynamodb().send(update));
  const noted = Attributes?.request?.S;
  if (noted === undefined) throw new AwsUnavailable('DynamoDB has answered without what was noted.');
  return JSON.parse(noted) as R;
}

/** It came to its end: it is recorded, or AWS has refused it. */
export async function forgetCreation(creation: Creation): Promise<void> {
  const Key = keyOf(creation);
  await withAwsErrors(FAILED, () => dynamodb().send(new DeleteItemCommand({ ...table(), Key })));
}

/** The tokens of what is being made for the connection in the VPC, and has not come to an end. */
export async function openCreations(creation: Omit<Creation, 'token'>): Promise<string[]> {
  const prefix = prefixOf(creation);
  const items = await query(creation.accountId, prefix);
  return items.map(({ sk }) => sk?.S?.slice(prefix.length) ?? '');
}

function prefixOf({ connection, vpcId }: Omit<Creation, 'token'>): string {
  return `making#${connection}#${vpcId}#`;
}

function keyOf(creation: Creation): Key {
  return {
    pk: { S: `account#${creation.accountId}` },
    sk: { S: `${prefixOf(creation)}${creation.token}` },
  };
}

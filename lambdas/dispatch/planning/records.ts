import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { dynamodb, table, withAwsErrors } from '../../shared/coordination/table.ts';

/** What says in the table that something is connected in an account, as DynamoDB answers it. */
export interface Record {
  sk: { S: string };
}

/**
 * What is connected in the account beyond a page of it: DynamoDB answers with a megabyte at most, some hundred VPCs.
 *
 * @param after the sort key that the page ends with
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function readRecordsAfter(accountId: string, after: string): Promise<Record[]> {
  const pk = { S: `account#${accountId}` };
  return withAwsErrors('What is connected in the account could not be looked up', async () => {
    const pages = paginateQuery(
      { client: dynamodb(), startingToken: { pk, sk: { S: after } } },
      {
        ...table(),
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :connection)',
        ExpressionAttributeValues: { ':pk': pk, ':connection': { S: 'connection#' } },
        ConsistentRead: true,
        ProjectionExpression: 'sk',
      },
    );
    const records: Record[] = [];
    for await (const { Items = [] } of pages) records.push(...(Items as unknown as Record[]));
    return records;
  });
}

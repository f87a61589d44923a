import { paginateScan } from '@aws-sdk/client-dynamodb';
import { dynamodb, table, withAwsErrors } from '../coordination/table.ts';

/**
 * The accounts with VPCs that are, or are being, connected to the connection, as recorded. Redis Cloud lists none of them
 * where they are connected through a service network. It looks through the whole table.
 *
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function recordedMembers(connection: string): Promise<string[]> {
  const pages = paginateScan(
    { client: dynamodb() },
    {
      ...table(),
      FilterExpression: 'begins_with(pk, :account) AND begins_with(sk, :vpc)',
      ExpressionAttributeValues: {
        ':account': { S: 'account#' },
        ':vpc': { S: `connection#${connection}#` },
      },
      ProjectionExpression: 'pk',
      ConsistentRead: true,
    },
  );
  return withAwsErrors('Who is connected through the service network could not be looked up', async () => {
    const accounts = new Set<string>();
    for await (const { Items = [] } of pages) {
      for (const { pk } of Items) accounts.add(pk?.S?.split('#')[1] ?? '');
    }
    return [...accounts].sort();
  });
}

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb, table, withAwsErrors } from '../coordination/table.ts';

// What outlasts an execution and no look can tell: pk `standing`, sk `<account id>#<connection>#<VPC id>`. One item for
// each VPC, so the latest counts.

/** Partition key of these items. */
export const STANDING = 'standing';

/** A VPC of a connection. */
export interface Place {
  accountId: string;
  connection: string;
  vpcId: string;
}

/**
 * - `deletion`: somebody tried to delete the VPC, and it was disconnected for that. No reconciliation connects it again
 *   until then.
 */
export interface Standing {
  kind: 'deletion';
  /** ISO time at which it began. */
  at: string;
  /** ISO time until which it counts. */
  until: string;
}

/** Sort key of the item. */
export function standingKey({ accountId, connection, vpcId }: Place): string {
  return `${accountId}#${connection}#${vpcId}`;
}

/**
 * Notes it, in place of what was noted of the same VPC before.
 * @param expires seconds since the epoch after which it may be forgotten
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function noteStanding(place: Place, standing: Standing, expires: number): Promise<void> {
  const texts = { pk: STANDING, sk: standingKey(place), ...standing };
  const Item = {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }])),
    expires: { N: String(expires) },
  };
  await withAwsErrors('What was decided could not be noted', () =>
    dynamodb().send(new PutItemCommand({ ...table(), Item })),
  );
}

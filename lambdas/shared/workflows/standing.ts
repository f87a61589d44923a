import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { conditional, dynamodb, table, withAwsErrors } from '../coordination/table.ts';
import { validate } from '../runtime/validation.ts';

// What outlasts an execution and no look can tell: pk `standing`, sk `<account id>#<connection>#<VPC id>`, or `account`
// in place of the VPC. One item for each, so the latest counts.

/** Partition key of these items. */
export const STANDING = 'standing';

/** A VPC of a connection, or an account. */
export interface Place {
  accountId: string;
  connection: string;
  /** Null: the account as such. */
  vpcId: string | null;
}

/**
 * - `wish`: a person wants it connected, although no tag asks for it or a removal was due
 * - `refusal`: a person has disconnected it, although its tag asks for the connection
 * - `deletion`: somebody tried to delete the VPC, and it was disconnected for that. No reconciliation connects it again
 *   `until` then.
 */
export const Standing = z.object({
  kind: z.enum(['wish', 'refusal', 'deletion']),
  /** ISO time at which it began. */
  at: z.string(),
  /** ISO time until which it counts; left out: until somebody changes it. */
  until: z.optional(z.string()),
  /** The execution by which it was asked for. */
  by: z.optional(z.string()),
  /** ISO time at which a message has told that the VPC is still there after all; `deletion` only. */
  told: z.optional(z.string()),
});
export type Standing = z.infer<typeof Standing>;

type Item = Record<string, { S?: string | undefined; N?: string | undefined }>;

/** Sort key of the item. */
export function standingKey({ accountId, connection, vpcId }: Place): string {
  return `${accountId}#${connection}#${vpcId ?? 'account'}`;
}

/** What an item says; undefined if it cannot be read. */
export function standingOf(item: Item): Standing | undefined {
  const texts = Object.entries(item).map(([name, { S }]) => [name, S]);
  const read = validate(Standing, Object.fromEntries(texts));
  return read.valid ? read.value : undefined;
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

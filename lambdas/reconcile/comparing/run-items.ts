import { DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { createClient } from '../../shared/aws/client.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';

// How a reconciliation reads and writes its items (`reconciliation-store.ts` lists them).

/** What the stack tells the function. */
export const reconciliationEnvironment = z.object({ TABLE_NAME: z.string() });

export interface Key {
  pk: string;
  sk: string;
}

/** DynamoDB takes items of 400 KB, with the names of their attributes. */
export const MAX_ITEM_BYTES = 380_000;
/** How long a run's own items stay in the table. */
export const RUN_SECONDS = 7 * 24 * 60 * 60;
const AT_ONCE = 16;

const Environment = z.object({ AWS_REGION: z.string() });

export const dynamodb = createClient(DynamoDBClient, {
  region: readEnvironment(Environment).AWS_REGION,
  caller: "the function's own role",
  // One call of many.
  attempts: 3,
});

export async function query(pk: string, prefix: string): Promise<{ sk: string; body: string }[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: table(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
      ConsistentRead: true,
    },
  );
  const found: { sk: string; body: string }[] = [];
  for await (const { Items = [] } of pages) {
    for (const item of Items) found.push({ sk: item.sk?.S ?? '', body: item.body?.S ?? '' });
  }
  return found;
}

export async function get({ pk, sk }: Key, attribute: string): Promise<string | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table(), Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }),
  );
  return Item?.[attribute]?.S;
}

/** @param expires seconds since the epoch; null: never. */
export async function put(
  { pk, sk }: Key,
  texts: Record<string, string>,
  expires: number | null,
): Promise<void> {
  const attributes = Object.entries({ pk, sk, ...texts }).map(([name, text]) => [name, { S: text }]);
  await dynamodb.send(
    new PutItemCommand({
      TableName: table(),
      Item: {
        ...Object.fromEntries(attributes),
        ...(expires !== null && { expires: { N: String(expires) } }),
      },
    }),
  );
}

export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

export function table(): string {
  return readEnvironment(reconciliationEnvironment).TABLE_NAME;
}

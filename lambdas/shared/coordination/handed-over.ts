import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { readEnvironment } from '../runtime/environment.ts';
import { validate } from '../runtime/validation.ts';
import { withAwsErrors } from './aws-errors.ts';

// What Redis Cloud has handed over to the owner of a connection's service network. As long as it is there, nobody has to
// ask Redis Cloud in order to connect a VPC through the network:
//
//   pk `network#<connection>`, sk `handed-over`: view, at
//     sk `association`: id, at                 the association with the network that this system has made

/** What the stack tells functions that use the table only where a connection has a service network. */
export const NetworkEnvironment = z.object({ TABLE_NAME: z.optional(z.string()) });

const HandedOver = z.looseObject({
  resourceConfigurationArn: z.string(),
  shareArn: z.string(),
  databases: z.array(
    z.object({
      databaseId: z.nullable(z.int()),
      port: z.nullable(z.int()),
      rlEndpoint: z.nullable(z.string()),
    }),
  ),
});

/** The owner's view of the PrivateLink, when it was read last and the owner was admitted. */
export type HandedOver = z.output<typeof HandedOver> & {
  /** When it was read, in milliseconds since the epoch. */
  at: number;
};

const FAILED = 'What Redis Cloud has handed over could not be looked up';

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function readHandedOver(connection: string): Promise<HandedOver | undefined> {
  const Item = await get(connection, 'handed-over');
  if (!Item?.view?.S || !Item.at?.S) return undefined;
  const read = validate(HandedOver, JSON.parse(Item.view.S));
  return read.valid ? { ...read.value, at: Date.parse(Item.at.S) } : undefined;
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function noteHandedOver(connection: string, view: object): Promise<void> {
  await put(connection, 'handed-over', { view: JSON.stringify(view) });
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function forgetHandedOver(connection: string): Promise<void> {
  await remove(connection, 'handed-over');
}

/** The association that this system has made. @throws AwsUnavailable when DynamoDB does not answer. */
export async function readAssociation(connection: string): Promise<string | undefined> {
  return (await get(connection, 'association'))?.id?.S;
}

/** @throws AwsUnavailable when DynamoDB does not answer: make it again, which makes nothing twice. */
export async function noteAssociation(connection: string, id: string): Promise<void> {
  await put(connection, 'association', { id });
}

let client: DynamoDBClient | undefined;

function dynamodb(): DynamoDBClient {
  client ??= new DynamoDBClient({ maxAttempts: 1 });
  return client;
}

function place(connection: string, sk: string) {
  return {
    TableName: readEnvironment(NetworkEnvironment).TABLE_NAME,
    Key: { pk: { S: `network#${connection}` }, sk: { S: sk } },
  };
}

async function get(connection: string, sk: string) {
  const read = new GetItemCommand({ ...place(connection, sk), ConsistentRead: true });
  return withAwsErrors(FAILED, async () => (await dynamodb().send(read)).Item);
}

async function put(connection: string, sk: string, texts: Record<string, string>): Promise<void> {
  const { TableName, Key } = place(connection, sk);
  const all = { ...texts, at: new Date().toISOString() };
  const Item = { ...Key, ...Object.fromEntries(Object.entries(all).map(([name, S]) => [name, { S }])) };
  await withAwsErrors(FAILED, () => dynamodb().send(new PutItemCommand({ TableName, Item })));
}

async function remove(connection: string, sk: string): Promise<void> {
  await withAwsErrors(FAILED, () => dynamodb().send(new DeleteItemCommand(place(connection, sk))));
}

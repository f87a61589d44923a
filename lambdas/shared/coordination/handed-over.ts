import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { readEnvironment } from '../runtime/environment.ts';
import { validate } from '../runtime/validation.ts';
import { withAwsErrors } from './aws-errors.ts';

// What Redis Cloud has handed over to the owner of a connection's service network. As long as it is there, nobody has to
// ask Redis Cloud in order to connect a VPC through the network:
//
//   pk `network#<connection>`, sk `handed-over`: view, at
//     sk `association`: configuration, id?, at   the association with the network that this system makes, or has made: it
//                                              is noted before it is asked for, without its id

/** What the stack tells functions that use the table only where a connection has a service network. */
export const NetworkEnvironment = z.object({ TABLE_NAME: z.optional(z.string()) });

const HandedOver = z.looseObject({
  resourceConfigurationArn: z.string(),
  shareArn: z.string(),
  /** The owner, as Redis Cloud showed it. */
  principal: z.nullish(z.looseObject({ status: z.nullish(z.string()) })),
  /** Whether AWS has shown that the owner has accepted the share. */
  isAccepted: z.nullish(z.boolean()),
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

/** An association of a connection's service network that this system has asked for. */
export interface AskedAssociation {
  /** The ARN of the resource configuration with which the network is associated. */
  resourceConfigurationArn: string;
  /** Null: AWS's answer was not heard. */
  id: string | null;
  /** When it was noted last, in milliseconds since the epoch. */
  at: number;
}

/** The association that this system has asked for. @throws AwsUnavailable when DynamoDB does not answer. */
export async function readAssociation(connection: string): Promise<AskedAssociation | undefined> {
  const Item = await get(connection, 'association');
  if (!Item?.configuration?.S || !Item.at?.S) return undefined;
  return {
    resourceConfigurationArn: Item.configuration.S,
    id: Item.id?.S ?? null,
    at: Date.parse(Item.at.S),
  };
}

/**
 * @param id null: it is about to be asked for, while there is none
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function noteAssociation(
  connection: string,
  resourceConfigurationArn: string,
  id: string | null,
): Promise<void> {
  await put(connection, 'association', {
    configuration: resourceConfigurationArn,
    ...(id !== null && { id }),
  });
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

import {
  DeleteItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { conditional, dynamodb, table, withAwsErrors } from '../coordination/table.ts';
import { InvalidRequest } from '../errors.ts';
import { validate } from '../runtime/validation.ts';
import type { Connection } from './configuration.ts';

// What each name was used for, beside what the configuration says now: pk `connections`, sk the connection's name. It is
// noted when something is connected under the name first, and forgotten when nothing is recorded of it any more. So what
// is connected outlasts a change of the configuration: records say the name only.

/** Partition key of these items. */
export const KNOWN_CONNECTIONS = 'connections';

/** What a connection is a way to. */
export const Destination = z.object({
  subscriptionId: z.string().check(z.regex(/^\d+$/)),
  /** `-`: the subscription is not Active-Active. */
  activeActiveRegionId: z.string(),
  region: z.string(),
  contract: z.string(),
  /** The ARN of its service network. Left out: it has none. */
  serviceNetwork: z.optional(z.string()),
});
export type Destination = z.infer<typeof Destination>;

/** The same, as it was noted. */
export interface Known extends Destination {
  /** ISO time at which a person has said that what is left of it may stay. */
  staysSince?: string | undefined;
}

/** By name. */
export type KnownConnections = ReadonlyMap<string, Known>;

export type Configured = Pick<
  Connection,
  'name' | 'subscriptionId' | 'activeActiveRegionId' | 'region' | 'contract' | 'serviceNetwork'
>;

export function destinationOf({
  subscriptionId,
  activeActiveRegionId,
  region,
  contract,
  serviceNetwork,
}: Configured): Destination {
  return {
    subscriptionId: String(subscriptionId),
    activeActiveRegionId: String(activeActiveRegionId ?? '-'),
    region,
    contract,
    ...(serviceNetwork && { serviceNetwork: serviceNetwork.arn }),
  };
}

/**
 * What is wrong with the connection in the light of what was connected under its name, or under another name of the same
 * subscription; undefined: nothing.
 */
export function changeOf(connection: Configured, known: KnownConnections): string | undefined {
  const now = destinationOf(connection);
  const before = known.get(connection.name);
  if (before) {
    if (isSame(before, now)) return undefined;
    return `connection ${connection.name} is configured for ${inWords(now)}, and what it has connected is of ${inWords(before)}. Nothing of it is changed. Configure what it was again. Give the new one another name beside it, let VPCs ask for both, and disconnect them from the old one when their applications have moved`;
  }
  const same = [...known].find(
    ([, { subscriptionId, activeActiveRegionId }]) =>
      subscriptionId === now.subscriptionId && activeActiveRegionId === now.activeActiveRegionId,
  );
  if (!same) return undefined;
  return `what is connected of ${inWords(now)} has the name ${same[0]}, and connection ${connection.name} would connect it a second time. Nothing of it is changed. If ${connection.name} is its new name, configure was: ${same[0]}`;
}

function isSame(one: Destination, other: Destination): boolean {
  const keys = Object.keys(Destination.shape) as (keyof Destination)[];
  return keys.every((key) => one[key] === other[key]);
}

/** A destination as people read it. */
export function inWords(destination: Destination): string {
  const { subscriptionId, activeActiveRegionId, region, contract, serviceNetwork } = destination;
  const part = activeActiveRegionId === '-' ? '' : `, its region ${activeActiveRegionId},`;
  const through = serviceNetwork === undefined ? '' : ` through ${serviceNetwork}`;
  return `subscription ${subscriptionId}${part} in ${region} (${contract}${through})`;
}

type Item = Record<string, { S?: string | undefined }>;

/** What an item says; undefined if it cannot be read. */
export function destinationIn(item: Item): Destination | undefined {
  const texts = Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
  const read = validate(Destination, texts);
  return read.valid ? read.value : undefined;
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function readKnownConnections(): Promise<Map<string, Known>> {
  const query = {
    ...table(),
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: KNOWN_CONNECTIONS } },
  };
  return withAwsErrors('What connections were used for could not be looked up', async () => {
    const known = new Map<string, Known>();
    for await (const { Items = [] } of paginateQuery({ client: dynamodb() }, query)) {
      for (const { sk, ...item } of Items as Item[]) {
        const destination = destinationIn(item);
        if (!sk?.S || !destination) continue;
        known.set(sk.S, { ...destination, ...(item.stays?.S && { staysSince: item.stays.S }) });
      }
    }
    return known;
  });
}

/**
 * At every door: refuses a connection that is another one than what is connected under its name.
 *
 * @throws InvalidRequest which says what it was and what to do.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function requireUnchanged(connection: Configured): Promise<void> {
  const change = changeOf(connection, await readKnownConnections());
  if (change !== undefined) throw new InvalidRequest(`${capital(change)}.`);
}

/**
 * The same before something is connected, which is noted.
 *
 * @throws InvalidRequest which says what it was and what to do.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function claimName(connection: Configured): Promise<void> {
  const known = await readKnownConnections();
  const change = changeOf(connection, known);
  if (change !== undefined) throw new InvalidRequest(`${capital(change)}.`);
  if (!known.has(connection.name)) await noteConnection(connection);
}

/** Notes what the name is used for, unless that is noted already. @throws AwsUnavailable when DynamoDB does not answer. */
export async function noteConnection(connection: Configured): Promise<void> {
  const texts = { ...destinationOf(connection), at: new Date().toISOString() };
  const Item = {
    ...keyOf(connection.name),
    ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
  };
  const put = { ...table(), Item, ConditionExpression: 'attribute_not_exists(pk)' };
  await withAwsErrors('What the connection is used for could not be noted', () =>
    conditional(() => dynamodb().send(new PutItemCommand(put))),
  );
}

/**
 * Notes that a person has said that what is left of a connection which is configured no more may stay.
 *
 * @param by name of the execution
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function leaveConnection(name: string, by: string): Promise<void> {
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(name),
    UpdateExpression: 'SET stays = :at, leftBy = :by',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':at': { S: new Date().toISOString() }, ':by': { S: by } },
  });
  await withAwsErrors('That it may stay could not be noted', () =>
    conditional(() => dynamodb().send(update)),
  );
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function forgetConnection(name: string): Promise<void> {
  await withAwsErrors('What the connection was used for could not be forgotten', () =>
    dynamodb().send(new DeleteItemCommand({ ...table(), Key: keyOf(name) })),
  );
}

function keyOf(name: string) {
  return { pk: { S: KNOWN_CONNECTIONS }, sk: { S: name } };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

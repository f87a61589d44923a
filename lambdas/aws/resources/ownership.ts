import {
  DeleteItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { conditional, dynamodb, type Key, table, withAwsErrors } from '../../shared/coordination/table.ts';
import { UntrustedTarget } from '../../shared/errors.ts';
import { SYSTEM } from '../../shared/runtime/system.ts';
import { plain } from '../../shared/runtime/text.ts';
import { validate } from '../../shared/runtime/validation.ts';
import { requireProvider } from '../../shared/workflows/provider.ts';
import { ownDescription, ownGroupName } from './security-groups.ts';
import { CONNECTION_TAG, MANAGED_BY_TAG, tagValue } from './tags.ts';

// Own is what the record and the tag both say: whoever may write tags in a member account would otherwise decide what
// the hub deletes and publishes. The hub's table has, from before anything rests on a resource,
//
//   pk `account#<account>`, sk `own#<id of the resource>`: connection, region, vpcId, type, target, execution, at, and
//     `expires` once its deletion was asked for; `askedSubnets` and until when nobody asks for them again

/** A VPC endpoint or a security group. */
export interface Resource {
  id: string;
  vpcId: string;
  /** The type of an endpoint, or `security-group`. */
  type: string;
  /** Where an endpoint leads, or a group's name: what no tag changes. */
  target: string;
}

/** One as the record has it. */
export interface MadeResource extends Resource {
  connection: string;
  region: string;
  /** Its deletion was asked for. */
  isGoing: boolean;
}

/** One as AWS shows it; the tags are null where it has none. */
export interface SeenResource extends Resource {
  connection: string | null;
  managedBy: string | null;
  /** A group's; it cannot be changed either. */
  description: string | null;
}

const text = z.string();
const Item = z.object({ connection: text, region: text, vpcId: text, type: text, target: text });
const FAILED = 'What this system has made could not be looked up';
const DAY_SECONDS = 24 * 60 * 60;
/** AWS shows what was deleted for some time. */
const GOING_SECONDS = 90 * DAY_SECONDS;
const ASKED_SECONDS = 30 * DAY_SECONDS;

export function seenEndpoint(endpoint: VpcEndpoint): SeenResource {
  const { VpcEndpointId = '', VpcId = '', VpcEndpointType = '', Tags } = endpoint;
  return {
    id: VpcEndpointId,
    vpcId: VpcId,
    type: VpcEndpointType,
    target: leadsTo(endpoint) ?? '',
    connection: tagValue(Tags, CONNECTION_TAG),
    managedBy: tagValue(Tags, MANAGED_BY_TAG),
    description: null,
  };
}

/** Where an endpoint leads, whatever its type. */
export function leadsTo(endpoint: VpcEndpoint): string | undefined {
  const { VpcEndpointType, ResourceConfigurationArn, ServiceNetworkArn, ServiceName } = endpoint;
  if (VpcEndpointType === 'ServiceNetwork') return ServiceNetworkArn;
  return VpcEndpointType === 'Resource' ? ResourceConfigurationArn : ServiceName;
}

export function seenGroup({ GroupId, VpcId, GroupName, Description, Tags }: SecurityGroup): SeenResource {
  return {
    id: GroupId ?? '',
    vpcId: VpcId ?? '',
    type: GROUP_TYPE,
    target: GroupName ?? '',
    connection: tagValue(Tags, CONNECTION_TAG),
    managedBy: tagValue(Tags, MANAGED_BY_TAG),
    description: Description ?? null,
  };
}

export const GROUP_TYPE = 'security-group';

/** What this system has made in one account and Region. */
export interface Ownership {
  made: readonly MadeResource[];
  /** Why the resource is not this system's; undefined: it is. */
  whyNotOwn(seen: SeenResource): Promise<string | undefined>;
  /** Whether AWS was asked to add the subnet to the endpoint, so that it has refused if the endpoint lacks it. */
  refuses(endpointId: string, subnetId: string): boolean;
}

/**
 * What this system has made in the account and Region, as the hub has recorded it. What is recorded without its id, by a
 * version from before ids were recorded, counts too (docs/decisions/0032).
 *
 * @param completes whether such a record is completed with the id
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function readOwnership(
  accountId: string,
  region: string,
  { completes }: { completes: boolean },
): Promise<Ownership> {
  const made = new Map<string, MadeResource>();
  const refused = new Set<string>();
  for (const item of await query(accountId, 'own#')) {
    const texts = Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
    const read = validate(Item, texts);
    if (!read.valid || read.value.region !== region) continue;
    const id = item.sk?.S?.slice('own#'.length) ?? '';
    made.set(id, { id, ...read.value, isGoing: item.expires !== undefined });
    if (Number(item.askedUntil?.N ?? 0) * 1000 > Date.now()) {
      for (const subnetId of item.askedSubnets?.SS ?? []) refused.add(`${id} ${subnetId}`);
    }
  }
  let earlier: Promise<Map<string, Earlier>> | undefined;
  return {
    made: [...made.values()],
    refuses: (endpointId, subnetId) => refused.has(`${endpointId} ${subnetId}`),
    async whyNotOwn(seen) {
      const tags = whyNotTagged(seen);
      const record = made.get(seen.id);
      if (record) return tags ?? whyDifferent(seen, record);
      if (tags) return tags;
      earlier ??= readEarlier(accountId);
      const connection = seen.connection ?? '';
      const isOurs = isRecordedEarlier(seen, (await earlier).get(`${connection}#${seen.vpcId}`), region);
      if (!isOurs) return 'it has the tags of this system, which has no record of having made it';
      if (completes) await recordMade(accountId, { ...seen, connection, region }, 'an earlier version');
      return undefined;
    },
  };
}

function whyNotTagged({ managedBy, connection }: SeenResource): string | undefined {
  if (managedBy !== SYSTEM) return `its tag ${MANAGED_BY_TAG} is not ${SYSTEM}`;
  return connection === null ? `it has no tag ${CONNECTION_TAG}` : undefined;
}

function whyDifferent(seen: SeenResource, record: MadeResource): string | undefined {
  for (const key of ['connection', 'vpcId', 'type', 'target'] as const) {
    if (seen[key] !== record[key]) {
      return `its ${key} is ${plain(seen[key] ?? '', 200) || 'missing'}, and this system has made it with ${record[key]}`;
    }
  }
  return undefined;
}

/** What versions from before ids were recorded have written of a VPC. */
interface Earlier {
  vpcEndpointId: string | null;
}

async function readEarlier(accountId: string): Promise<Map<string, Earlier>> {
  const records = new Map<string, Earlier>();
  for (const { sk, vpcEndpointId, idsRecorded } of await query(accountId, 'connection#')) {
    const [, connection, vpcId] = sk?.S?.split('#') ?? [];
    if (!vpcId || idsRecorded || !vpcEndpointId?.S) continue;
    records.set(`${connection}#${vpcId}`, { vpcEndpointId: vpcEndpointId.S });
  }
  return records;
}

/** By what no tag can say: the hub's record of the VPC, an endpoint's type and target, a group's name and description. */
function isRecordedEarlier(seen: SeenResource, earlier: Earlier | undefined, region: string): boolean {
  const { id, type, target, description, connection } = seen;
  if (!earlier || connection === null) return false;
  if (type === GROUP_TYPE) {
    return target === ownGroupName(connection) && description === ownDescription(connection);
  }
  if (earlier.vpcEndpointId !== id || target === '') return false;
  const handedOver = type === 'Resource' ? { resourceConfigurationArn: target } : { serviceName: target };
  try {
    requireProvider({ name: connection, region }, handedOver);
    return type === 'Resource' || type === 'Interface';
  } catch (error) {
    if (error instanceof UntrustedTarget) return false;
    throw error;
  }
}

/**
 * Records what this system has just made, before anything rests on it.
 * @param by name of the execution
 * @throws AwsUnavailable when DynamoDB does not answer: make the request again, which makes nothing twice.
 */
export async function recordMade(
  accountId: string,
  { id, vpcId, type, target, connection, region }: Omit<MadeResource, 'isGoing'>,
  by: string,
): Promise<void> {
  const texts = { connection, region, vpcId, type, target, execution: by, at: new Date().toISOString() };
  const attributes = Object.entries(texts).map(([name, S]) => [name, { S }]);
  const Item = { ...Object.fromEntries(attributes), ...keyOf(accountId, id) };
  await withAwsErrors(FAILED, () => dynamodb().send(new PutItemCommand({ ...table(), Item })));
}

/** AWS is deleting it: what it shows of it meanwhile is still this system's. */
export async function markGoing(accountId: string, id: string): Promise<void> {
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(accountId, id),
    UpdateExpression: 'SET expires = :expires',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':expires': { N: String(Math.ceil(Date.now() / 1000) + GOING_SECONDS) } },
  });
  await withAwsErrors(FAILED, () => conditional(() => dynamodb().send(update)));
}

/** AWS was asked to add these subnets to the endpoint. It is not asked again for a month for those that it lacks then. */
export async function noteAskedSubnets(accountId: string, id: string, subnetIds: string[]): Promise<void> {
  const until = Math.ceil(Date.now() / 1000) + ASKED_SECONDS;
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(accountId, id),
    UpdateExpression: 'ADD askedSubnets :ids SET askedUntil = :until',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':ids': { SS: subnetIds }, ':until': { N: String(until) } },
  });
  await withAwsErrors(FAILED, () => conditional(() => dynamodb().send(update)));
}

/** It is gone. */
export async function forgetMade(accountId: string, id: string): Promise<void> {
  const Key = keyOf(accountId, id);
  await withAwsErrors(FAILED, () => dynamodb().send(new DeleteItemCommand({ ...table(), Key })));
}

function keyOf(accountId: string, id: string): Key {
  return { pk: { S: `account#${accountId}` }, sk: { S: `own#${id}` } };
}

/** All items of the account whose sort key begins so. */
export async function query(accountId: string, prefix: string) {
  return withAwsErrors(FAILED, async () => {
    const pages = paginateQuery(
      { client: dynamodb() },
      {
        ...table(),
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': { S: `account#${accountId}` }, ':prefix': { S: prefix } },
        ConsistentRead: true,
      },
    );
    const items = [];
    for await (const { Items = [] } of pages) items.push(...Items);
    return items;
  });
}

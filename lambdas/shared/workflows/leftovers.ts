import {
  type AttributeValue,
  DeleteItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { conditional, dynamodb, table, withAwsErrors } from '../coordination/table.ts';
import { validate } from '../runtime/validation.ts';

// What this system has made in an account and could not remove, because the account let nobody in any more: pk
// `leftover`, sk `<connection>#<account id>#<VPC id>`. Reconciliations try again, until it is gone or a person has said
// that it may stay.

/** Partition key of these items. */
export const LEFTOVER = 'leftover';

const KINDS = ['endpoint', 'security group', 'parameters'] as const;

const Thing = z.object({
  kind: z.enum(KINDS),
  /** As AWS names it; null: nobody could look, so it may not be there at all. */
  id: z.nullable(z.string()),
});

/** One thing that is left. */
export type Thing = z.output<typeof Thing>;

const text = z.string();
const LeftoverItem = z.object({
  sk: text,
  region: text,
  things: text,
  why: text,
  since: text,
  told: z.optional(text),
  stays: z.optional(text),
  by: z.optional(text),
});

/** What is left in a VPC of an account. */
export interface Leftover {
  connection: string;
  accountId: string;
  vpcId: string;
  region: string;
  things: Thing[];
  /** Why it could not be removed, in words. */
  why: string;
  /** ISO time. */
  since: string;
  /** Whether a message has told of it. */
  isTold: boolean;
  /** ISO time at which a person has said that it may stay; null: nobody has. */
  staysSince: string | null;
}

type Place = Pick<Leftover, 'connection' | 'accountId' | 'vpcId'>;

const FAILED = 'What is left in accounts could not be looked up';

/** What is left, in words: `endpoint vpce-0a71e831cb5152c43, perhaps its security group`. */
export function thingsInWords(things: readonly Thing[]): string {
  return things.map(({ kind, id }) => (id === null ? `perhaps its ${kind}` : `${kind} ${id}`)).join(', ');
}

/** What an item says; undefined if it cannot be read. */
export function leftoverOf(item: Readonly<Record<string, string | undefined>>): Leftover | undefined {
  const read = validate(LeftoverItem, item);
  if (!read.valid) return undefined;
  const { sk, things, told, stays, by: _, ...rest } = read.value;
  const listed = validate(z.array(Thing), parsed(things));
  if (!listed.valid) return undefined;
  const [connection = '', accountId = '', vpcId = ''] = sk.split('#');
  return {
    connection,
    accountId,
    vpcId,
    ...rest,
    things: listed.value,
    isTold: told !== undefined,
    staysSince: stays ?? null,
  };
}

/**
 * All that is left, or what is left of one connection, in one account if that is given.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function readLeftovers(connection?: string, accountId?: string): Promise<Leftover[]> {
  const prefix =
    connection === undefined ? '' : `${connection}#${accountId === undefined ? '' : `${accountId}#`}`;
  return withAwsErrors(FAILED, async () => {
    const pages = paginateQuery(
      { client: dynamodb() },
      {
        ...table(),
        KeyConditionExpression: `pk = :pk${prefix && ' AND begins_with(sk, :prefix)'}`,
        ExpressionAttributeValues: { ':pk': { S: LEFTOVER }, ...(prefix && { ':prefix': { S: prefix } }) },
        ConsistentRead: true,
      },
    );
    const leftovers: Leftover[] = [];
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const leftover = leftoverOf(textsOf(item));
        if (leftover) leftovers.push(leftover);
      }
    }
    return leftovers;
  });
}

/**
 * Notes what is left. What was noted of the same VPC stays noted, and so does since when, and that it may stay.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function noteLeftover(
  { things, ...leftover }: Pick<Leftover, keyof Place | 'region' | 'things' | 'why'>,
  before: Leftover | undefined,
): Promise<void> {
  const all = [...(before?.things ?? []), ...things];
  const known = all.filter(
    ({ kind, id }, index) =>
      all.findIndex((one) => one.kind === kind && one.id === id) === index &&
      // One that is known by its id says more.
      (id !== null || !all.some((one) => one.kind === kind && one.id !== null)),
  );
  const names = { '#region': 'region', '#things': 'things', '#why': 'why', '#since': 'since' };
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(leftover),
    UpdateExpression:
      'SET #region = :region, #things = :things, #why = :why, #since = if_not_exists(#since, :now)',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: {
      ':region': { S: leftover.region },
      ':things': { S: JSON.stringify(known) },
      ':why': { S: leftover.why },
      ':now': { S: new Date().toISOString() },
    },
  });
  await withAwsErrors(FAILED, () => dynamodb().send(update));
}

/** @throws AwsUnavailable when DynamoDB does not answer. */
export async function forgetLeftover(place: Place): Promise<void> {
  await withAwsErrors(FAILED, () =>
    dynamodb().send(new DeleteItemCommand({ ...table(), Key: keyOf(place) })),
  );
}

/**
 * Notes that a message has told of it (`told`), or that a person has said that it may stay (`stays`).
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function markLeftover(place: Place, what: 'told' | 'stays', by?: string): Promise<void> {
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(place),
    UpdateExpression: `SET #what = :at${by === undefined ? '' : ', #by = :by'}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#what': what, ...(by !== undefined && { '#by': 'by' }) },
    ExpressionAttributeValues: {
      ':at': { S: new Date().toISOString() },
      ...(by !== undefined && { ':by': { S: by } }),
    },
  });
  await withAwsErrors(FAILED, () => conditional(() => dynamodb().send(update)));
}

function keyOf({ connection, accountId, vpcId }: Place) {
  return { pk: { S: LEFTOVER }, sk: { S: `${connection}#${accountId}#${vpcId}` } };
}

function textsOf(item: Record<string, AttributeValue>) {
  return Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
}

function parsed(things: string): unknown {
  try {
    return JSON.parse(things);
  } catch {
    return null;
  }
}

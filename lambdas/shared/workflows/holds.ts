import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { conditional, dynamodb, table, withAwsErrors } from '../coordination/table.ts';
import { validate } from '../runtime/validation.ts';
import { Because } from './because.ts';

// Removals that are held because the budget is used up: pk `holds`, sk `<connection>#<account id>#<VPC id>`, or `account`
// in place of the VPC. They wait for a person, and lapse.

export const HOLDS = 'holds';

/** Minutes in which what is held together is gathered into one message. */
const GATHERING_MS = 2 * 60 * 1000;

const text = z.string();
const HoldItem = z.object({
  sk: text,
  because: Because,
  reason: text,
  at: text,
  until: text,
  told: z.optional(text),
});

/** A removal that is held. */
export interface Hold {
  connection: string;
  accountId: string;
  /** Null: the whole account was to go. */
  vpcId: string | null;
  because: Because;
  /** Why it was to go. */
  reason: string;
  /** ISO times: since when, and until when. */
  at: string;
  until: string;
  /** Whether a message has told of it. */
  isTold: boolean;
}

type Thing = Pick<Hold, 'connection' | 'accountId' | 'vpcId'>;

/** As people name it: `444455556666/vpc-0a71e831cb5152c43`, or the account alone. */
export function nameOf({ accountId, vpcId }: Pick<Hold, 'accountId' | 'vpcId'>): string {
  return vpcId === null ? accountId : `${accountId}/${vpcId}`;
}

/** The hold of it, if it has not lapsed. */
export async function readHold(thing: Thing): Promise<Hold | undefined> {
  const { Item } = await withAwsErrors(FAILED, () =>
    dynamodb().send(new GetItemCommand({ ...table(), Key: keyOf(thing), ConsistentRead: true })),
  );
  return Item && current(Item);
}

/**
 * All holds that have not lapsed, or those of one connection.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export async function readHolds(connection?: string): Promise<Hold[]> {
  return withAwsErrors(FAILED, async () => {
    const pages = paginateQuery(
      { client: dynamodb() },
      {
        ...table(),
        KeyConditionExpression: `pk = :pk${connection === undefined ? '' : ' AND begins_with(sk, :connection)'}`,
        ExpressionAttributeValues: {
          ':pk': { S: HOLDS },
          ...(connection !== undefined && { ':connection': { S: `${connection}#` } }),
        },
        ConsistentRead: true,
      },
    );
    const holds: Hold[] = [];
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const hold = current(item);
        if (hold) holds.push(hold);
      }
    }
    return holds;
  });
}

/** Holds it for so many hours. */
export async function noteHold(hold: Omit<Hold, 'at' | 'until' | 'isTold'>, hours: number): Promise<void> {
  const now = Date.now();
  const until = now + hours * 3_600_000;
  const Item = {
    ...keyOf(hold),
    because: { S: hold.because },
    reason: { S: hold.reason },
    at: { S: new Date(now).toISOString() },
    until: { S: new Date(until).toISOString() },
    expires: { N: String(Math.ceil(until / 1000)) },
  };
  await withAwsErrors(FAILED, () => dynamodb().send(new PutItemCommand({ ...table(), Item })));
}

export async function forgetHold(thing: Thing): Promise<void> {
  await withAwsErrors(FAILED, () =>
    dynamodb().send(new DeleteItemCommand({ ...table(), Key: keyOf(thing) })),
  );
}

/** A message has told of it. */
export async function markTold(thing: Thing): Promise<void> {
  const update = new UpdateItemCommand({
    ...table(),
    Key: keyOf(thing),
    UpdateExpression: 'SET told = :at',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':at': { S: new Date().toISOString() } },
  });
  await withAwsErrors(FAILED, () => conditional(() => dynamodb().send(update)));
}

/**
 * Whether this execution is to tell of what is held, some minutes later. Of several that hold something at once one is;
 * it tells of all.
 */
export async function claimTelling(connection: string, execution: string): Promise<boolean> {
  const now = Date.now();
  const put = new PutItemCommand({
    ...table(),
    Item: {
      pk: { S: 'removals' },
      sk: { S: `telling#${connection}` },
      until: { N: String(now + GATHERING_MS) },
      by: { S: execution },
    },
    ConditionExpression: 'attribute_not_exists(pk) OR #until < :now OR #by = :by',
    ExpressionAttributeNames: { '#until': 'until', '#by': 'by' },
    ExpressionAttributeValues: { ':now': { N: String(now) }, ':by': { S: execution } },
  });
  return withAwsErrors(FAILED, () => conditional(() => dynamodb().send(put)));
}

const FAILED = 'What is held could not be looked up';

function keyOf({ connection, accountId, vpcId }: Thing) {
  return { pk: { S: HOLDS }, sk: { S: `${connection}#${accountId}#${vpcId ?? 'account'}` } };
}

function current(item: Record<string, AttributeValue>): Hold | undefined {
  const texts = Object.entries(item).map(([name, { S }]) => [name, S]);
  const read = validate(HoldItem, Object.fromEntries(texts));
  if (!read.valid || Date.parse(read.value.until) <= Date.now()) return undefined;
  const { sk, told, ...rest } = read.value;
  const [connection = '', accountId = '', what = ''] = sk.split('#');
  return {
    connection,
    accountId,
    vpcId: what === 'account' ? null : what,
    ...rest,
    isTold: told !== undefined,
  };
}

import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { measure } from '../runtime/metrics.ts';
import { hasEnded, succeed } from './executions.ts';
import { conditional, dynamodb, type Key, table } from './table.ts';

/**
 * The turn: the right to change one subscription. Whoever wants it stands in line with a task token, and whoever
 * gives it back hands it to the first in line. The table holds one item for the holder and one for each waiter:
 *
 *   pk `turn#<subscription>`, sk `holder`: execution, token, since, place, told, lookedAt?, admission?
 *   pk `turn#<subscription>`, sk `waiting#<since>#<execution>`: execution, token, admission?
 *
 * Every step is a single conditional write, and every step may be repeated, also by others at the same time: a
 * crash between two of them is mended by the next call.
 */

/** A holder that has had the turn for so long without a look at its execution is looked at. */
const LOOK_AFTER = 60_000;

/** What is noted of an account when it gets the turn in order to be admitted. */
export interface Admission {
  /** The connection's name. */
  connection: string;
  accountId: string;
  /** Name of the execution that is about to ask for it. */
  execution: string;
}

export interface Waiter {
  subscriptionId: number;
  /** ARN of the execution. */
  execution: string;
  /** The task token of the step that waits. */
  token: string;
  /** ISO time at which it began to wait; the line is in this order. */
  since: string;
  admission?: Admission | null | undefined;
}

/** Stands in line, and hands the turn on if it is free. */
export async function takeTurn(waiter: Waiter): Promise<void> {
  const { subscriptionId, execution, token, admission } = waiter;
  // Step Functions may leave a fraction of zero out, and the line is in the order of the text.
  const since = new Date(waiter.since).toISOString();
  const place = key(subscriptionId, `waiting#${since}#${execution}`);
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: { ...place, execution: { S: execution }, token: { S: token }, ...attributeOf(admission) },
    }),
  );
  const holder = await handOn(subscriptionId, { taker: token });
  if (holder?.execution !== execution || holder.token === token) return;
  // A retried or redriven step asks again under a new token: the turn is its own already.
  const renewed = { ...holder, token, isTold: false };
  await putHolder(renewed, { onlyIfFree: false });
  await leave(subscriptionId, place.sk.S);
  await tell(renewed, { waited: true });
}

/** Gives the turn back, if the execution has it, leaves the line, and hands the turn to the first in line. */
export async function passTurn(subscriptionId: number, execution: string): Promise<void> {
  const holder = await getHolder(subscriptionId);
  if (holder?.execution === execution) {
    // Its place is gone as a rule; not if the function that gave it the turn was stopped in between.
    await leave(subscriptionId, holder.place);
    await dropHolder(subscriptionId, execution);
  } else await leaveLine(subscriptionId, execution);
  await handOn(subscriptionId);
}

/**
 * How long somebody has had the turn, in seconds, and how many wait for it. Whoever has ended without giving it back
 * loses it now.
 */
export async function lookAtTurn(subscriptionId: number): Promise<{ held: number; waiting: number }> {
  await handOn(subscriptionId, { look: true });
  const holder = await getHolder(subscriptionId);
  if (!holder) return { held: 0, waiting: 0 };
  let waiting = 0;
  let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const { places, lastKey } = await readLine(subscriptionId, { ExclusiveStartKey });
    waiting += places.length;
    ExclusiveStartKey = lastKey;
  } while (ExclusiveStartKey);
  return { held: secondsBetween(holder.since, new Date().toISOString()), waiting };
}

/** Whether an execution has the turn. */
export async function holdsTurn(subscriptionId: number, execution: string): Promise<boolean> {
  return (await getHolder(subscriptionId))?.execution === execution;
}

/** When the holder got the turn, in milliseconds, or undefined if it is free; and whether somebody waits for it. */
export async function glanceAtLine(
  subscriptionId: number,
): Promise<{ heldSince: number | undefined; isWaitedFor: boolean }> {
  const { Items = [] } = await dynamodb().send(
    new QueryCommand({
      ...table(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': key(subscriptionId, '').pk },
      ConsistentRead: true,
      Limit: 2,
    }),
  );
  const holder = Items.find(({ sk }) => sk?.S === 'holder');
  return {
    heldSince: holder && Date.parse(holder.since!.S!),
    isWaitedFor: Items.some((item) => item !== holder),
  };
}

/**
 * @param options.taker the token under which the turn is asked for now: if it is the next, it has not waited
 * @param options.look looks at the holder's execution in any case
 * @returns who has the turn now
 */
async function handOn(
  subscriptionId: number,
  { taker, look = false }: { taker?: string; look?: boolean } = {},
): Promise<Holder | undefined> {
  for (;;) {
    const holder = (await getHolder(subscriptionId)) ?? (await next(subscriptionId));
    if (!holder) return undefined;
    // Not told yet: it is the next, or the function that gave it the turn was stopped before it could tell.
    if (!holder.isTold && (await tell(holder, { waited: holder.token !== taker }))) return holder;
    if (holder.isTold && !look && Date.now() < holder.lookedAt + LOOK_AFTER) return holder;
    if (!(await hasEnded(holder.execution))) {
      await noteLook(holder);
      return holder;
    }
    await dropHolder(subscriptionId, holder.execution);
  }
}

/** Gives the free turn to the first in line, who is not told yet. */
async function next(subscriptionId: number): Promise<Holder | undefined> {
  const first = await firstInLine(subscriptionId);
  if (!first) return undefined;
  const { sk: place, ...waiter } = first;
  const lookedAt = Date.now();
  const since = new Date(lookedAt).toISOString();
  const holder = { ...waiter, subscriptionId, since, lookedAt, place, isTold: false };
  // Somebody else has given it away meanwhile.
  if (!(await putHolder(holder, { onlyIfFree: true }))) return getHolder(subscriptionId);
  measure('TurnWait', secondsBetween(place.split('#')[1]!, since));
  await leave(subscriptionId, place);
  return holder;
}

function secondsBetween(since: string, until: string): number {
  return (Date.parse(until) - Date.parse(since)) / 1000;
}

interface Holder {
  subscriptionId: number;
  execution: string;
  token: string;
  since: string;
  /** When somebody last looked whether its execution runs, in milliseconds. */
  lookedAt: number;
  /** The sort key of the place in line from which it came. */
  place: string;
  /** Whether the step that waits has been told. */
  isTold: boolean;
  admission: Admission | undefined;
}

async function getHolder(subscriptionId: number): Promise<Holder | undefined> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subscriptionId, 'holder'), ConsistentRead: true }),
  );
  return (
    Item && {
      subscriptionId,
      execution: Item.execution!.S!,
      token: Item.token!.S!,
      since: Item.since!.S!,
      lookedAt: Number(Item.lookedAt!.N!),
      place: Item.place!.S!,
      isTold: Item.told?.BOOL ?? false,
      admission: admissionIn(Item),
    }
  );
}

async function leave(subscriptionId: number, place: string): Promise<void> {
  await dynamodb().send(new DeleteItemCommand({ ...table(), Key: key(subscriptionId, place) }));
}

/** Whether the turn is this holder's now. */
async function putHolder(holder: Holder, { onlyIfFree }: { onlyIfFree: boolean }): Promise<boolean> {
  return conditional(() =>
    dynamodb().send(
      new PutItemCommand({
        ...table(),
        Item: {
          ...key(holder.subscriptionId, 'holder'),
          execution: { S: holder.execution },
          token: { S: holder.token },
          since: { S: holder.since },
          lookedAt: { N: String(holder.lookedAt) },
          place: { S: holder.place },
          ...attributeOf(holder.admission),
        },
        ...(onlyIfFree
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'execution = :execution',
              ExpressionAttributeValues: { ':execution': { S: holder.execution } },
            }),
      }),
    ),
  );
}

/**
 * Tells the step that waits that it has the turn, having noted whom it is about to admit. False if no step waits
 * under that token (any more).
 */
async function tell(holder: Holder, turn: { waited: boolean }): Promise<boolean> {
  if (holder.admission) await noteAdmission(holder.admission);
  if (!(await succeed(holder.token, turn))) return false;
  await updateHolder(holder, 'SET told = :value', { BOOL: true });
  return true;
}

/** Whom this system admits, it may expel; whom somebody else has admitted, it never does. */
async function noteAdmission({ connection, accountId, execution }: Admission): Promise<void> {
  await dynamodb().send(
    new PutItemCommand({
      ...table(),
      Item: {
        pk: { S: `account#${accountId}` },
        sk: { S: `connection#${connection}` },
        execution: { S: execution },
        at: { S: new Date().toISOString() },
      },
    }),
  );
}

async function noteLook(holder: Holder): Promise<void> {
  await updateHolder(holder, 'SET lookedAt = :value', { N: String(Date.now()) });
}

/** Unless the turn is somebody else's by now, or is waited for under another token. */
async function updateHolder(
  { subscriptionId, execution, token }: Holder,
  UpdateExpression: string,
  value: { BOOL: boolean } | { N: string },
): Promise<void> {
  await conditional(() =>
    dynamodb().send(
      new UpdateItemCommand({
        ...table(),
        Key: key(subscriptionId, 'holder'),
        UpdateExpression,
        ConditionExpression: 'execution = :execution AND #token = :token',
        // `token` is a reserved word.
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: {
          ':execution': { S: execution },
          ':token': { S: token },
          ':value': value,
        },
      }),
    ),
  );
}

async function dropHolder(subscriptionId: number, execution: string): Promise<void> {
  await conditional(() =>
    dynamodb().send(
      new DeleteItemCommand({
        ...table(),
        Key: key(subscriptionId, 'holder'),
        ConditionExpression: 'execution = :execution',
        ExpressionAttributeValues: { ':execution': { S: execution } },
      }),
    ),
  );
}

interface Place {
  sk: string;
  execution: string;
  token: string;
  admission: Admission | undefined;
}

async function firstInLine(subscriptionId: number): Promise<Place | undefined> {
  const { places } = await readLine(subscriptionId, { Limit: 1 });
  return places[0];
}

/** An execution that was stopped in line, or whose place was not cleared when it got the turn. */
async function leaveLine(subscriptionId: number, execution: string): Promise<void> {
  let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const { places, lastKey } = await readLine(subscriptionId, { ExclusiveStartKey });
    for (const { sk } of places.filter((place) => place.execution === execution)) {
      await leave(subscriptionId, sk);
    }
    ExclusiveStartKey = lastKey;
  } while (ExclusiveStartKey);
}

async function readLine(
  subscriptionId: number,
  page: Pick<QueryCommandInput, 'Limit' | 'ExclusiveStartKey'>,
): Promise<{ places: Place[]; lastKey: QueryCommandOutput['LastEvaluatedKey'] }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb().send(
    new QueryCommand({
      ...table(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :waiting)',
      ExpressionAttributeValues: {
        ':pk': key(subscriptionId, '').pk,
        ':waiting': { S: 'waiting#' },
      },
      ConsistentRead: true,
      ...page,
    }),
  );
  const places = Items.map((item) => ({
    sk: item.sk!.S!,
    execution: item.execution!.S!,
    token: item.token!.S!,
    admission: admissionIn(item),
  }));
  return { places, lastKey: LastEvaluatedKey };
}

function attributeOf(admission: Admission | null | undefined): { admission?: { S: string } } {
  return admission ? { admission: { S: JSON.stringify(admission) } } : {};
}

function admissionIn({ admission }: { admission?: { S?: string } }): Admission | undefined {
  return admission?.S === undefined ? undefined : (JSON.parse(admission.S) as Admission);
}

function key(subscriptionId: number, sk: string): Key {
  return { pk: { S: `turn#${subscriptionId}` }, sk: { S: sk } };
}

import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { AwsUnavailable } from '../errors.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { measure } from '../runtime/metrics.ts';

/**
 * The turn: the right to change one subscription. Whoever wants it stands in line with a task token, and whoever
 * gives it back hands it to the first in line. The table holds one item for the holder and one for each waiter:
 *
 *   pk `turn#<subscription>`, sk `holder`: execution, token, since, place
 *   pk `turn#<subscription>`, sk `waiting#<since>#<execution>`: execution, token
 *
 * Every step is a single conditional write, and every step may be repeated, also by others at the same time: a
 * crash between two of them is mended by the next call.
 */

/** What the stack tells the functions that deal in turns. */
export const turnEnvironment = z.object({ TABLE_NAME: z.string() });

const dynamodb = new DynamoDBClient({});
const stepFunctions = new SFNClient({});

export interface Waiter {
  subscriptionId: number;
  /** ARN of the execution. */
  execution: string;
  /** The task token of the step that waits. */
  token: string;
  /** ISO time at which it began to wait; the line is in this order. */
  since: string;
}

/** Stands in line, and hands the turn on if it is free. */
export async function takeTurn({ subscriptionId, execution, token, since }: Waiter): Promise<void> {
  const place = key(subscriptionId, `waiting#${since}#${execution}`);
  await dynamodb.send(
    new PutItemCommand({
      TableName: table(),
      Item: { ...place, execution: { S: execution }, token: { S: token } },
    }),
  );
  await handOn(subscriptionId, token);
  const holder = await getHolder(subscriptionId);
  if (holder?.execution !== execution || holder.token === token) return;
  // A retried or redriven step asks again under a new token: the turn is its own already.
  await putHolder({ ...holder, token }, { onlyIfFree: false });
  await dynamodb.send(new DeleteItemCommand({ TableName: table(), Key: place }));
  await deliver(token, { waited: true });
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

/** @param taker the token under which the turn is asked for now: if it is the next, it has not waited */
async function handOn(subscriptionId: number, taker?: string): Promise<void> {
  for (;;) {
    const holder = await getHolder(subscriptionId);
    if (holder) {
      // Said again in case the function that gave it the turn was stopped before it could say so. A step that
      // does not wait has been told already, as a rule; or its execution has ended, in line or with the turn.
      if (
        (await deliver(holder.token, { waited: holder.token !== taker })) ||
        !(await hasEnded(holder.execution))
      )
        return;
      await dropHolder(subscriptionId, holder.execution);
      continue;
    }
    const next = await firstInLine(subscriptionId);
    if (!next) return;
    const { execution, token, sk } = next;
    const since = new Date().toISOString();
    if (await putHolder({ subscriptionId, execution, token, since, place: sk }, { onlyIfFree: true })) {
      measure('TurnWait', secondsBetween(sk.split('#')[1]!, since));
      await leave(subscriptionId, sk);
    }
  }
}

function secondsBetween(since: string, until: string): number {
  return (Date.parse(until) - Date.parse(since)) / 1000;
}

/** How long somebody has had the turn, in seconds, and how many wait for it. */
export async function lookAtTurn(subscriptionId: number): Promise<{ held: number; waiting: number }> {
  // Whoever has ended without giving it back loses it now.
  await handOn(subscriptionId);
  const holder = await getHolder(subscriptionId);
  if (!holder) return { held: 0, waiting: 0 };
  const { places } = await readLine(subscriptionId, {});
  return { held: secondsBetween(holder.since, new Date().toISOString()), waiting: places.length };
}

interface Holder {
  subscriptionId: number;
  execution: string;
  token: string;
  since: string;
  /** The sort key of the place in line from which it came. */
  place: string;
}

async function getHolder(subscriptionId: number): Promise<Holder | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table(), Key: key(subscriptionId, 'holder'), ConsistentRead: true }),
  );
  return (
    Item && {
      subscriptionId,
      execution: Item.execution!.S!,
      token: Item.token!.S!,
      since: Item.since!.S!,
      place: Item.place!.S!,
    }
  );
}

async function leave(subscriptionId: number, place: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: table(), Key: key(subscriptionId, place) }));
}

/** Whether the turn is this holder's now. */
async function putHolder(holder: Holder, { onlyIfFree }: { onlyIfFree: boolean }): Promise<boolean> {
  return conditional(() =>
    dynamodb.send(
      new PutItemCommand({
        TableName: table(),
        Item: {
          ...key(holder.subscriptionId, 'holder'),
          execution: { S: holder.execution },
          token: { S: holder.token },
          since: { S: holder.since },
          place: { S: holder.place },
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

async function dropHolder(subscriptionId: number, execution: string): Promise<void> {
  await conditional(() =>
    dynamodb.send(
      new DeleteItemCommand({
        TableName: table(),
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
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: table(),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :waiting)',
      ExpressionAttributeValues: {
        ':pk': key(subscriptionId, '').pk,
        ':waiting': { S: 'waiting#' },
      },
      ConsistentRead: true,
      ...page,
    }),
  );
  const places = Items.map(({ sk, execution, token }) => ({
    sk: sk!.S!,
    execution: execution!.S!,
    token: token!.S!,
  }));
  return { places, lastKey: LastEvaluatedKey };
}

/** Tells the waiting step that it has the turn. False if no step waits under that token (any more). */
async function deliver(token: string, turn: { waited: boolean }): Promise<boolean> {
  try {
    await stepFunctions.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(turn) }));
    return true;
  } catch (error) {
    if (['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'].includes((error as Error).name)) return false;
    throw error;
  }
}

/** Whether an execution has ended: then it gives nothing back, and its place in line is nobody's. */
async function hasEnded(executionArn: string): Promise<boolean> {
  const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return status !== 'RUNNING';
}

async function conditional(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Runs what deals in turns.
 * @throws AwsUnavailable for whatever DynamoDB or Step Functions answers in its place: the workflow tries again.
 */
export async function whileAwsAnswers<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    throw new AwsUnavailable(`The line for the turn could not be kept: ${name}: ${message}`);
  }
}

function table(): string {
  return readEnvironment(turnEnvironment).TABLE_NAME;
}

function key(subscriptionId: number, sk: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `turn#${subscriptionId}` }, sk: { S: sk } };
}

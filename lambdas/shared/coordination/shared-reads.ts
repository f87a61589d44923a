import { type AttributeValue, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { ExecutionArn } from '../runtime/inputs.ts';
import { fail, hasEnded, succeed } from './executions.ts';
import { lockState } from './lock.ts';
import { conditional, dynamodb, type Key, table } from './table.ts';
import {
  dequeue,
  dequeueExecution,
  enqueue,
  type Queued,
  queued,
  requeue,
  type Waiter,
} from './wait-queue.ts';

/**
 * Readings of a PrivateLink are shared: whoever wants to look while nobody does reads for all, and everybody else
 * waits with a task token. A reading answers those who asked before it began; the first of the others makes the
 * next one. One item stands for the reading under way, and one for each who waits (`wait-queue.ts`):
 *
 *   pk `reading#<subscription>` or `reading#<subscription>/<region>`,
 *     sk `reading`: reader?, seenAt?, task?, begunAt?, dueAt?, lastBegunAt? (times in milliseconds)
 *     sk `waiting#<since>#<execution>`: execution, token, accountId, progress? (JSON), endpointIds? (JSON)
 *
 * A reader that ended otherwise than well is replaced by `clean-up`, or by whoever finds out.
 */

/** A reader that was not seen for so long is looked at. */
const CHECK_AFTER = 60_000;

/** While somebody waits for the lock, readings begin no more often: Redis Cloud does one task at a time. */
const LEAST_INTERVAL = 30_000;

/** A change is asked for within this time after its execution got the lock. */
const CHANGE_BEGINS_WITHIN = 1_000;

/** Answers sent at the same time. */
const AT_ONCE = 25;

/** What is read: a subscription's PrivateLink, or that of a region of an Active-Active subscription. */
export interface Subject {
  subscriptionId: number;
  activeActiveRegionId?: number | null | undefined;
}

/** For whom the answer is. */
export interface Asker<T = unknown> {
  accountId: string;
  /** What the execution has done so far, from which its answer tells what comes next. */
  progress?: T | null | undefined;
  /** Of an execution that offboards the account: the account's VPC endpoints, whose connections it wants to see. */
  endpointIds?: readonly string[] | null | undefined;
}

/** `since`: the reading must not have begun before. */
export interface ReadRequest extends Waiter, Asker {}

/** What an execution that wants to look does next. */
export type Part =
  | { role: 'waits' }
  /** It reads, and nothing has been asked for yet. */
  | { role: 'begins' }
  /** It reads, and the answer will be in this task. */
  | { role: 'reads'; taskId: string; begunAt: number; dueAt: number };

/** Takes part in the reading under way, or in the next one. */
export async function joinRead(subject: Subject, looker: ReadRequest): Promise<Part> {
  const since = Date.parse(looker.since);
  let place: Key | undefined;
  for (;;) {
    const reading = await getRead(subject);
    if (reading?.reader === looker.execution) {
      // It was made so while this looked: its step is told, and asks again.
      if (place) return { role: 'waits' };
      const { taskId, begunAt, dueAt = 0, seenAt = 0 } = reading;
      if (Date.now() > seenAt + CHECK_AFTER / 2) await noteSeen(subject, looker.execution);
      if (taskId === undefined || begunAt === undefined || begunAt < since) return { role: 'begins' };
      return { role: 'reads', taskId, begunAt, dueAt };
    }
    if (reading?.reader === undefined) {
      if (!(await becomeReader(subject, looker.execution))) continue;
      if (!place || (await dequeue(place))) return { role: 'begins' };
      await dropReader(subject, looker.execution);
      await passOn(subject);
      return { role: 'waits' };
    }
    if (await isAbandoned(subject, reading)) continue;
    // Once: who finds itself gone from the queue has been told what comes next.
    place ??= await enqueue(partition(subject), looker, {
      accountId: { S: looker.accountId },
      ...(looker.progress != null && { progress: { S: JSON.stringify(looker.progress) } }),
      ...(looker.endpointIds != null && { endpointIds: { S: JSON.stringify(looker.endpointIds) } }),
    });
    // The reading may have ended before this place was seen: whoever ends it looks for places after that.
    if ((await getRead(subject))?.reader === reading.reader) return { role: 'waits' };
  }
}

/**
 * Why the reading should begin a little later, if it should: a change is just about to be asked for, or there are
 * changes waiting, which readings would hold up.
 */
export async function reasonToWait(subject: Subject): Promise<string | undefined> {
  const { heldSince, isWaitedFor } = await lockState(subject.subscriptionId);
  if (heldSince === undefined) return undefined;
  const now = Date.now();
  if (now < heldSince + CHANGE_BEGINS_WITHIN) return 'a change is about to be asked for';
  const lastBegunAt = (await getRead(subject))?.lastBegunAt ?? 0;
  return isWaitedFor && now < lastBegunAt + LEAST_INTERVAL
    ? `changes are waiting, and a reading began ${Math.round((now - lastBegunAt) / 1000)} s ago`
    : undefined;
}

/** Notes the task in which the answer will be. `begunAt`: from before it was asked for; `dueAt`: when it should be done. */
export async function noteBegun(
  subject: Subject,
  execution: ExecutionArn,
  { taskId, begunAt, dueAt }: { taskId: string; begunAt: number; dueAt: number },
): Promise<void> {
  await update(subject, {
    UpdateExpression: 'SET task = :task, begunAt = :begun, lastBegunAt = :begun, dueAt = :due, seenAt = :now',
    ConditionExpression: 'reader = :reader',
    ExpressionAttributeValues: {
      ':task': { S: taskId },
      ':begun': { N: String(begunAt) },
      ':due': { N: String(dueAt) },
      ':now': { N: String(Date.now()) },
      ':reader': { S: execution },
    },
  });
}

/** Forgets the task, which has come to nothing: the execution reads again. */
export async function noteFailed(subject: Subject, execution: ExecutionArn): Promise<void> {
  await update(subject, {
    UpdateExpression: 'SET seenAt = :now REMOVE task, begunAt',
    ConditionExpression: 'reader = :reader',
    ExpressionAttributeValues: { ':now': { N: String(Date.now()) }, ':reader': { S: execution } },
  });
}

/**
 * Answers everybody who asked before the reading began, and lets the first of the others read: whoever came later, or
 * gets no answer (`undefined`) and is to find out why by a reading of its own.
 */
export async function share<T>(
  subject: Subject,
  execution: ExecutionArn,
  { begunAt, answer }: { begunAt: number; answer: (asker: Asker<T>) => Promise<object | undefined> },
): Promise<void> {
  const waiting = await queued(partition(subject));
  const served = waiting.filter(({ since }) => since <= begunAt);
  for (let index = 0; index < served.length; index += AT_ONCE) {
    await Promise.all(served.slice(index, index + AT_ONCE).map((one) => serve(one, answer)));
  }
  await dropReader(subject, execution);
  await passOn(subject);
}

/**
 * Answers one of those who wait, unless it has left the queue and reads itself. It leaves first: whoever is answered and
 * becomes the reader at the same time would never come back to read.
 */
async function serve<T>(
  { queueKey, token, item }: Queued,
  answer: (asker: Asker<T>) => Promise<object | undefined>,
): Promise<void> {
  const answered = await answer({
    accountId: item.accountId!.S!,
    progress: jsonIn(item.progress),
    endpointIds: jsonIn(item.endpointIds),
  });
  if (!answered || !(await dequeue(queueKey))) return;
  try {
    await succeed(token, answered);
  } catch (error) {
    await requeue(item);
    throw error;
  }
}

function jsonIn<T>(attribute: AttributeValue | undefined): T | null {
  return attribute?.S === undefined ? null : JSON.parse(attribute.S);
}

/** Gives up the reading, if the execution makes it, and its place among those who wait. */
export async function stopRead(subject: Subject, execution: ExecutionArn): Promise<void> {
  await dequeueExecution(partition(subject), execution);
  await dropReader(subject, execution);
  await passOn(subject);
}

/** Takes the reading from an execution that has ended without giving it up, and lets the next one read. */
export async function watchRead(subject: Subject): Promise<void> {
  const reading = await getRead(subject);
  if (reading?.reader !== undefined) await isAbandoned(subject, reading);
  await passOn(subject);
}

/** Lets the first who waits read, if nobody does. */
async function passOn(subject: Subject): Promise<void> {
  for (const { queueKey, execution, token } of await queued(partition(subject))) {
    if (!(await becomeReader(subject, execution))) return;
    await dequeue(queueKey);
    if (await fail(token, 'ReadingDue', 'The reading before has ended, and the next one is to be made.'))
      return;
    // Nobody waits there any more. If its step is just trying again, it asks again.
    await dropReader(subject, execution);
  }
}

/** Whether the reader has ended without giving the reading up. Then nobody reads any more. */
async function isAbandoned(subject: Subject, { reader, seenAt }: SharedRead): Promise<boolean> {
  if (reader === undefined || Date.now() < (seenAt ?? 0) + CHECK_AFTER) return false;
  if (!(await hasEnded(reader))) {
    await noteSeen(subject, reader);
    return false;
  }
  await dropReader(subject, reader);
  return true;
}

interface SharedRead {
  reader: ExecutionArn | undefined;
  seenAt: number | undefined;
  taskId: string | undefined;
  begunAt: number | undefined;
  dueAt: number | undefined;
  lastBegunAt: number | undefined;
}

async function getRead(subject: Subject): Promise<SharedRead | undefined> {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ ...table(), Key: key(subject), ConsistentRead: true }),
  );
  const time = (name: string) => (Item?.[name]?.N === undefined ? undefined : Number(Item[name].N));
  return (
    Item && {
      reader: Item.reader?.S as ExecutionArn | undefined,
      seenAt: time('seenAt'),
      taskId: Item.task?.S,
      begunAt: time('begunAt'),
      dueAt: time('dueAt'),
      lastBegunAt: time('lastBegunAt'),
    }
  );
}

function becomeReader(subject: Subject, execution: ExecutionArn): Promise<boolean> {
  return update(subject, {
    UpdateExpression: 'SET reader = :reader, seenAt = :now REMOVE task, begunAt',
    ConditionExpression: 'attribute_not_exists(reader)',
    ExpressionAttributeValues: { ':reader': { S: execution }, ':now': { N: String(Date.now()) } },
  });
}

function dropReader(subject: Subject, execution: ExecutionArn): Promise<boolean> {
  return update(subject, {
    UpdateExpression: 'REMOVE reader, seenAt, task, begunAt',
    ConditionExpression: 'reader = :reader',
    ExpressionAttributeValues: { ':reader': { S: execution } },
  });
}

/** The reader is at work. */
async function noteSeen(subject: Subject, execution: ExecutionArn): Promise<void> {
  await update(subject, {
    UpdateExpression: 'SET seenAt = :now',
    ConditionExpression: 'reader = :reader',
    ExpressionAttributeValues: { ':reader': { S: execution }, ':now': { N: String(Date.now()) } },
  });
}

function update(
  subject: Subject,
  change: {
    UpdateExpression: string;
    ConditionExpression: string;
    ExpressionAttributeValues: Record<string, { S: string } | { N: string }>;
  },
): Promise<boolean> {
  return conditional(() =>
    dynamodb().send(new UpdateItemCommand({ ...table(), Key: key(subject), ...change })),
  );
}

/** `<subscription>` or `<subscription>/<region>`, in keys. */
export function subjectName({ subscriptionId, activeActiveRegionId }: Subject): string {
  return activeActiveRegionId == null ? String(subscriptionId) : `${subscriptionId}/${activeActiveRegionId}`;
}

function partition(subject: Subject): string {
  return `reading#${subjectName(subject)}`;
}

function key(subject: Subject): Key {
  return { pk: { S: partition(subject) }, sk: { S: 'reading' } };
}

import * as z from 'zod/mini';
import { recordDuration, TIMED_OPERATIONS } from '../shared/coordination/change-durations.ts';
import { releaseLock } from '../shared/coordination/lock.ts';
import { correctSlot } from '../shared/coordination/slot.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, Time } from '../shared/runtime/inputs.ts';
import { noteIfRefused } from './call/change.ts';
import { ConnectionInput } from './call/schemas.ts';
import { pollFreshTask, pollTask } from './call/session.ts';
import { requireProcessed } from './call/subscription-status.ts';
import type { ConnectionTarget } from './client/connection.ts';
import { failureOf, pendingOf, TASK_ID, type Task } from './client/tasks.ts';

/** A change that took longer is not counted among the durations of its kind. */
const LONGEST = 3_600;

const Input = z.extend(ConnectionInput, {
  /** What the function that started the change has returned. */
  change: z.object({
    /** Null after a change that Redis Cloud answered without a task: the subscription's status tells then. */
    taskId: z.nullable(z.string().check(z.regex(TASK_ID, 'must be a task id'))),
    acceptedAt: z.nullish(Time),
    /** Seconds of these that it should have waited for other tasks. */
    queuedSeconds: z.nullish(z.number().check(z.nonnegative())),
    /** Its place among all that Redis Cloud was asked for. */
    position: z.nullish(z.number()),
    /** Seconds from the acceptance to the first look. */
    expectedSeconds: z.nullish(z.number().check(z.nonnegative())),
    operation: z.enum(TIMED_OPERATIONS),
  }),
  /** ARN of the execution that has the lock. */
  lockHolder: ExecutionArn,
  /** Whether the step has looked before. Left out, nothing is learned of how long changes take. */
  hasLooked: z.nullish(z.boolean()),
});

/**
 * Looks whether a change has been processed. If so, the lock goes to the next in the queue.
 *
 * @throws TaskPending while it is not, or without a task while the subscription is not active, TaskUnknown if Redis Cloud does not know the task (yet), and the named error
 *   that a failed task stands for; then the lock stays.
 */
export const handler = defineHandler(Input, async ({ connection, change, lockHolder, hasLooked }) => {
  const { taskId, operation } = change;
  const poll = hasLooked === false ? pollFreshTask : pollTask;
  const task = taskId === null ? null : await poll(taskId, connection);
  if (!task) await requireProcessed(connection);
  const othersDoneAt = task ? await tellSlot(connection, change, task) : 0;
  if (task?.outcome === 'pending') throw pendingOf(task, connection);
  if (task?.outcome === 'failed') {
    const failure = failureOf(task, connection, operation);
    await noteIfRefused(connection, failure);
    throw failure;
  }
  // First, so that the next in the queue knows it.
  if (task && hasLooked != null) await learn(connection, change, { hasLooked, othersDoneAt });
  await withAwsErrors('The lock could not be released', () =>
    releaseLock(connection.subscriptionId, lockHolder),
  );
  return { status: task?.status ?? 'none' };
});

/** What waits behind this change is done so much later, or sooner. Returns what {@link correctSlot} does. */
async function tellSlot(
  { redisCloudAccount }: ConnectionTarget,
  { position, acceptedAt }: z.output<typeof Input>['change'],
  { outcome }: Task,
): Promise<number> {
  if (position == null) return 0;
  const elapsed = Math.max(Date.now() - Date.parse(acceptedAt ?? ''), 0) || 0;
  // About until the next look.
  const remaining = outcome === 'pending' ? 1_000 + 0.15 * elapsed : 0;
  return withAwsErrors('What Redis Cloud has to do could not be corrected', () =>
    correctSlot(redisCloudAccount, position, remaining),
  );
}

async function learn(
  connection: ConnectionTarget,
  { operation, acceptedAt, queuedSeconds, expectedSeconds }: z.output<typeof Input>['change'],
  { hasLooked, othersDoneAt }: { hasLooked: boolean; othersDoneAt: number },
): Promise<void> {
  const accepted = Date.parse(acceptedAt ?? '');
  // It was not processed before what had to be done first, as far as that was known or seen.
  const queued = Math.max(queuedSeconds ?? 0, (othersDoneAt - accepted) / 1_000);
  const done = (Date.now() - accepted) / 1_000 - queued;
  if (!(done > 0 && done < LONGEST)) return;
  // The first look was not before the expected time. If there were more, it saw the change unfinished, or came to
  // nothing: then this is too much, and forgotten after a few changes.
  const unfinished = hasLooked ? Math.max(Math.min((expectedSeconds ?? 0) - queued, done), 0) : 0;
  await withAwsErrors('The duration of the change could not be recorded', () =>
    recordDuration(connection, operation, { unfinished, done }),
  );
}

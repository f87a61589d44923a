import * as z from 'zod/mini';
import { notePace } from '../shared/coordination/pace.ts';
import { whileAwsAnswers } from '../shared/coordination/table.ts';
import { passTurn } from '../shared/coordination/turn.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, Time } from '../shared/runtime/inputs.ts';
import { ConnectionInput } from './call/schemas.ts';
import { lookAtTask } from './call/session.ts';
import type { ConnectionTarget } from './client/connection.ts';
import { failureOf, pendingOf, TASK_ID } from './client/tasks.ts';

/** A change that took longer is not taken for the pace of its kind. */
const LONGEST = 3_600;

const Input = z.extend(ConnectionInput, {
  /** What the function that started the change has returned. */
  change: z.object({
    /** Null after a change that Redis Cloud answered without a task: there is nothing to wait for. */
    taskId: z.nullable(z.string().check(z.regex(TASK_ID, 'must be a task id'))),
    acceptedAt: z.nullish(Time),
    /** Seconds from the acceptance to the first look. */
    expectedSeconds: z.nullish(z.number().check(z.nonnegative())),
    operation: z.enum(['createPrivateLink', 'addPrincipal', 'removePrincipal']),
  }),
  /** ARN of the execution that has the turn. */
  turn: ExecutionArn,
  /** Whether the step has looked before. Left out, nothing is learned of how long changes take. */
  hasLooked: z.nullish(z.boolean()),
});

/**
 * Looks whether a change has been processed. If so, the turn goes to the next in line.
 *
 * @throws TaskPending while it is not, TaskUnknown if Redis Cloud does not know the task (yet), and the named error
 *   that a failed task stands for; then the turn stays.
 */
export const handler = defineHandler(Input, async ({ connection, change, turn, hasLooked }) => {
  const { taskId, operation } = change;
  const task = taskId === null ? null : await lookAtTask(taskId);
  if (task?.outcome === 'pending') throw pendingOf(task, connection);
  if (task?.outcome === 'failed') throw failureOf(task, connection, operation);
  // First, so that the next in line knows it.
  if (task && hasLooked != null) await learn(connection, change, hasLooked);
  await whileAwsAnswers('The turn could not be passed', () => passTurn(connection.subscriptionId, turn));
  return { status: task?.status ?? 'none' };
});

async function learn(
  { subscriptionId }: ConnectionTarget,
  { operation, acceptedAt, expectedSeconds }: z.output<typeof Input>['change'],
  hasLooked: boolean,
): Promise<void> {
  const done = (Date.now() - Date.parse(acceptedAt ?? '')) / 1_000;
  if (!(done > 0 && done < LONGEST)) return;
  // The first look was not before the expected time. If there were more, it saw the change unfinished, or came to
  // nothing: then this is too much, and forgotten after a few changes.
  const unfinished = hasLooked ? Math.min(expectedSeconds ?? 0, done) : 0;
  await whileAwsAnswers('The pace of changes could not be noted', () =>
    notePace(subscriptionId, operation, { unfinished, done }),
  );
}

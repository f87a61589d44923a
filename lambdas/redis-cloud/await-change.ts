import * as z from 'zod/mini';
import { notePace, type PacedOperation } from '../shared/coordination/pace.ts';
import { whileAwsAnswers } from '../shared/coordination/table.ts';
import { passTurn } from '../shared/coordination/turn.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, Time } from '../shared/runtime/inputs.ts';
import { ConnectionInput } from './call/schemas.ts';
import { lookAtTask } from './call/session.ts';
import type { ConnectionTarget } from './client/connection.ts';
import { failureOf, pendingOf, TASK_ID, type Task } from './client/tasks.ts';

/** A change that took longer is not taken for the pace of its kind. */
const LONGEST = 3_600;

const Input = z.extend(ConnectionInput, {
  /** What the function that started the change has returned. */
  change: z.object({
    /** Null after a change that Redis Cloud answered without a task: there is nothing to wait for. */
    taskId: z.nullable(z.string().check(z.regex(TASK_ID, 'must be a task id'))),
    acceptedAt: z.nullish(Time),
    operation: z.enum(['createPrivateLink', 'addPrincipal', 'removePrincipal']),
  }),
  /** ARN of the execution that has the turn. */
  turn: ExecutionArn,
});

/**
 * Looks whether a change has been processed. If so, the turn goes to the next in line.
 *
 * @throws TaskPending while it is not, TaskUnknown if Redis Cloud does not know the task (yet), and the named error
 *   that a failed task stands for; then the turn stays.
 */
export const handler = defineHandler(Input, async ({ connection, change, turn }) => {
  const { taskId, operation } = change;
  const task = taskId === null ? null : await lookAtTask(taskId);
  if (task?.outcome === 'pending') throw pendingOf(task, connection);
  if (task?.outcome === 'failed') throw failureOf(task, connection);
  // First, so that the next in line knows it.
  if (task) await learn(connection, operation, task, change.acceptedAt);
  await whileAwsAnswers('The turn could not be passed', () => passTurn(connection.subscriptionId, turn));
  return { status: task?.status ?? 'none' };
});

/** By Redis Cloud's own times, which do not depend on when somebody looked. */
async function learn(
  { subscriptionId }: ConnectionTarget,
  operation: PacedOperation,
  { timestamp }: Task,
  acceptedAt: string | null | undefined,
): Promise<void> {
  const seconds = (Date.parse(timestamp ?? '') - Date.parse(acceptedAt ?? '')) / 1_000;
  if (!(seconds > 0 && seconds < LONGEST)) return;
  await whileAwsAnswers('The pace of changes could not be noted', () =>
    notePace(subscriptionId, operation, seconds),
  );
}

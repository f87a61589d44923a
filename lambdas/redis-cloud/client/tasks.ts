import * as z from 'zod/mini';
import { type NamedError, RedisCloudUnavailable, TaskFailed, TaskPending } from '../../shared/errors.ts';
import { validate } from '../../shared/runtime/validation.ts';
import { meaningOf } from './codes.ts';
import { type ConnectionTarget, describeTarget, shorten } from './connection.ts';

/** A Redis Cloud task. */
export interface Task {
  taskId: string;
  /** Redis Cloud's name for the operation, e.g. `privateLinkGetRequest`. */
  commandType: string | null;
  status: string;
  /** `pending` for every status that is not known to be final. */
  outcome: 'pending' | 'completed' | 'failed';
  /** When it came into its status, as Redis Cloud says. */
  timestamp: string | null;
  /** Why the task failed. */
  error: { code: string | null; description: string | null } | null;
  /** What a completed read found. */
  resource: unknown;
}

/** Task ids become part of a path. */
export const TASK_ID = /^[A-Za-z0-9-]{1,64}$/;

// Made when the first answer comes, not when a function starts.
const TaskAnswer = z.lazy(() => {
  const optionalText = z.nullish(z.string());

  return z.object({
    taskId: optionalText,
    commandType: optionalText,
    status: z.string(),
    description: optionalText,
    timestamp: optionalText,
    response: z.nullish(
      z.object({
        resource: z.optional(z.unknown()),
        error: z.nullish(
          z.union([
            z.string(),
            z.object({ type: optionalText, status: optionalText, description: optionalText }),
          ]),
        ),
        additionalInfo: optionalText,
      }),
    ),
  });
});

/** @throws RedisCloudUnavailable if the answer is not a task. */
export function readTask(answer: unknown, taskId: string): Task {
  const result = validate(TaskAnswer, answer);
  if (!result.valid) {
    throw new RedisCloudUnavailable(
      `Redis Cloud's answer about task ${taskId} cannot be read: ${shorten(result.problems.join('; '))}.`,
    );
  }
  const { status, commandType, description, timestamp = null, response } = result.value;
  const outcome = outcomeOf(status);
  const resource = response?.resource;
  const task = { taskId, commandType: commandType ?? null, status, outcome, timestamp, resource };
  if (outcome !== 'failed') return { ...task, error: null };
  // Redis Cloud writes the reason in one of two forms: an object, or a code with the detail beside it.
  const error = response?.error;
  const said =
    typeof error === 'string'
      ? { code: error, description: response?.additionalInfo }
      : { code: error?.type ?? error?.status, description: error?.description ?? response?.additionalInfo };
  return {
    ...task,
    error: { code: said.code ?? null, description: said.description ?? description ?? null },
  };
}

/** What is said of a task that is not finished. A step that has waited long enough ends with it. */
export function pendingOf({ taskId, status }: Task, target: ConnectionTarget): TaskPending {
  return new TaskPending(
    `Task ${taskId} of ${describeTarget(target)} is in state ${shorten(status)}. If that lasts, look at the ` +
      'subscription in the Redis Cloud console, or give Redis support the task id; then redrive the execution.',
  );
}

/** The named error that a failed task stands for. */
export function failureOf(task: Task, target: ConnectionTarget): NamedError {
  const code = task.error?.code ?? 'no code';
  const meaning = meaningOf(code);
  const description = task.error?.description?.replace(/[.\s]+$/, '');
  const said = [shorten(code), description && shorten(description)];
  const NamedFailure = meaning?.error ?? TaskFailed;
  return new NamedFailure(
    `Redis Cloud's task ${task.taskId} (${task.commandType ?? 'unnamed command'}) for ${describeTarget(target)} ` +
      `failed: ${said.filter(Boolean).join(': ')}. ` +
      (meaning?.remedy ??
        'Look at the subscription in the Redis Cloud console, then redrive the execution; if it fails again, ' +
          'give Redis support the task id.'),
  );
}

function outcomeOf(status: string): Task['outcome'] {
  if (status === 'processing-completed') return 'completed';
  return status === 'processing-error' ? 'failed' : 'pending';
}

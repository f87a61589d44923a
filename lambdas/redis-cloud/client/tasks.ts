import {
  type NamedError,
  RedisCloudUnavailable,
  TaskFailed,
  TaskPending,
  TaskWithoutResult,
} from '../../shared/errors.ts';
import { plain } from '../../shared/runtime/text.ts';
import { type CodeMeaning, isVague, meaningIn, meaningOf } from './codes.ts';
import { type ConnectionTarget, describeTarget, shorten } from './connection.ts';
import { meaningOfRefusal } from './http-errors.ts';
import { MEANINGS, meaningOfConflict, type Operation } from './operations.ts';
import { stateOf, statusOf, unwrapped } from './spelling.ts';

/** A Redis Cloud task. */
export interface Task {
  taskId: string;
  /** Redis Cloud's name for the operation, e.g. `privateLinkGetRequest`. */
  commandType: string | null;
  /** In this client's spelling, e.g. `processing-completed`. */
  status: string;
  /** `pending` for every status that is not known to be final. */
  outcome: 'pending' | 'completed' | 'failed';
  /** Why the task failed. */
  error: TaskError | null;
  /** What a completed read found. */
  resource: unknown;
}

export interface TaskError {
  code: string | null;
  /** The HTTP status that stands for it. */
  status: number | null;
  description: string | null;
}

/** Task ids become part of a path. */
export const TASK_ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Reads the answer about a task. Only what decides something has to be there in a known form.
 *
 * @throws RedisCloudUnavailable if the answer is not a task.
 */
export function readTask(answer: unknown, taskId: string): Task {
  const said = membersOf(unwrapped(answer));
  const status = textOf(said?.status);
  if (!said || status === null) {
    throw new RedisCloudUnavailable(
      `Redis Cloud's answer about task ${taskId} cannot be read: it has no status: ${shorten(JSON.stringify(answer))}.`,
    );
  }
  const response = said.response ?? null;
  const result = membersOf(unwrapped(response));
  if (response !== null && !result) {
    throw new RedisCloudUnavailable(
      `Redis Cloud's answer about task ${taskId} cannot be read: its response is ${shorten(JSON.stringify(response))}.`,
    );
  }
  const error = errorOf(result ?? {});
  const state = plain(stateOf(status), 200);
  const outcome = outcomeOf(state, error, result ?? {});
  return {
    taskId,
    commandType: textOf(said.commandType),
    status: state,
    outcome,
    resource: result?.resource,
    error:
      outcome === 'failed'
        ? {
            code: error?.code ?? null,
            status: error?.status ?? null,
            description: error?.description ?? textOf(said.description),
          }
        : null,
  };
}

/** What is said of a task that is not finished. A step that has waited long enough ends with it. */
export function pendingOf({ taskId, status }: Task, target: ConnectionTarget): TaskPending {
  return new TaskPending(
    `Task ${taskId} of ${describeTarget(target)} is in state ${shorten(status)}. If that lasts, look at the ` +
      'subscription in the Redis Cloud console, or give Redis support the task id; then redrive the execution.',
  );
}

/**
 * The named error that a failed task stands for.
 *
 * @param operation what the task was to do: a creation finds nothing where there is no subscription.
 */
export function failureOf(task: Task, target: ConnectionTarget, operation: Operation): NamedError {
  const meaning = meaningOfError(task.error, operation);
  const { code, status } = task.error ?? {};
  const reason = [
    code && shorten(code),
    status != null && !String(code).includes(String(status)) && `status ${status}`,
  ];
  const description = task.error?.description?.replace(/[.\s]+$/, '');
  const said = [reason.filter(Boolean).join(', ') || 'no code', description && shorten(description)];
  return new meaning.error(
    `Redis Cloud's task ${task.taskId} (${task.commandType ? shorten(task.commandType) : 'unnamed command'}) for ` +
      `${describeTarget(target)} failed: ${said.filter(Boolean).join(': ')}. ${meaning.remedy}`,
  );
}

const CONSOLE =
  'Look at the subscription in the Redis Cloud console, then redrive the execution; if it fails again, give Redis ' +
  'support the task id.';

/** A code that says what is the matter counts; then the status, which says what kind of failure it was. */
function meaningOfError(error: TaskError | null, operation: Operation): CodeMeaning {
  const { code, status, description } = error ?? { code: null, status: null, description: null };
  const named = meaningOf(code ?? '') ?? meaningIn(code ?? '');
  if (named) return named;
  const isKnown = code !== null && isVague(code);
  if (!isKnown) {
    const mentioned = meaningIn(description ?? '');
    if (mentioned) return mentioned;
  }
  if (status === 404) return MEANINGS[operation][404];
  if (status === 409) return meaningOfConflict(operation, description ?? '');
  if (status === 429 || status === 408 || (status !== null && status >= 500)) {
    return { error: TaskWithoutResult, remedy: `That may pass. ${CONSOLE}` };
  }
  const refused = status === null ? null : meaningOfRefusal(status);
  if (refused) return refused;
  return isKnown
    ? { error: TaskWithoutResult, remedy: `That may pass. ${CONSOLE}` }
    : { error: TaskFailed, remedy: CONSOLE };
}

function outcomeOf(state: string, error: TaskError | null, result: Record<string, unknown>): Task['outcome'] {
  if (state === 'processing-error') return 'failed';
  // An answer that contradicts itself is not taken for a success.
  if (state === 'processing-completed') return error ? 'failed' : 'completed';
  if (PENDING.has(state)) return 'pending';
  // A state that nobody has written down, with a result: it has come to an end.
  if (error) return 'failed';
  return result.resource != null || result.resourceId != null ? 'completed' : 'pending';
}

const PENDING = new Set(['initialized', 'received', 'processing-in-progress']);

/** Redis Cloud writes the reason in one of two forms: an object, or a code with the detail beside it. */
function errorOf({ error, additionalInfo }: Record<string, unknown>): TaskError | null {
  const said = unwrapped(error);
  const beside = textOf(additionalInfo);
  const members = membersOf(said);
  if (members) {
    const code = textOf(members.type) ?? textOf(members.code);
    const status = statusOf(members.status);
    const detail = textOf(members.description) ?? textOf(members.message);
    const description = [detail, beside === detail ? null : beside].filter(Boolean).join('; ') || null;
    return (code ?? status ?? description) === null ? null : { code, status, description };
  }
  const code = textOf(said);
  return code === null ? null : { code, status: statusOf(code), description: beside };
}

function membersOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** A text, or what stands for one; null for what is absent or empty. */
function textOf(value: unknown): string | null {
  if (value == null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

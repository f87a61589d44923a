import { DOCUMENTED, stateOf } from '../conversation.ts';
import type { Inquiry } from '../inquiry.ts';

/** Members that the API description has, of tasks. */
const TASK = new Set([
  'taskId',
  'commandType',
  'status',
  'description',
  'timestamp',
  'response',
  'links',
  '_links',
]);

/** What all answers together tell: their forms. */
export function askHeard(inquiry: Inquiry): void {
  const { heard } = inquiry.redis;
  const tasks = heard.flatMap(({ body }) => (body?.taskId != null ? [body] : []));
  const states = [...new Set(tasks.flatMap(({ status }) => (status == null ? [] : [String(status)])))];
  const others = states.filter((state) => !DOCUMENTED.includes(stateOf(state)));
  inquiry.found('task-states', others.length > 0 ? 'others' : 'documented', states.join(', '));
  const isUpper = states.some((state) => /[A-Z]/.test(state));
  inquiry.found('state-spelling', isUpper ? 'upper' : 'lower', states.join(', '));
  const unknown = new Set(tasks.flatMap((task) => Object.keys(task).filter((name) => !TASK.has(name))));
  inquiry.found(
    'extra-members',
    unknown.size > 0 ? 'some' : 'none',
    unknown.size > 0 ? `tasks have ${[...unknown].join(', ')}` : 'tasks have none',
  );
  const limited = heard.filter(({ headers }) => headers.has('x-rate-limit-remaining')).length;
  inquiry.found(
    'rate-limit-header',
    limited > 0 ? 'present' : 'absent',
    `${limited} of ${heard.length} answers have X-Rate-Limit-Remaining`,
  );
  const failed = new Map(tasks.map((task) => [task.taskId, (task.response ?? {}) as { error?: unknown }]));
  const reasons = [...failed.values()].flatMap(({ error }) => (error == null ? [] : [error]));
  // Vague codes may be written in one form only.
  const errors = reasons
    .filter((error) => /EXISTS|NOT_ACTIVE|CONFLICT|NOT_FOUND/.test(codeOf(error)))
    .map(formOf);
  const forms = [...new Set(errors)];
  inquiry.found(
    'task-error-form',
    forms.length > 1 ? 'in-turn' : errors.length > 1 ? forms[0]! : null,
    `failed tasks: ${errors.join(', ') || 'none'}`,
  );
  const ids = heard.flatMap(({ body }) => {
    const { resourceId } = (body?.response ?? {}) as { resourceId?: unknown };
    return [body?.id, resourceId].filter((id) => id != null);
  });
  inquiry.found(
    'numbers',
    ids.length === 0 ? null : ids.some((id) => typeof id === 'string') ? 'texts' : 'numbers',
    `ids are ${[...new Set(ids.map((id) => typeof id))].join(' and ')}`,
  );
}

function codeOf(error: unknown): string {
  return String(typeof error === 'object' ? (error as { type?: unknown }).type : error);
}

function formOf(error: unknown): string {
  if (typeof error !== 'object') return 'code';
  return typeof (error as { status?: unknown }).status === 'number' ? 'numbered-object' : 'object';
}

import { Ids } from 'local-cloud';
import type { Agenda } from './agenda.ts';
import { HttpFailure, statusText, TaskFailure } from './failures.ts';
import type { Timings } from './options.ts';
import type { Ways } from './ways.ts';

/** What a finished task answers. */
export interface TaskResponse {
  resourceId?: number;
  resource?: Record<string, unknown> | null;
  error?: string | { type: string; status: string | number; description: string };
  additionalInfo?: string;
}

export interface TaskRequest {
  commandType: string;
  /** Processing time in milliseconds. */
  duration: number;
  /**
   * Does the work; called when processing ends, with that time.
   *
   * @throws TaskFailure and nothing else
   */
  work: (endedAt: number) => TaskResponse;
}

interface Task {
  id: string;
  commandType: string;
  acceptedAt: number;
  visibleFrom: number;
  startsAt: number;
  endsAt: number;
  /** Looks at it that will still find it unknown. */
  misses: number;
  response?: TaskResponse;
}

/** A task as the API shows it. */
export interface TaskView {
  taskId: string;
  commandType: string;
  status: 'queued' | 'received' | 'processing-in-progress' | 'processing-completed' | 'processing-error';
  description: string;
  timestamp?: string;
  response?: TaskResponse;
  links: { rel: string; href: string; type: string }[];
}

/** Looks at a fresh task that find it unknown. */
const MISSES: Record<Ways['fresh-task'], number> = {
  'at-once': 0,
  moment: 0,
  'two-reads': 2,
  'five-reads': 5,
};

const descriptions = {
  queued: 'The request waits in a queue.',
  received: 'The request was received and waits to be processed.',
  'processing-in-progress': 'The request is being processed.',
  'processing-completed': 'The request was processed. Its resources may still be in preparation.',
  'processing-error': 'The request could not be processed. See the error for details.',
};

/**
 * The tasks of the Redis Cloud account: one is processed at a time, in the order of acceptance, reads as well as
 * changes; the others wait as `received`. How long each takes is known from the start, so that accepting a task
 * fixes when it will be processed.
 */
export class Tasks {
  readonly #agenda: Agenda;
  readonly #timings: Pick<Timings, 'taskUnknown' | 'taskForgotten'>;
  readonly #ways: Ways;
  readonly #ids = new Ids('redis-cloud-task');
  readonly #tasks = new Map<string, Task>();
  readonly #open = new Set<Task>();
  /** How many times as long as usual the tasks take that are accepted from now on. */
  slowness = 1;
  #freeAt = 0;
  #failures = 0;

  constructor(agenda: Agenda, timings: Pick<Timings, 'taskUnknown' | 'taskForgotten'>, ways: Ways) {
    this.#agenda = agenda;
    this.#timings = timings;
    this.#ways = ways;
  }

  /** Accepts a task and returns its id. */
  accept({ commandType, duration, work }: TaskRequest): string {
    const acceptedAt = this.#agenda.now();
    const known = acceptedAt + this.#timings.taskUnknown;
    const visibleFrom = this.#ways['fresh-task'] === 'moment' ? known : acceptedAt;
    const misses = MISSES[this.#ways['fresh-task']];
    const startsAt = Math.max(known, this.#freeAt);
    const endsAt = startsAt + duration * this.slowness;
    const task: Task = {
      id: this.#ids.uuid(),
      commandType,
      acceptedAt,
      visibleFrom,
      startsAt,
      endsAt,
      misses,
    };
    this.#freeAt = endsAt;
    this.#tasks.set(task.id, task);
    this.#open.add(task);
    this.#agenda.plan(endsAt, () => {
      this.#open.delete(task);
      task.response = this.#attempt(work, endsAt);
    });
    return task.id;
  }

  /** A task as the answer to its request shows it. */
  receipt(id: string, baseUrl: string): TaskView {
    return this.#view(this.#tasks.get(id)!, this.#tasks.get(id)!.acceptedAt, baseUrl);
  }

  /** @throws HttpFailure 404 for a task that does not exist, is too fresh or was forgotten */
  get(id: string, baseUrl: string): TaskView {
    const task = this.#tasks.get(id);
    const now = this.#agenda.now();
    if (!task || now < task.visibleFrom || this.#isForgotten(task, now)) throw new HttpFailure(404);
    if (task.misses > 0) {
      task.misses -= 1;
      throw new HttpFailure(404);
    }
    return this.#view(task, now, baseUrl);
  }

  #isForgotten({ response, endsAt }: Task, now: number): boolean {
    const isShort = this.#ways['task-lifetime'] === 'minute';
    return isShort && response !== undefined && now > endsAt + this.#timings.taskForgotten;
  }

  /** The tasks that are known and not finished. */
  running(baseUrl: string): TaskView[] {
    const now = this.#agenda.now();
    return [...this.#open]
      .filter((task) => now >= task.visibleFrom)
      .map((task) => this.#view(task, now, baseUrl));
  }

  #attempt(work: TaskRequest['work'], endsAt: number): TaskResponse {
    try {
      return work(endsAt);
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      return this.#reasonOf(error);
    }
  }

  #reasonOf(failure: TaskFailure): TaskResponse {
    const { code, status, message: description, isToldByStatus } = failure;
    this.#failures += 1;
    const form = this.#ways['task-error-form'];
    const isCode = form === 'code' || (form === 'in-turn' && this.#failures % 2 === 0);
    if (isCode && !isToldByStatus) return { error: code, additionalInfo: description };
    return {
      error: { type: code, status: form === 'numbered-object' ? status : statusText(status), description },
    };
  }

  #view(task: Task, now: number, baseUrl: string): TaskView {
    const [status, since] = this.#stateOf(task, now);
    return {
      taskId: task.id,
      commandType: task.commandType,
      status,
      description: descriptions[status],
      ...this.#timestamp(now, since),
      ...(task.response && { response: task.response }),
      links: [{ rel: 'task', href: `${baseUrl}/tasks/${task.id}`, type: 'GET' }],
    };
  }

  #timestamp(now: number, since: number): { timestamp?: string } {
    const way = this.#ways['task-timestamp'];
    if (way === 'absent') return {};
    return { timestamp: new Date(way === 'answer' ? now : since).toISOString() };
  }

  #stateOf(task: Task, now: number): [TaskView['status'], number] {
    if (task.response) {
      return [task.response.error ? 'processing-error' : 'processing-completed', task.endsAt];
    }
    if (now >= task.startsAt) return ['processing-in-progress', task.startsAt];
    const isQueued = this.#ways['task-states'] === 'others' && 2 * now < task.acceptedAt + task.startsAt;
    return [isQueued ? 'queued' : 'received', task.acceptedAt];
  }
}

import { Ids } from 'local-cloud';
import type { Agenda } from './agenda.ts';
import { HttpFailure, statusText, TaskFailure } from './failures.ts';

/** What a finished task answers. */
export interface TaskResponse {
  resourceId?: number;
  resource?: Record<string, unknown>;
  error?: string | { type: string; status: string; description: string };
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
  response?: TaskResponse;
}

/** A task as the API shows it. */
export interface TaskView {
  taskId: string;
  commandType: string;
  status: 'received' | 'processing-in-progress' | 'processing-completed' | 'processing-error';
  description: string;
  timestamp: string;
  response?: TaskResponse;
  links: { rel: string; href: string; type: string }[];
}

const descriptions = {
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
  /** Milliseconds for which a fresh task is not known. */
  readonly #unknownFor: number;
  readonly #ids = new Ids('redis-cloud-task');
  readonly #tasks = new Map<string, Task>();
  readonly #open = new Set<Task>();
  #freeAt = 0;
  #failures = 0;

  constructor(agenda: Agenda, unknownFor: number) {
    this.#agenda = agenda;
    this.#unknownFor = unknownFor;
  }

  /** Accepts a task and returns its id. */
  accept({ commandType, duration, work }: TaskRequest): string {
    const acceptedAt = this.#agenda.now();
    const visibleFrom = acceptedAt + this.#unknownFor;
    const startsAt = Math.max(visibleFrom, this.#freeAt);
    const endsAt = startsAt + duration;
    const task: Task = { id: this.#ids.uuid(), commandType, acceptedAt, visibleFrom, startsAt, endsAt };
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

  /** @throws HttpFailure 404 for a task that does not exist, or is too fresh */
  get(id: string, baseUrl: string): TaskView {
    const task = this.#tasks.get(id);
    const now = this.#agenda.now();
    if (!task || now < task.visibleFrom) throw new HttpFailure(404);
    return this.#view(task, now, baseUrl);
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
      this.#failures += 1;
      // Both shapes are met in practice. Here they take turns.
      if (this.#failures % 2 === 0) return { error: error.code, additionalInfo: error.message };
      return { error: { type: error.code, status: statusText(error.status), description: error.message } };
    }
  }

  #view(task: Task, now: number, baseUrl: string): TaskView {
    const [status, since] = this.#stateOf(task, now);
    return {
      taskId: task.id,
      commandType: task.commandType,
      status,
      description: descriptions[status],
      timestamp: new Date(since).toISOString(),
      ...(task.response && { response: task.response }),
      links: [{ rel: 'task', href: `${baseUrl}/tasks/${task.id}`, type: 'GET' }],
    };
  }

  #stateOf(task: Task, now: number): [TaskView['status'], number] {
    if (task.response) {
      return [task.response.error ? 'processing-error' : 'processing-completed', task.endsAt];
    }
    return now < task.startsAt ? ['received', task.acceptedAt] : ['processing-in-progress', task.startsAt];
  }
}

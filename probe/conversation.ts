/** What Redis Cloud has answered. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> | null;
}

/** A request, with what came of its task. */
export interface Finished {
  answer: Answer;
  taskId: string | null;
  /** How often the task was not known yet. */
  misses: number;
  /** The task in the end; null if there was none. */
  task: Record<string, unknown> | null;
  resource: Record<string, unknown> | null;
  /** The reason of a task that failed, as it came; null if it did not. */
  error: unknown;
}

export interface ConversationOptions {
  /** What stands before the paths, e.g. `https://api.redislabs.com/v1`. */
  url: string;
  keys: { apiKey: string; secretKey: string };
  sleep(milliseconds: number): Promise<void>;
}

/** States of tasks that the API description lists, as {@link stateOf} spells them. */
export const DOCUMENTED = [
  'initialized',
  'received',
  'processing-in-progress',
  'processing-completed',
  'processing-error',
];

/** Twice as long as the slowest change that was reported. */
const LONGEST_MS = 20 * 60_000;
const QUICK_MS = 400;
const QUICK_LOOKS = 8;
const SLOW_MS = 2_000;
const MOST_MISSES = 30;

/** A state without regard to its spelling. */
export function stateOf(text: unknown): string {
  return String(text).toLowerCase().replaceAll('_', '-');
}

/** Requests to Redis Cloud as they are, without the product's client: the forms of the answers are what is asked. */
export class Conversation {
  /** Everything that was answered, in order. */
  readonly heard: Answer[] = [];
  readonly #options: ConversationOptions;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** @throws Error where nothing answers, or the keys are refused */
  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const { url, keys } = this.#options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'x-api-key': keys.apiKey,
        'x-api-secret-key': keys.secretKey,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.status === 401 || response.status === 403) {
      throw new Error(`Redis Cloud refuses the keys (HTTP ${response.status}).`);
    }
    const answer: Answer = { status: response.status, headers: response.headers, body: parsed(text) };
    this.heard.push(answer);
    return answer;
  }

  /** Makes a request and looks at its task until it has ended. */
  async finish(method: string, path: string, body?: object): Promise<Finished> {
    const answer = await this.ask(method, path, body);
    return this.finished(answer);
  }

  /** Looks at an answer's task until it has ended. */
  async finished(answer: Answer): Promise<Finished> {
    const taskId = answer.status < 300 && answer.body?.taskId != null ? String(answer.body.taskId) : null;
    const none: Finished = { answer, taskId, misses: 0, task: null, resource: null, error: null };
    if (taskId === null) return none;
    let misses = 0;
    for (let looks = 0, waited = 0; waited < LONGEST_MS; looks += 1) {
      const { status, body } = await this.ask('GET', `/tasks/${taskId}`);
      if (status === 404) {
        misses += 1;
        if (misses > MOST_MISSES) return { ...none, misses };
      } else if (status === 200 && isOver(body)) {
        const response = (body?.response ?? {}) as Record<string, unknown>;
        const resource = (response.resource ?? null) as Finished['resource'];
        return { ...none, misses, task: body, resource, error: response.error ?? null };
      }
      const pause = looks < QUICK_LOOKS ? QUICK_MS : SLOW_MS;
      await this.#options.sleep(pause);
      waited += pause;
    }
    throw new Error(`A task of Redis Cloud has not ended after ${LONGEST_MS / 60_000} minutes.`);
  }
}

function isOver(task: Record<string, unknown> | null): boolean {
  return ['processing-completed', 'processing-error'].includes(stateOf(task?.status));
}

function parsed(text: string): Answer['body'] {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** The reason of a failed task as one text: its code, its status and its description. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error ?? '');
  const { type, status, description } = error as Record<string, unknown>;
  return [type, status, description].filter((part) => part != null).join(' ');
}

/** The members of a list that may be written as its only member. */
export function listed(value: unknown): Record<string, unknown>[] {
  if (value == null) return [];
  return (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
}

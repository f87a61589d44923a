import { AwsError } from '../aws/service.ts';
import { isTooLarge, type Json } from './json.ts';
import type { Random } from './random.ts';

/** What somebody answered with a task token. */
export type TokenAnswer = { readonly output: Json } | { readonly error?: string; readonly cause?: string };

/** A task that waits for its token. */
export class OpenTask {
  readonly token: string;
  /** Of the execution whose task waits. */
  readonly stateMachineArn: string;
  /** Set by whoever waits: called for the answer, also when it came before anyone waited. */
  #listener: ((answer: TokenAnswer) => void) | undefined;
  #answer: TokenAnswer | undefined;
  onHeartbeat: (() => void) | undefined;

  constructor(token: string, stateMachineArn: string) {
    this.token = token;
    this.stateMachineArn = stateMachineArn;
  }

  listen(listener: (answer: TokenAnswer) => void): void {
    if (this.#answer) listener(this.#answer);
    else this.#listener = listener;
  }

  answer(answer: TokenAnswer): void {
    this.#answer = answer;
    this.#listener?.(answer);
  }
}

const PREFIX = 'AQCEAAAAKgAAAAMAAAAA';

/** The task tokens of one Step Functions. */
export class TaskTokens {
  readonly #random: Random;
  readonly #open = new Map<string, OpenTask>();
  /** State machines, by token. */
  readonly #closed = new Map<string, string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A token that nobody waits for. */
  fresh(): string {
    return `${PREFIX}${this.#random.hex(64)}`;
  }

  open(stateMachineArn: string): OpenTask {
    const task = new OpenTask(this.fresh(), stateMachineArn);
    this.#open.set(task.token, task);
    return task;
  }

  close(task: OpenTask): void {
    this.#open.delete(task.token);
    this.#closed.set(task.token, task.stateMachineArn);
  }

  /** The state machine whose task gave the token out, whether or not it still waits. */
  stateMachineOf(token: string): string | undefined {
    return this.#open.get(token)?.stateMachineArn ?? this.#closed.get(token);
  }

  /** @throws AwsError InvalidToken, TaskDoesNotExist, TaskTimedOut, InvalidOutput */
  succeed(token: unknown, output: unknown): void {
    const task = this.#find(token);
    let value: Json;
    try {
      if (typeof output !== 'string' || isTooLarge(output))
        throw new Error('not a JSON text of at most 256 KiB');
      value = JSON.parse(output) as Json;
    } catch {
      throw new AwsError('InvalidOutput', 'Invalid Output: the output is not a JSON text of at most 256 KiB');
    }
    this.close(task);
    task.answer({ output: value });
  }

  /** @throws AwsError as {@link succeed}, except for the output. */
  fail(token: unknown, error: string | undefined, cause: string | undefined): void {
    const task = this.#find(token);
    this.close(task);
    task.answer({ error, cause });
  }

  heartbeat(token: unknown): void {
    this.#find(token).onHeartbeat?.();
  }

  #find(token: unknown): OpenTask {
    if (typeof token !== 'string' || token.length > 2048 || !token.startsWith(PREFIX)) {
      throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    }
    const task = this.#open.get(token);
    if (task) return task;
    if (this.#closed.has(token)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
  }
}

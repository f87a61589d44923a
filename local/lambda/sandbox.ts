import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { transformSync } from 'esbuild';
import type { Invocation, WorkerMessage, WorkerSetup } from './protocol.ts';

/** What came of an invocation: the handler's result, or the error as JSON. */
export interface Outcome {
  payload: string;
  failed: boolean;
}

/** Lambda gives the code outside the handler ten seconds. */
const initializationMilliseconds = 10_000;

let program: URL | undefined;

function workerProgram(): URL {
  if (!program) {
    const source = readFileSync(new URL('./worker.ts', import.meta.url), 'utf8');
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'es2024' });
    program = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  }
  return program;
}

/** An error that Lambda reports itself, because the runtime no longer can. */
export const runtimeError = (errorType: string, requestId: string, message: string): Outcome => ({
  payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
  failed: true,
});

/** The message that Lambda gives a function that ran out of time. */
export const timedOut = (requestId: string, timeoutMilliseconds: number): Outcome =>
  runtimeError(
    'Sandbox.Timedout',
    requestId,
    `Task timed out after ${(timeoutMilliseconds / 1000).toFixed(2)} seconds`,
  );

/**
 * One execution environment of a function: a worker thread with its own variables and a limited heap, kept warm
 * between invocations. It takes one event at a time.
 *
 * The time-out runs on the machine's clock: a function that hangs hangs in real time.
 */
export class Sandbox {
  readonly #worker: Worker;
  #alive = true;
  #outOfMemory = false;
  #settle: ((message: WorkerMessage | { type: 'exited'; code: number }) => void) | undefined;
  #log: (line: string) => void = () => {};

  /** When the sandbox must be replaced, in milliseconds of the cloud's time. */
  endsAt: number;

  constructor(
    setup: WorkerSetup,
    environment: Record<string, string>,
    limits: { heapMegabytes: number; endsAt: number },
  ) {
    this.endsAt = limits.endsAt;
    this.#worker = new Worker(workerProgram(), {
      workerData: setup,
      env: environment,
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: limits.heapMegabytes,
        maxYoungGenerationSizeMb: 2,
        codeRangeSizeMb: 16,
        stackSizeMb: 2,
      },
    });
    this.#worker.unref();
    this.#worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'log') this.#log(message.line);
      else this.#settle?.(message);
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    });
    this.#worker.on('exit', (code) => {
      this.#alive = false;
      this.#settle?.({ type: 'exited', code });
    });
  }

  /** False once the worker is gone: the next event needs another sandbox. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Runs the handler. Never throws for what the function does. */
  async invoke(invocation: Invocation, log: (line: string) => void): Promise<Outcome> {
    const { requestId, timeoutMilliseconds } = invocation;
    this.#log = log;
    this.#worker.ref();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Outcome>((resolve) => {
        const expire = () => {
          void this.terminate();
          resolve(timedOut(requestId, timeoutMilliseconds));
        };
        timer = setTimeout(expire, initializationMilliseconds + timeoutMilliseconds);
        this.#settle = (message) => {
          if (message.type === 'started') {
            clearTimeout(timer);
            timer = setTimeout(expire, timeoutMilliseconds);
          } else if (message.type === 'succeeded') {
            resolve({ payload: message.payload, failed: false });
          } else if (message.type === 'failed') {
            if (message.fatal) void this.terminate();
            resolve({ payload: message.payload, failed: true });
          } else if (message.type === 'exited') {
            resolve(runtimeError('Runtime.ExitError', requestId, this.#reason(message.code)));
          }
        };
        if (this.#alive) this.#worker.postMessage(invocation);
        else this.#settle({ type: 'exited', code: 1 });
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
      if (this.#alive) this.#worker.unref();
    }
  }

  /** Calls back when the worker is gone. */
  onExit(callback: () => void): void {
    this.#worker.once('exit', callback);
  }

  async terminate(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  #reason(code: number): string {
    if (this.#outOfMemory) return 'Runtime exited with error: signal: aborted';
    return code === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: exit status ${code}`;
  }
}

import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { transformSync } from 'esbuild';
import { type Outcome, runtimeError, timedOut } from './outcome.ts';
import type { Work, WorkerMessage, WorkerSetup } from './protocol.ts';

/** Lambda gives the code outside the handler ten seconds. */
const initializationMilliseconds = 10_000;

/** Enough for all functions of the system, loaded into one thread. */
const heapMegabytes = 256;

let program: URL | undefined;

function workerProgram(): URL {
  if (!program) {
    const source = readFileSync(new URL('./worker.ts', import.meta.url), 'utf8');
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'es2024' });
    program = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  }
  return program;
}

/**
 * A worker thread in which sandboxes of different functions live. It takes one event at a time: the variables that a
 * function sees are those of the whole thread, and to start a thread costs more than to load a function into one.
 *
 * The time-out runs on this computer's clock: a function that hangs hangs in real time.
 */
export class Machine {
  readonly #worker: Worker;
  /** A thread loads a file only once, so it can have only one sandbox of a bundle, ever. */
  readonly #loaded = new Set<string>();
  #alive = true;
  #outOfMemory = false;
  #settle: ((message: WorkerMessage | { type: 'exited'; code: number }) => void) | undefined;
  #log: (line: string) => void = () => {};

  /** Whether it works on an event. */
  busy = false;
  /** Sandboxes that still may get events. */
  sandboxes = 0;

  constructor() {
    this.#worker = new Worker(workerProgram(), {
      env: {},
      execArgv: [],
      workerData: { sdk: import.meta.url } satisfies WorkerSetup,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 },
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

  /** False once the thread is gone, and all of its sandboxes with it. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Whether a bundle can still be loaded. */
  canLoad(directory: string): boolean {
    return !this.#loaded.has(directory);
  }

  /** Has one of its sandboxes run the handler. Never throws for what the function does. */
  async run(work: Work, log: (line: string) => void): Promise<Outcome> {
    const { requestId, timeoutMilliseconds } = work.invocation;
    if (work.setup) this.#loaded.add(work.setup.directory);
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
        if (this.#alive) this.#worker.postMessage(work);
        else this.#settle({ type: 'exited', code: 1 });
      });
    } finally {
      clearTimeout(timer);
      this.#settle = undefined;
      if (this.#alive) this.#worker.unref();
    }
  }

  /** Ends the thread; what it works on ends as if the function had exited. */
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

/** What a sandbox tells its worker: one event for the handler. `time` is the cloud's time, in milliseconds. */
export interface Invocation {
  requestId: string;
  traceId: string;
  functionArn: string;
  event: string;
  time: number;
  timeoutMilliseconds: number;
}

/** How the worker is set up before it loads the bundle. */
export interface WorkerSetup {
  directory: string;
  /** `file.export`, as in the function's configuration. */
  handler: string;
  time: number;
}

/** What a worker answers. `started` comes when the bundle is loaded and the handler is about to run. */
export type WorkerMessage =
  | { type: 'started' }
  | { type: 'log'; line: string }
  | { type: 'succeeded'; payload: string }
  | { type: 'failed'; payload: string; fatal: boolean };

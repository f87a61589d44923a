/** A function as a worker thread loads it: its bundle, with the variables that it sees. */
export interface SandboxSetup {
  directory: string;
  /** `file.export`, as in the function's configuration. */
  handler: string;
  environment: Record<string, string>;
}

/** One event for a handler. `time` is the cloud's time, in milliseconds. */
export interface Invocation {
  requestId: string;
  traceId: string;
  functionArn: string;
  event: string;
  time: number;
  timeoutMilliseconds: number;
}

/** What a worker thread starts with. */
export interface WorkerSetup {
  /** URL of a file from which the AWS SDK is found, which Lambda's runtime brings along. */
  sdk: string;
}

/** What a worker thread is told: an event for one of its sandboxes, with the setup the first time. */
export interface Work {
  sandbox: number;
  setup: SandboxSetup | undefined;
  invocation: Invocation;
}

/** What a worker thread answers. `started` comes when the bundle is loaded and the handler is about to run. */
export type WorkerMessage =
  | { type: 'started' }
  | { type: 'log'; line: string }
  | { type: 'succeeded'; payload: string }
  | { type: 'failed'; payload: string; fatal: boolean };

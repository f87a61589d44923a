/**
 * The inside of a machine: loads bundles in a worker thread and runs their handlers, one event at a time, as Lambda's
 * Node.js runtime does (its interface client is public: aws/aws-lambda-nodejs-runtime-interface-client).
 *
 * The machine starts it from its text, with the types already stripped: a worker that strips them itself loads
 * the compiler, some 25 MB for each. So this file imports nothing of the project but types.
 */
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { Invocation, SandboxSetup, Work, WorkerMessage, WorkerSetup } from './protocol.ts';

/** Lambda's limit on a synchronous response, in bytes. */
const maximumResponseBytes = 6_291_556;

type Handler = (event: unknown, context: unknown) => unknown;

/** A function that was loaded, with its variables. */
interface Loaded {
  handler: Promise<Handler>;
  environment: NodeJS.ProcessEnv;
}

const sandboxes = new Map<number, Loaded>();
let current: Loaded | undefined;
let now = 0;
let requestId = '';

const send = (message: WorkerMessage) => parentPort?.postMessage(message);

class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = `Runtime.${name}`;
    this.stack = '';
  }
}

/** The cloud's time instead of the machine's. It stands still during an invocation, as the virtual clock does. */
function replaceDate(): void {
  const MachineDate = Date;
  MachineDate.now = () => now;
  const CloudDate = new Proxy(MachineDate, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now] : parameters, newTarget),
    apply: (target) => new target(now).toString(),
  });
  MachineDate.prototype.constructor = CloudDate;
  globalThis.Date = CloudDate;
}

/** Lambda's text format for console lines; what is written to the streams themselves goes out as it is. */
function captureOutput(): void {
  const levels = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' };
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...parameters: unknown[]) =>
      send({
        type: 'log',
        line: [new Date(now).toISOString(), requestId, level, format(...parameters)].join('\t'),
      });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      for (const line of text.replace(/\n$/, '').split('\n')) send({ type: 'log', line });
      const callback = rest.find((value) => typeof value === 'function') as (() => void) | undefined;
      callback?.();
      return true;
    }) as typeof stream.write;
  }
}

/**
 * Lambda's Node.js runtimes include the AWS SDK (Lambda Developer Guide, "Runtime-included SDK versions"): a function
 * that brings none finds the packages that the local cloud itself has.
 */
function includeSdk({ sdk }: WorkerSetup): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^@(aws-sdk|smithy)\//.test(specifier)) throw error;
        return next(specifier, { ...context, parentURL: sdk });
      }
    },
  });
}

/** An error as the runtime reports it; Step Functions matches `errorType`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
  }
  const { name, message, stack = '' } = error;
  // The frames of this program, which is its own address, would hide those of the function.
  const trace = stack ? stack.split('\n').filter((line) => !line.includes(import.meta.url)) : [];
  return JSON.stringify({ errorType: name, errorMessage: message, trace });
}

async function load(setup: Omit<SandboxSetup, 'environment'>): Promise<Handler> {
  const match = /^(.+)\.([^./]+)$/.exec(setup.handler);
  if (!match) throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  const [, path = '', name = ''] = match;
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(setup.directory, path + ending)).find(existsSync);
  if (!file) throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${path}'`);
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('UserCodeSyntaxError', String(error));
    const code = (error as { code?: string } | undefined)?.code;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('ImportModuleError', String(error));
    }
    throw error;
  }
  const handler = module[name];
  if (typeof handler !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${setup.handler} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw new RuntimeError(
      'CallbackHandlerDeprecated',
      'Node.js 24 on Lambda has no callback-based handlers: return a promise instead.',
    );
  }
  return handler as Handler;
}

function contextOf(invocation: Invocation) {
  const environment = process.env;
  const started = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.floor(invocation.timeoutMilliseconds - (performance.now() - started))),
  };
}

function serialize(result: unknown): string {
  let payload: string | undefined;
  try {
    payload = JSON.stringify(result === undefined ? null : result);
  } catch {
    throw new Error('Unable to stringify response body');
  }
  return payload ?? '';
}

/** Packages keep the object, so it is its members that change. What a function has set it finds again. */
function switchTo(sandbox: Loaded): void {
  if (sandbox === current) return;
  if (current) current.environment = { ...process.env };
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, sandbox.environment);
  current = sandbox;
}

/** The sandbox, with its variables in force. Its bundle is loaded the first time. */
function enter({ sandbox, setup }: Work): Loaded {
  if (!setup) {
    const loaded = sandboxes.get(sandbox)!;
    switchTo(loaded);
    return loaded;
  }
  const { environment } = setup;
  const loaded = { environment } as Loaded;
  switchTo(loaded);
  loaded.handler = load(setup);
  sandboxes.set(sandbox, loaded);
  return loaded;
}

async function run(work: Work): Promise<void> {
  const { invocation } = work;
  now = invocation.time;
  requestId = invocation.requestId;
  let loaded: Handler;
  try {
    const { handler } = enter(work);
    process.env._X_AMZN_TRACE_ID = invocation.traceId;
    loaded = await handler;
    if (work.setup) flushCompileCache();
  } catch (error) {
    send({ type: 'failed', payload: describe(error), fatal: true });
    return;
  }
  send({ type: 'started' });
  try {
    const payload = serialize(await loaded(JSON.parse(invocation.event), contextOf(invocation)));
    if (Buffer.byteLength(payload) > maximumResponseBytes) {
      const message = `Response payload size exceeded maximum allowed payload size (${maximumResponseBytes} bytes).`;
      const error = { errorType: 'Function.ResponseSizeTooLarge', errorMessage: message };
      send({ type: 'failed', payload: JSON.stringify(error), fatal: false });
      return;
    }
    send({ type: 'succeeded', payload });
  } catch (error) {
    send({ type: 'failed', payload: describe(error), fatal: false });
  }
}

// Compiled once for all sandboxes: half the time and two thirds of the memory of the largest bundles.
enableCompileCache();
// Functions may ask for source maps in NODE_OPTIONS; a parsed map takes more memory than the sandbox itself.
process.setSourceMapsEnabled(false);
replaceDate();
captureOutput();
includeSdk(workerData as WorkerSetup);
process.on('uncaughtException', (error) => send({ type: 'failed', payload: describe(error), fatal: true }));
process.on('unhandledRejection', (reason) => {
  const error = new RuntimeError('UnhandledPromiseRejection', String(reason));
  if (reason instanceof Error) error.stack = reason.stack ?? '';
  send({ type: 'failed', payload: describe(error), fatal: true });
});
parentPort?.on('message', (work: Work) => void run(work));

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whyForeign } from 'local-cloud';
import { RedisCloudAccount } from './account.ts';
import { HttpFailure } from './failures.ts';
import { Faults } from './faults.ts';
import type { RedisCloudOptions } from './options.ts';
import { RequestMeter } from './request-meter.ts';
import { readBody } from './requests.ts';
import { disassociateMethod, findRoute, type Operation, type Route } from './routes.ts';
import type { TaskView } from './tasks.ts';
import type { Ways } from './ways.ts';
import { written } from './wire.ts';

/** Requests a minute for each account key. */
const rateLimit = 400;
const longestBody = 65_536;

/** A running local Redis Cloud. */
export interface RedisCloud {
  /** What stands before the paths, e.g. `http://127.0.0.1:41234/v1`. */
  url: string;
  calls: RequestMeter;
  faults: Faults;
  /** In which ways it does what no document settles. They may change while it runs. */
  ways: Ways;
  /** The PrivateLink as a read would show it now, without making a request; `undefined` if there is none. */
  privateLink(subscriptionId: number, regionId?: number): Record<string, unknown> | undefined;
  /** What somebody sees who looks in from outside, without changing anything. */
  overview(subscriptionId: number, regionId?: number): Overview;
  /** The keys that it knows. Others are refused, also those that were good before. */
  keys: RedisCloudOptions['keys'];
  /** How many times as long as usual tasks take that are accepted from now on. */
  slowness: number;
  /** Whether no change of the subscription is under way. */
  isActive(subscriptionId: number): boolean;
  /** The tasks that are known and not finished. */
  runningTasks(): TaskView[];
  close(): Promise<void>;
}

/** A PrivateLink, as far as it can be drawn. */
export interface Overview {
  /** Null: there is none. */
  status: string | null;
  isChanging: boolean;
  /** By account, the status of its principal. */
  principals: Map<string, string>;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** In place of a body of JSON. */
  text?: string;
}

/**
 * Starts a Redis Cloud on loopback that holds one account and answers PrivateLink's operations as the API is
 * documented, in clock time. It holds the clock while it works on a request and sets no timers.
 *
 * @throws Error if the subscriptions contradict one another
 */
export async function startRedisCloud(options: RedisCloudOptions): Promise<RedisCloud> {
  const faults = options.faults ?? new Faults();
  let { keys } = options;
  const account = new RedisCloudAccount({ ...options, faults });
  const calls = new RequestMeter();
  const server = createServer((request, response) => {
    const foreign = whyForeign(request);
    if (foreign !== undefined) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(foreign);
      return;
    }
    const release = options.clock.hold(() => `a request to Redis Cloud (${request.method} ${request.url})`);
    response.on('close', release);
    handle(request, response).catch((error: unknown) => {
      // A defect of the local cloud, or of the provider that it drives: say so where it is seen.
      send(response, { status: 500, body: { error: String(error) } });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const path = (request.url ?? '').split('?', 1)[0]!;
    const text = await readText(request);
    const route = findRoute(path);
    const operation = route && operationOf(route, method);
    calls.arrive(operation ?? 'unknown', options.clock.now());
    account.agenda.settle();
    const { subscriptionId, regionId } = route ?? {};
    const interception = faults.intercept?.({
      method,
      path,
      operation,
      subscriptionId,
      regionId,
      body: text,
    });
    if (interception === 'drop') {
      response.destroy();
      return;
    }
    let answer: Answer;
    if (typeof interception === 'object') {
      answer = { body: failureBody(interception.status, path), ...interception };
    } else {
      answer = answerTo(request, path, route, operation, text);
    }
    if (interception === 'empty-answer' && answer.status < 300) answer = { status: 204 };
    const { status, headers = {} } = answer;
    if (options.rewrite) {
      const body = options.rewrite({ operation, status, headers, body: answer.body });
      answer = { status, headers, body };
    }
    const { body } = answer;
    if (status === 429) calls.tooMany += 1;
    options.heard?.({ operation, status, headers, body });
    if (interception === 'lose-answer') response.destroy();
    else if (interception !== 'no-answer') send(response, answer);
  }

  function answerTo(
    request: IncomingMessage,
    path: string,
    route: Route | undefined,
    operation: Operation | undefined,
    text: string | undefined,
  ): Answer {
    const { apiKey, secretKey } = keys;
    const headers: Record<string, string> = {};
    try {
      if (request.headers['x-api-key'] !== apiKey || request.headers['x-api-secret-key'] !== secretKey) {
        throw new HttpFailure(401);
      }
      const { admitted, remaining } = calls.admit(options.clock.now(), rateLimit);
      if (account.ways['rate-limit-header'] === 'present') {
        headers['x-rate-limit-remaining'] = String(remaining);
      }
      if (!admitted) throw new HttpFailure(429);
      if (!route) throw new HttpFailure(404);
      if (!operation) throw new HttpFailure(405, { allow: Object.keys(route.operations).join(', ') });
      if (text === undefined) throw new HttpFailure(413);
      const { body, ...answer } = perform(request, route, operation, text);
      return { ...answer, ...(body !== undefined && { body: written(body, account.ways) }), headers };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      return {
        status: error.status,
        headers: { ...headers, ...error.headers },
        body: failureBody(error.status, path),
      };
    }
  }

  function perform(request: IncomingMessage, route: Route, operation: Operation, text: string): Answer {
    const subscriptionId = route.subscriptionId ?? 0;
    switch (operation) {
      case 'getTask':
        return { status: 200, body: account.tasks.get(route.taskId!, url) };
      case 'listTasks':
        return { status: 200, body: { tasks: account.tasks.running(url) } };
      case 'getSubscription':
        return { status: 200, body: account.subscription(subscriptionId).describe(url) };
      case 'listRegions':
        return { status: 200, body: account.subscription(subscriptionId).describeRegions(url) };
      default: {
        const { contract } = account.subscription(subscriptionId);
        if (operation === 'disassociateConnections' && request.method !== disassociateMethod[contract]) {
          throw new HttpFailure(405, { allow: disassociateMethod[contract] });
        }
        const body = readBody(contract, operation, request.headers['content-type'], text, account.ways);
        const terraform = /[?&]includeTerraformAwsScript=true(&|$)/.test(request.url ?? '');
        const taskId = account.accept(operation, subscriptionId, route.regionId, { body, terraform });
        if (taskId === undefined) return { status: 204 };
        return { status: 202, body: account.tasks.receipt(taskId, url) };
      }
    }
  }

  function failureBody(status: number, path: string): Record<string, unknown> {
    const timestamp = new Date(options.clock.now()).toISOString();
    return { timestamp, status, error: STATUS_CODES[status], path };
  }

  return {
    url,
    calls,
    faults,
    ways: account.ways,
    privateLink(subscriptionId, regionId) {
      account.agenda.settle();
      return account.subscription(subscriptionId).region(regionId).link?.read(options.clock.now());
    },
    overview(subscriptionId, regionId) {
      account.agenda.settle();
      const subscription = account.subscription(subscriptionId);
      const { link } = subscription.region(regionId);
      return {
        status: link?.status ?? null,
        isChanging: subscription.changing,
        principals: link?.principalStatuses() ?? new Map(),
      };
    },
    get keys() {
      return keys;
    },
    set keys(next) {
      keys = next;
    },
    get slowness() {
      return account.tasks.slowness;
    },
    set slowness(times) {
      account.tasks.slowness = times;
    },
    isActive(subscriptionId) {
      account.agenda.settle();
      return !account.subscription(subscriptionId).changing;
    },
    runningTasks() {
      account.agenda.settle();
      return account.tasks.running(url);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function operationOf(route: Route, method: string): Operation | undefined {
  return Object.hasOwn(route.operations, method) ? route.operations[method] : undefined;
}

/** The body, or `undefined` if it is too long. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= longestBody) chunks.push(chunk);
  }
  return length > longestBody ? undefined : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, headers, body, text }: Answer): void {
  if (text !== undefined) {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(text);
    return;
  }
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

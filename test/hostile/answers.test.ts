import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { RedisCloud } from '../../lambdas/redis-cloud/client/client.ts';
import { readEndpointScript } from '../../lambdas/redis-cloud/client/endpoint-script.ts';
import type { Gate } from '../../lambdas/redis-cloud/client/http.ts';
import { membersOf } from '../../lambdas/redis-cloud/client/members.ts';
import { readPrivateLink, viewer, viewOf } from '../../lambdas/redis-cloud/client/private-link.ts';
import { failureOf } from '../../lambdas/redis-cloud/client/tasks.ts';
import { errorOf, fixedKeys, KEYS, service, share } from '../lambdas/redis-cloud/client/fixtures.ts';
import { ACCOUNT } from './functions.ts';
import { faultOf, hostileText, hostileValue, mustBeNull, mutated, RUNS, SETTINGS } from './hostile.ts';

const STARTED = { taskId: 'task-1', status: 'received', timestamp: '2026-11-20T10:15:30Z' };
const LINK = {
  status: 'active',
  errorMessage: '',
  principals: [{ principal: ACCOUNT, type: 'aws_account', status: 'associated' }, ACCOUNT],
  resourceConfigurationId: 'rcfg-0123456789abcdef0',
  shareArn: 'arn:aws:ram:us-east-1:999900001111:resource-share/0123',
  connections: [{ associationId: 'rsa-1', connectionId: 4711, type: 'vpc_endpoint', ownerId: ACCOUNT }],
  databases: [{ databaseId: 51, port: '12345', rlEndpoint: 'redis-12345.example.com' }],
};
const TASKS = [
  { ...STARTED, status: 'processing-completed', response: { resource: LINK } },
  { ...STARTED, status: 'processing-completed', response: { resource: { terraformAwsScript: 'a\nb' } } },
  { ...STARTED, status: 'processing-error', response: { error: { type: 'SUBSCRIPTION_NOT_ACTIVE' } } },
  { ...STARTED, status: 'processing-error', response: { error: 'X', additionalInfo: 'why' } },
];

const redisCloud = (baseUrl = 'https://redis-cloud.example/v1', gate?: Gate, timeLimit?: number) =>
  new RedisCloud({ baseUrl, keys: fixedKeys, ...(gate && { gate }), ...(timeLimit && { timeLimit }) });

/** What a function does with the answer about a task. */
async function look(target = share): Promise<string> {
  const task = await redisCloud().getTask('task-1');
  if (task.outcome === 'failed') throw failureOf(task, target, 'getPrivateLink');
  if (task.outcome === 'pending') return '';
  const link = readPrivateLink(task.resource, target);
  return JSON.stringify([viewOf(link, ACCOUNT, ['vpce-1']), viewer(link)(ACCOUNT), membersOf(link, 0)]);
}

async function script(): Promise<string> {
  return JSON.stringify(readEndpointScript((await redisCloud().getTask('task-1')).resource, share));
}

const start = async () => JSON.stringify(await redisCloud().addPrincipal(share, ACCOUNT));

/** Anything that can be wrong with an answer, or with what comes of it. */
async function check(work: () => Promise<string>): Promise<void> {
  const outcome = await work().then(
    (text) => ({ text }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return mustBeNull(faultOf(outcome.error));
  const { text } = outcome;
  mustBeNull(text.length < 256 * 1024 ? null : `it passes on ${text.length} characters`);
  for (const key of Object.values(KEYS)) mustBeNull(text.includes(key) ? 'it passes on a key' : null);
}

function answering(body: string, status = 200, headers: Record<string, string> = {}): void {
  const isBare = [204, 304].includes(status);
  jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async () => new Response(isBare ? null : body, { status, headers }));
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('an answer of any form', () => {
  const json = (sample: unknown) =>
    mutated(sample).map((value) => (tooDeep(value) ? '{}' : JSON.stringify(value)));

  test('is a task that was started, or has a named error', async () => {
    const property = fc.asyncProperty(json(STARTED), async (body) => {
      answering(body);
      await check(start);
    });
    await fc.assert(property, { ...SETTINGS, numRuns: RUNS / 2 });
  });

  test('is a PrivateLink or a script that fits, or has a named error', async () => {
    const property = fc.asyncProperty(fc.constantFrom(...TASKS).chain(json), async (body) => {
      answering(body);
      await check(() => look());
      await check(() => look(service));
      await check(script);
    });
    await fc.assert(property, { ...SETTINGS, numRuns: RUNS / 2 });
  });

  test('is named by its status, whatever it says', async () => {
    const statuses = fc.oneof(
      fc.integer({ min: 200, max: 599 }),
      fc.constantFrom(301, 401, 404, 409, 429, 503),
    );
    const body = fc.oneof(
      hostileText,
      hostileValue.map((value) => (tooDeep(value) ? '[' : JSON.stringify(value))),
    );
    const property = fc.asyncProperty(fc.tuple(statuses, body), async ([status, text]) => {
      answering(text, status);
      await check(start);
      await check(() => look());
    });
    await fc.assert(property, { ...SETTINGS, numRuns: RUNS / 2 });
  });

  test.each(['-1', '1e9', 'Wed, 21 Oct 2065 07:28:00 GMT', '٣', '9'.repeat(400), 'NaN', ''])(
    'makes nobody wait for longer than a minute by Retry-After or a limit of %p',
    async (text) => {
      const closed: unknown[] = [];
      const gate: Gate = {
        pass: async () => {},
        refused: async () => void closed.push('refused'),
        remaining: async (count) => void closed.push(count),
      };
      jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
        const response = new Response('', { status: 429 });
        jest.spyOn(response.headers, 'get').mockReturnValue(text);
        return response;
      });
      expect((await errorOf(redisCloud(undefined, gate).getPrivateLink(share))).name).toBe('RateLimited');
      expect(closed).toEqual(['refused']);
    },
  );

  test.each([
    ['thousands of principals', { principals: Array(30_000).fill(ACCOUNT) }],
    ['thousands of connections', { connections: Array(9_000).fill({ ownerId: '111122223333' }) }],
    ['nothing in its lists', { principals: [null], connections: [null, {}] }],
    ['a number that is not exact', { connections: [{ associationId: 2 ** 53 + 2 }] }],
    ['an id of many lines', { shareArn: 'arn\n:aws' }],
  ])('with %s', async (_name, changes) => {
    answering(JSON.stringify({ ...TASKS[0], response: { resource: { ...LINK, ...changes } } }));
    await check(() => look());
  });

  test('does not pass for an id that it only resembles', async () => {
    const connections = [{ associationId: 0 }];
    const body = JSON.stringify({ ...TASKS[0], response: { resource: { ...LINK, connections } } });
    answering(body.replace('"associationId":0', '"associationId":9007199254740993'));
    expect((await errorOf(look())).name).toBe('TaskWithoutResult');
  });

  test('is not looked through if it is too deep', async () => {
    answering(`{"taskId":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    await expect(errorOf(start())).resolves.toMatchObject({ name: 'RedisCloudUnavailable' });
  });

  test('with a script that no secret holds is refused', () => {
    expect(() => readEndpointScript('x'.repeat(70_000), share)).toThrow(
      /70013 bytes, and a secret holds 65536/,
    );
  });
});

describe('an answer without an end', () => {
  let server: Server;
  let sent = 0;

  beforeAll(async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      const isBomb = pathname.startsWith('/bomb');
      response.writeHead(
        pathname.startsWith('/refusal') ? 401 : 200,
        isBomb ? { 'content-encoding': 'gzip' } : {},
      );
      if (isBomb) return void response.end(gzipSync(Buffer.alloc(30 * 1024 * 1024)));
      const more = () => {
        sent += 1;
        if (sent < 200 && response.write(chunk)) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  test.each([
    ['is given up after some megabytes', 'answer', 'RedisCloudUnavailable', /more than 8 MiB/],
    ['is given up also where it is compressed', 'bomb', 'RedisCloudUnavailable', /more than 8 MiB/],
    ['is a refusal anyway', 'refusal', 'AccessDenied', /HTTP 401/],
  ])('%s', async (_name, path, name, message) => {
    sent = 0;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
    const error = await errorOf(redisCloud(url).getPrivateLink(share));
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(sent).toBeLessThan(200);
  });
});

/** JSON.stringify could not write it, so no server could have sent it. */
function tooDeep(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return false;
  } catch {
    return true;
  }
}

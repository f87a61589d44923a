import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RedisCloud } from '../../../../lambdas/redis-cloud/client/client.ts';
import type { ConnectionTarget } from '../../../../lambdas/redis-cloud/client/connection.ts';
import { ScriptedServer } from '../scripted-server.ts';
import { ACCOUNT, errorOf, fixedKeys, KEYS, ownConnection, service, share } from './fixtures.ts';

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

let server: ScriptedServer;
let redisCloud: RedisCloud;

beforeAll(async () => {
  server = await ScriptedServer.start();
  redisCloud = new RedisCloud({ baseUrl: `${server.url}/v1`, keys: fixedKeys });
});

afterAll(() => server.close());

interface Row {
  call: (target: ConnectionTarget) => Promise<unknown>;
  method: string;
  below: string;
  body?: unknown;
}

const shareCalls: Record<string, Row> = {
  get: { call: (c) => redisCloud.getPrivateLink(c), method: 'GET', below: '' },
  create: {
    call: (c) => redisCloud.createPrivateLink(c, ACCOUNT),
    method: 'POST',
    below: '',
    body: { shareName: 'orders-share', principal: ACCOUNT, type: 'aws_account' },
  },
  delete: { call: (c) => redisCloud.deletePrivateLink(c), method: 'DELETE', below: '' },
  'add principal': {
    call: (c) => redisCloud.addPrincipal(c, ACCOUNT),
    method: 'POST',
    below: '/principals',
    body: { principal: ACCOUNT, type: 'aws_account' },
  },
  'remove principal': {
    call: (c) => redisCloud.removePrincipal(c, ACCOUNT),
    method: 'DELETE',
    below: '/principals',
    body: { principal: ACCOUNT },
  },
  disassociate: {
    call: (c) => redisCloud.disassociateConnections(c, [ownConnection]),
    method: 'POST',
    below: '/connections/disassociate',
    body: {
      connections: [
        {
          associationId: 'rsa-1',
          connectionId: 'vpce-con-1',
          type: 'vpc_endpoint',
          principalId: ACCOUNT,
        },
      ],
    },
  },
  'endpoint script': {
    call: (c) => redisCloud.getEndpointScript(c),
    method: 'GET',
    below: '/endpoint-script?includeTerraformAwsScript=true',
  },
};

const serviceCalls: Record<string, Row> = {
  ...shareCalls,
  create: { ...shareCalls.create!, body: {} },
  'add principal': { ...shareCalls['add principal']!, body: { principal: ROOT } },
  'remove principal': { ...shareCalls['remove principal']!, body: { principals: [ROOT] } },
  disassociate: {
    ...shareCalls.disassociate!,
    method: 'PUT',
    body: { endpointIds: ['vpce-0abc123def456789'] },
  },
  'endpoint script': { ...shareCalls['endpoint script']!, below: '/endpoint-script' },
};

describe.each([
  ['resource-share', share, shareCalls],
  ['endpoint-service', service, serviceCalls],
])('requests of the %s contract', (_name, target, calls) => {
  describe.each([
    ['a standard subscription', {}, '/v1/subscriptions/12345/private-link'],
    [
      'an Active-Active region',
      { activeActiveRegionId: 111 },
      '/v1/subscriptions/12345/regions/111/private-link',
    ],
  ])('for %s', (_kind, region, path) => {
    test.each(Object.entries(calls))('%s', async (_operation, { call, method, below, body }) => {
      server.script({ status: 202, body: { taskId: 'task-1', status: 'received', links: [] } });

      const started = await call({ ...target, ...region });

      expect(started).toEqual({ taskId: 'task-1' });
      expect(server.received).toHaveLength(1);
      const [request] = server.received;
      expect([request?.method, request?.path]).toEqual([method, path + below]);
      expect(request?.body).toBe(body === undefined ? '' : JSON.stringify(body));
    });
  });
});

test('every request carries both keys and asks for JSON', async () => {
  server.script({ status: 202, body: { taskId: 'task-1' } });

  await redisCloud.createPrivateLink(share, ACCOUNT);

  expect(server.received[0]?.headers).toMatchObject({
    'x-api-key': KEYS.apiKey,
    'x-api-secret-key': KEYS.secretKey,
    'content-type': 'application/json',
    accept: 'application/json',
  });
});

test('a task is read by its id', async () => {
  server.script({ status: 200, body: { taskId: 'a-1', status: 'received' } });

  expect(await redisCloud.getTask('a-1')).toMatchObject({ taskId: 'a-1', outcome: 'pending' });
  expect(server.received.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['GET', '/v1/tasks/a-1', ''],
  ]);
});

test.each([
  ['a number', { taskId: 4711 }, '4711'],
  ['a list of one', [{ taskId: 'task-1' }], 'task-1'],
  ['one with underscores', { taskId: 'task_1' }, 'task_1'],
  ['nulls beside it', { taskId: 'task-1', status: null, timestamp: null, links: null }, 'task-1'],
])('a task that was started may be named by %s', async (_name, body, taskId) => {
  server.script({ status: 202, body });

  expect(await redisCloud.addPrincipal(share, ACCOUNT)).toEqual({ taskId });
});

test.each<[string, unknown, string | null]>([
  ['as documented', { id: 12345, status: 'active' }, 'active'],
  ['in capitals', { id: '12345', status: 'PENDING' }, 'pending'],
  ['in a list of one', [{ id: 12345, status: 'active' }], 'active'],
  ['not at all', { id: 12345 }, null],
  ['as something else', { status: 5 }, null],
  ['as a list', [], null],
])('the status of a subscription is read %s', async (_name, body, status) => {
  server.script({ status: 200, body });

  expect(await redisCloud.getSubscriptionStatus({ ...share, activeActiveRegionId: 111 })).toBe(status);
  expect(server.received.map(({ method, path }) => [method, path])).toEqual([
    ['GET', '/v1/subscriptions/12345'],
  ]);
});

test('a task id cannot leave its place in the path', async () => {
  server.script({ status: 200, body: { status: 'received' } });

  await redisCloud.getTask('../subscriptions/1');

  expect(server.received[0]?.path).toBe('/v1/tasks/..%2Fsubscriptions%2F1');
});

test('roles and users are principals of their own kind', async () => {
  const role = `arn:aws:iam::${ACCOUNT}:role/app`;
  const accepted = { status: 202, body: { taskId: 'task-1' } };
  server.script(accepted, accepted, accepted);

  await redisCloud.addPrincipal(share, role);
  await redisCloud.addPrincipal(share, `arn:aws:iam::${ACCOUNT}:user/ann`);
  await redisCloud.addPrincipal(service, role);

  expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([
    { principal: role, type: 'iam_role' },
    { principal: `arn:aws:iam::${ACCOUNT}:user/ann`, type: 'iam_user' },
    { principal: role },
  ]);
});

test.each([
  ['204 without a body', { status: 204 }],
  ['200 with an empty body', { status: 200, body: '' }],
  ['202 with white space', { status: 202, body: '\n' }],
])('an answer without a task is no failure: %s', async (_name, answer) => {
  server.script(answer);

  expect(await redisCloud.deletePrivateLink(share)).toEqual({ taskId: null });
});

test.each([
  ['HTML', '<html>maintenance</html>'],
  ['half of an object', '{"taskId":'],
  ['null', 'null-and-void'],
  ['an object that names no task', '{"status":"received"}'],
  ['a task id that is none', '{"taskId":"../../keys"}'],
  ['a list', '[]'],
])('an answer that is no task means that Redis Cloud is unavailable: %s', async (_name, body) => {
  server.script({ status: 200, body });

  const error = await errorOf(redisCloud.addPrincipal(share, ACCOUNT));

  expect(error.name).toBe('RedisCloudUnavailable');
  expect(error.message).toContain('connection "orders" (subscription 12345)');
});

describe('before anything is sent', () => {
  test.each([
    ['a share without a name', { ...share, shareName: null }, 'shareName'],
    ['a share with too long a name', { ...share, shareName: 'x'.repeat(65) }, '1 to 64 characters'],
  ])('%s is refused', async (_name, target, mention) => {
    server.script();

    const error = await errorOf(redisCloud.createPrivateLink(target, ACCOUNT));

    expect([error.name, server.received]).toEqual(['InvalidRequest', []]);
    expect(error.message).toContain(mention);
  });

  test.each([
    [share, { endpointId: 'vpce-1' }, 'associationId'],
    [service, { associationId: 'rsa-1', type: 'vpc_endpoint', ownerId: ACCOUNT }, 'endpointId'],
  ])('a connection that its contract cannot identify is refused', async (target, connection, mention) => {
    server.script();

    const error = await errorOf(redisCloud.disassociateConnections(target, [connection]));

    expect([error.name, server.received]).toEqual(['InvalidRequest', []]);
    expect(error.message).toContain(mention);
  });

  test('a share name of 64 characters is sent', async () => {
    server.script({ status: 202, body: { taskId: 'task-1' } });

    await redisCloud.createPrivateLink({ ...share, shareName: 'x'.repeat(64) }, ACCOUNT);

    expect(JSON.parse(server.received[0]!.body).shareName).toHaveLength(64);
  });
});

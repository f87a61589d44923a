import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { handler as awaitChange } from '../../../lambdas/redis-cloud/await-change.ts';
import { handler as deletePrivateLink } from '../../../lambdas/redis-cloud/delete-private-link.ts';
import { handler as disassociateConnections } from '../../../lambdas/redis-cloud/disassociate-connections.ts';
import { handler as getEndpointScript } from '../../../lambdas/redis-cloud/get-endpoint-script.ts';
import { handler as getPrivateLink } from '../../../lambdas/redis-cloud/get-private-link.ts';
import { handler as getTask } from '../../../lambdas/redis-cloud/get-task.ts';
import { handler as removePrincipal } from '../../../lambdas/redis-cloud/remove-principal.ts';
import { connection as configured } from '../../connection.ts';
import { ACCOUNT, errorOf, KEYS, ownConnection } from './client/fixtures.ts';
import { ScriptedServer } from './scripted-server.ts';

const accounts = { organizationalUnits: [], accountIds: [ACCOUNT], excludedAccountIds: [] };
const CONFIGURED = [configured({ accounts })];
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: CONFIGURED }),
}));
jest.unstable_mockModule('../../../lambdas/shared/workflows/organization.ts', () => ({
  lookUpAccount: async (accountId: string) => ({ accountId, state: 'ACTIVE', paths: null }),
}));
const { handler: addPrincipal } = await import('../../../lambdas/redis-cloud/add-principal.ts');
const { handler: createPrivateLink } = await import('../../../lambdas/redis-cloud/create-private-link.ts');

// As the workflow passes it: more than the functions need, and null for what is not set.
const connection = {
  name: 'orders',
  subscriptionId: 12345,
  activeActiveRegionId: null,
  region: 'us-east-1',
  contract: 'resource-share',
  shareName: 'orders-share',
  vpcs: 'tagged',
  endpoint: { privateDns: true },
};

const environment = process.env;
let api: ScriptedServer;
let secretsManager: ScriptedServer;
let dynamodb: ScriptedServer;
let secrets = 0;
let log: string;

beforeAll(async () => {
  api = await ScriptedServer.start();
  secretsManager = await ScriptedServer.start();
  dynamodb = await ScriptedServer.start();
});

afterAll(async () => {
  await api.close();
  await secretsManager.close();
  await dynamodb.close();
});

beforeEach(() => {
  secrets += 1;
  process.env = {
    ...environment,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    TABLE_NAME: 'table',
    REDIS_CLOUD_URL: `${api.url}/v1`,
    // A secret of its own for each test, because functions keep the keys of a secret.
    REDIS_CLOUD_SECRET_ARN: `arn:aws:secretsmanager:us-east-1:999999999999:secret:s${secrets}`,
  };
  secretsManager.script({ status: 200, body: { SecretString: JSON.stringify(KEYS) } });
  // Every ticket is given, and nothing is known.
  dynamodb.script(...Array(10).fill({ status: 200, body: {} }));
  log = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      log += chunk;
      return true;
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = environment;
});

const path = '/v1/subscriptions/12345/private-link';
const account = { connection, accountId: ACCOUNT };

test.each([
  ['get-private-link', getPrivateLink, { connection }, ['GET', path, '']],
  [
    'create-private-link',
    createPrivateLink,
    account,
    ['POST', path, `{"shareName":"orders-share","principal":"${ACCOUNT}","type":"aws_account"}`],
  ],
  ['delete-private-link', deletePrivateLink, { connection }, ['DELETE', path, '']],
  [
    'add-principal',
    addPrincipal,
    account,
    ['POST', `${path}/principals`, `{"principal":"${ACCOUNT}","type":"aws_account"}`],
  ],
  [
    'remove-principal',
    removePrincipal,
    account,
    ['DELETE', `${path}/principals`, `{"principal":"${ACCOUNT}"}`],
  ],
  [
    'disassociate-connections',
    disassociateConnections,
    { connection, connections: [{ ...ownConnection, endpointId: null, status: null }] },
    [
      'POST',
      `${path}/connections/disassociate`,
      '{"connections":[{"associationId":"rsa-1","connectionId":"vpce-con-1","type":"vpc_endpoint",' +
        `"principalId":"${ACCOUNT}"}]}`,
    ],
  ],
  [
    'get-endpoint-script',
    getEndpointScript,
    { connection },
    ['GET', `${path}/endpoint-script?includeTerraformAwsScript=true`, ''],
  ],
])('%s makes one call and returns its task', async (_name, handler, event, request) => {
  api.script({ status: 202, body: { taskId: 'task-1', status: 'received' } });

  expect(await handler(event)).toMatchObject({ taskId: 'task-1' });
  expect(api.received.map(({ method, path, body }) => [method, path, body])).toEqual([request]);
  expect(api.received[0]?.headers).toMatchObject({
    'x-api-key': KEYS.apiKey,
    'x-api-secret-key': KEYS.secretKey,
  });
  expect(log).toContain('"connection":"orders"');
  for (const key of Object.values(KEYS)) expect(log).not.toContain(key);
});

test('the keys are read once for all calls of an instance', async () => {
  api.script({ status: 204 }, { status: 204 });

  await getPrivateLink({ connection });
  await getPrivateLink({ connection });

  expect(secretsManager.received).toHaveLength(1);
});

test('keys that were replaced in the secret are taken up by the running function', async () => {
  const NEW = { apiKey: 'new-account-key', secretKey: 'new-user-key' };
  secretsManager.script(
    { status: 200, body: { SecretString: JSON.stringify(KEYS) } },
    { status: 200, body: { SecretString: JSON.stringify(NEW) } },
  );
  api.script({ status: 401, body: '' }, { status: 202, body: { taskId: 'task-1' } }, { status: 204 });

  expect(await addPrincipal(account)).toMatchObject({ taskId: 'task-1' });
  await getPrivateLink({ connection });

  expect(api.received.map(({ headers }) => headers['x-api-key'])).toEqual([
    KEYS.apiKey,
    NEW.apiKey,
    NEW.apiKey,
  ]);
});

test('a failure is logged once, with its subject and without a key', async () => {
  api.script({ status: 403, body: `no: ${KEYS.apiKey}, ${KEYS.secretKey}` });

  const error = await errorOf(addPrincipal({ ...account, executionName: 'onboard-1', vpcId: 'vpc-1' }));

  expect(error.name).toBe('AccessDenied');
  const lines = log.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'WARN',
    execution: 'onboard-1',
    connection: 'orders',
    account: ACCOUNT,
    vpc: 'vpc-1',
    KeysRefused: [1],
    error: { name: 'AccessDenied', message: error.message },
  });
  expect(`${log} ${error.message}`).not.toMatch(/account-key-4711|user-key-0815/);
});

test.each([
  [addPrincipal, { connection }, 'accountId: must be a string, got nothing'],
  [addPrincipal, { connection, accountId: '1' }, 'accountId: must be a 12-digit AWS account id, got "1"'],
  [getPrivateLink, {}, 'connection: must be an object, got nothing'],
  [
    getPrivateLink,
    { connection: { ...connection, subscriptionId: '1/../2' } },
    'connection.subscriptionId: must be a number, got "1/../2"',
  ],
  [
    getPrivateLink,
    { connection: { ...connection, contract: 'x' } },
    'connection.contract: must be "resource-share" or "endpoint-service", got "x"',
  ],
  [
    getPrivateLink,
    { connection: { ...connection, activeActiveRegionId: -1 } },
    'connection.activeActiveRegionId: must be a positive number, got -1',
  ],
  [disassociateConnections, { connection, connections: [] }, 'connections: must be at least 1 items long'],
  [getTask, { connection }, 'taskId: must be a string, got nothing'],
  [getTask, { connection, taskId: null, reading: 'members', from: -1 }, 'from: must be at least 0, got -1'],
  [getTask, { connection, taskId: '../x' }, 'taskId: must be a task id, got "../x"'],
])('an unacceptable input is refused before any call, %#', async (handler, event, problem) => {
  api.script();

  const error = await errorOf(handler(event));

  expect([error.name, api.received.length]).toEqual(['InvalidRequest', 0]);
  expect(error.message).toContain(problem);
});

test('a missing variable is named', async () => {
  delete process.env.REDIS_CLOUD_URL;

  await expect(getPrivateLink({ connection })).rejects.toThrow('REDIS_CLOUD_URL: must be a string');
});

describe.each([
  ['get-task', () => getTask({ connection, taskId: null })],
  [
    'await-change',
    () =>
      awaitChange({
        connection,
        change: { taskId: null, operation: 'addPrincipal' },
        lockHolder: 'arn:aws:states:us-east-1:999999999999:execution:onboard:one',
      }),
  ],
])('%s of a change without a task', (_, look) => {
  test('waits while the subscription is not active', async () => {
    api.script({ status: 200, body: { id: 12345, status: 'pending' } });

    expect(await errorOf(look())).toMatchObject({
      name: 'TaskPending',
      message: expect.stringContaining('the subscription has the status "pending"'),
    });
    // Nobody else may change it.
    expect(dynamodb.received.map(({ body }) => body).join()).not.toMatch(/DeleteItem|turn#/);
  });

  test.each([
    ['it is active', { status: 200, body: { id: 12345, status: 'active' } }],
    ['Redis Cloud does not tell', { status: 404, body: {} }],
  ])('is over where %s', async (_, answer) => {
    api.script(answer);

    expect(await look()).toEqual({ status: 'none' });
  });
});

describe('get-task', () => {
  const input = { connection, taskId: 'task-1' };
  const answer = (task: object) => api.script({ status: 200, body: { taskId: 'task-1', ...task } });
  const completed = (resource: unknown) => answer({ status: 'processing-completed', response: { resource } });

  test.each(['initialized', 'received', 'processing-in-progress', 'something-new'])(
    'throws TaskPending in state %s',
    async (status) => {
      answer({ status });

      const error = await errorOf(getTask(input));

      expect(error.name).toBe('TaskPending');
      expect(error.message).toContain(status);
    },
  );

  test('throws TaskUnknown for a task that is not known yet', async () => {
    api.script({ status: 404, body: { status: 404, error: 'Not Found' } });

    expect((await errorOf(getTask(input))).name).toBe('TaskUnknown');
  });

  test('returns the state of a finished change', async () => {
    completed(undefined);

    expect(await getTask(input)).toEqual({ status: 'processing-completed' });
  });

  test("returns the account's view of a PrivateLink", async () => {
    completed({
      status: 'active',
      principals: [{ principal: ACCOUNT, type: 'aws_account', status: 'associated' }],
      shareArn: 'arn:aws:ram:x',
      connections: [
        { associationId: 'rsa-1', type: 'vpc_endpoint', ownerId: ACCOUNT },
        { associationId: 'rsa-2', type: 'vpc_endpoint', ownerId: '210987654321' },
      ],
    });

    const result = await getTask({ ...input, reading: 'private-link', accountId: ACCOUNT });

    expect(result).toMatchObject({
      privateLink: {
        status: 'active',
        principal: { principal: ACCOUNT, status: 'associated' },
        principalCount: 1,
        shareArn: 'arn:aws:ram:x',
        serviceName: null,
        connections: [{ associationId: 'rsa-1' }],
      },
    });
  });

  test("counts the account's endpoints as its own where no owner is named", async () => {
    completed({ status: 'active', serviceName: 'com.x', connections: [{ endpointId: 'vpce-1' }] });

    const result = await getTask({
      connection: { ...connection, contract: 'endpoint-service' },
      taskId: 'task-1',
      reading: 'private-link',
      accountId: ACCOUNT,
      endpointIds: ['vpce-1'],
    });

    expect(result).toMatchObject({ privateLink: { connections: [{ endpointId: 'vpce-1' }] } });
  });

  test('shows an empty resource as none', async () => {
    completed({ links: [] });

    const result = await getTask({ ...input, reading: 'private-link', accountId: ACCOUNT });

    expect(result).toMatchObject({ privateLink: { status: 'none', principal: null, connections: [] } });
  });

  test('returns a page of its members', async () => {
    completed({
      status: 'active',
      principals: [{ principal: ACCOUNT, status: 'associated' }, { principal: '210987654321' }],
      connections: [{ associationId: 'rsa-1', ownerId: ACCOUNT }],
    });

    expect(await getTask({ ...input, reading: 'members', from: 1 })).toEqual({
      members: {
        status: 'active',
        principals: ['210987654321 -'],
        others: [],
        owners: [ACCOUNT],
        databases: 0,
        next: null,
      },
    });
  });

  test('finds no members in an empty resource, nor without a task', async () => {
    completed({ links: [] });

    const none = { name: 'PrivateLinkNotFound', message: expect.stringContaining('connection "orders"') };
    expect(await errorOf(getTask({ ...input, reading: 'members' }))).toMatchObject(none);
    expect(await errorOf(getTask({ connection, taskId: null, reading: 'members' }))).toMatchObject(none);
  });

  test('returns the scripts', async () => {
    completed({ resourceEndpointScript: 'import boto3', terraformAwsScript: 'resource {}' });

    expect(await getTask({ ...input, reading: 'endpoint-script' })).toEqual({
      script: { resourceEndpointScript: 'import boto3', terraformAwsScript: 'resource {}' },
    });
  });

  test('finds nothing without a task', async () => {
    api.script();

    const reading = { reading: 'private-link', accountId: ACCOUNT };
    expect(await getTask({ connection, taskId: null, ...reading })).toMatchObject({
      privateLink: { status: 'none', principalCount: 0 },
    });
    expect(api.received).toEqual([]);
  });

  test.each([
    ['PRIVATE_LINK_NOT_FOUND', 'PrivateLinkNotFound'],
    ['PRIVATE_LINK_ALREADY_EXISTS', 'PrivateLinkAlreadyExists'],
    ['PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', 'PrincipalAlreadyExists'],
    ['PRIVATE_LINK_PRINCIPAL_NOT_FOUND', 'PrincipalNotFound'],
  ])('throws %s by its name', async (code, name) => {
    answer({ status: 'processing-error', response: { error: code, additionalInfo: 'x' } });

    expect((await errorOf(getTask({ ...input, reading: 'private-link' }))).name).toBe(name);
  });
});

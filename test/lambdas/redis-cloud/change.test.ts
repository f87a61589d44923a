import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { handler as awaitChange } from '../../../lambdas/redis-cloud/await-change.ts';
import { handler as deletePrivateLink } from '../../../lambdas/redis-cloud/delete-private-link.ts';
import { handler as disassociateConnections } from '../../../lambdas/redis-cloud/disassociate-connections.ts';
import { handler as removePrincipal } from '../../../lambdas/redis-cloud/remove-principal.ts';
import { connection as configured } from '../../connection.ts';
import { ACCOUNT, errorOf, KEYS, ownConnection, share } from './client/fixtures.ts';
import { ScriptedServer } from './scripted-server.ts';

const accounts = { organizationalUnits: [], accountIds: [ACCOUNT], excludedAccountIds: [] };
const CONFIGURED = [configured({ accounts }), configured({ accounts, name: 'other', subscriptionId: 67890 })];
let outside = false;
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: CONFIGURED }),
}));
jest.unstable_mockModule('../../../lambdas/shared/workflows/organization.ts', () => ({
  lookUpAccount: async (accountId: string) => ({ accountId, state: outside ? null : 'ACTIVE', paths: null }),
}));
const { handler: addPrincipal } = await import('../../../lambdas/redis-cloud/add-principal.ts');
const { handler: createPrivateLink } = await import('../../../lambdas/redis-cloud/create-private-link.ts');

const SECOND = 1_000;
const lockHolder = 'arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:one';
const other = { ...share, name: 'other', subscriptionId: 67890 };

const ACCEPTED = { status: 202, body: { taskId: 'task-1', status: 'received' } };
const CHANGED = { status: 409, body: { status: 409, error: 'Conflict', message: 'SUBSCRIPTION_NOT_ACTIVE' } };

const environment = process.env;
let api: ScriptedServer;
let now: number;
/** The items of the table, by their keys. Who has the lock is one of them. */
let items: Map<string, object>;

beforeAll(async () => {
  api = await ScriptedServer.start();
});

afterAll(() => api.close());

beforeEach(() => {
  process.env = {
    ...environment,
    TABLE_NAME: 'table',
    REDIS_CLOUD_URL: `${api.url}/v1`,
    REDIS_CLOUD_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:999999999999:secret:s',
  };
  now = Date.parse('2026-11-23T12:00:00Z');
  items = new Map();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
  jest
    .spyOn(SecretsManagerClient.prototype, 'send')
    .mockImplementation((async () => ({ SecretString: JSON.stringify(KEYS) })) as never);
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation((async (command: Command) => {
    const { input } = command;
    const key = keyOf(input.Key ?? {});
    if (input.Item) items.set(keyOf({ pk: input.Item.pk!, sk: input.Item.sk! }), input.Item);
    if (command instanceof DeleteItemCommand) items.delete(key);
    if (input.UpdateExpression?.startsWith('SET #at')) {
      const { ':at': at, ':seconds': seconds } = input.ExpressionAttributeValues ?? {};
      items.set(key, { at, seconds });
    }
    return { Item: items.get(key) };
  }) as never);
  holderIs(lockHolder);
  outside = false;
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = environment;
});

function keyOf(key: Record<string, { S: string }>): string {
  return JSON.stringify(Object.values(key).map(({ S }) => S));
}

interface Command {
  input: {
    Item?: Record<string, { S: string }>;
    Key?: Record<string, { S: string }>;
    UpdateExpression?: string;
    ExpressionAttributeValues?: Record<string, object>;
  };
}

function holderIs(execution: string): void {
  const holder = { execution: { S: execution }, token: { S: 't' }, since: { S: '' }, lookedAt: { N: '0' } };
  for (const { subscriptionId } of [share, other]) {
    items.set(JSON.stringify([`turn#${subscriptionId}`, 'holder']), { ...holder, place: { S: '' } });
  }
}

type Handler = (event: object) => Promise<unknown>;
const handlers: [string, Handler][] = [
  ['add-principal', addPrincipal],
  ['create-private-link', createPrivateLink],
  ['delete-private-link', deletePrivateLink],
  ['disassociate-connections', disassociateConnections],
  ['remove-principal', removePrincipal],
];
const inputFor = (connection: object) => ({
  connection,
  accountId: ACCOUNT,
  lockHolder,
  connections: [ownConnection],
});
const input = inputFor(share);

describe.each(handlers)('%s', (_name, handler) => {
  test('asks for nothing while another change was refused just now, and asks again soon after', async () => {
    api.script(CHANGED);
    expect((await errorOf(handler(input))).name).toBe('SubscriptionBusy');

    api.script(ACCEPTED);
    now += 9 * SECOND;
    const error = await errorOf(handler(input));
    expect([error.name, api.received.length]).toEqual(['ChangeDue', 0]);
    expect(error.message).toContain('orders');
    expect(error.message).toContain('2026-11-23T12:00:00.000Z');

    now += SECOND;
    expect(await handler(input)).toMatchObject({ taskId: 'task-1' });
  });

  test('does not wait for what another subscription was refused', async () => {
    api.script(CHANGED, ACCEPTED);
    await errorOf(handler(inputFor(other)));
    expect(await handler(input)).toMatchObject({ taskId: 'task-1' });
  });
});

test.each<[string, string | undefined, boolean | null, number | undefined, number | undefined]>([
  ['the first look saw it done', '0.0-20.0', false, 12, undefined],
  ['the first look did not see it done', '18.1-20.0', true, 12, undefined],
  ['the execution is from before that time was kept', '0.0-20.0', true, undefined, undefined],
  ['it is done earlier than expected', '20.0-20.0', true, 60, undefined],
  ['the caller does not say whether it has looked', undefined, null, 12, undefined],
  ['it had to wait for other tasks', '16.1-18.0', true, 12, 2],
  ['it should have had to wait for longer than it took', undefined, true, 12, 21],
])(
  'is learned between which times a change was done where %s',
  async (_, learned, hasLooked, expectedSeconds, queuedSeconds) => {
    api.script({ status: 200, body: { taskId: 'task-1', status: 'processing-completed', response: {} } });
    const acceptedAt = new Date(now - 20 * SECOND).toISOString();
    const change = {
      taskId: 'task-1',
      operation: 'addPrincipal',
      acceptedAt,
      expectedSeconds,
      queuedSeconds,
    };
    expect(await awaitChange({ connection: share, change, lockHolder, hasLooked })).toEqual({
      status: 'processing-completed',
    });
    const item = items.get(JSON.stringify([`pace#${share.subscriptionId}`, 'addPrincipal']));
    const { low, high } = (item ?? {}) as Record<string, { N: string } | undefined>;
    expect(low && `${low.N}-${high?.N}`).toBe(learned);
  },
);

test('a refusal of a change that was accepted first counts as well', async () => {
  const error = { type: 'SUBSCRIPTION_NOT_ACTIVE', status: '409 CONFLICT', description: 'It is changed.' };
  api.script({
    status: 200,
    body: { taskId: 'task-1', status: 'processing-error', response: { error } },
  });
  const change = { taskId: 'task-1', operation: 'addPrincipal' };
  const refused = await errorOf(awaitChange({ connection: share, change, lockHolder }));
  expect(refused.name).toBe('SubscriptionBusy');

  expect((await errorOf(addPrincipal(input))).name).toBe('ChangeDue');
});

test('what Redis Cloud refuses for another reason holds nobody up', async () => {
  api.script({ status: 500, body: {} }, ACCEPTED);
  expect((await errorOf(addPrincipal(input))).name).toBe('RedisCloudUnavailable');
  expect(await addPrincipal(input)).toMatchObject({ taskId: 'task-1' });
});

test.each(['2026-11-23T12:00:01Z', 'yesterday', ''])('a refusal at "%s" holds nobody up', async (at) => {
  items.set(JSON.stringify([`pace#${share.subscriptionId}`, 'refused']), { at: { S: at } });
  api.script(ACCEPTED);
  expect(await addPrincipal(input)).toMatchObject({ taskId: 'task-1' });
});

test('whoever lost the lock is told that, and not to wait', async () => {
  items.set(JSON.stringify([`pace#${share.subscriptionId}`, 'refused']), {
    at: { S: new Date(now).toISOString() },
  });
  holderIs(lockHolder.replace(/one$/, 'two'));
  api.script();
  expect((await errorOf(addPrincipal(input))).name).toBe('LockLost');
});

describe('after a removal of an account', () => {
  const STATUS = (status: string) => ({ status: 200, body: { status } });
  afterEach(() => api.script());

  /** A removal of the subscription was seen done so many seconds ago. */
  function removed(secondsAgo: number): void {
    items.set(JSON.stringify([`pace#${share.subscriptionId}`, 'removePrincipal']), {
      low: { N: '7.0' },
      high: { N: '8.0' },
      at: { S: new Date(now - secondsAgo * SECOND).toISOString() },
    });
  }

  /** How many requests the next change costs when it is asked for after so many seconds. */
  async function requestsAfter(seconds: number, ...answers: object[]): Promise<number> {
    removed(seconds);
    api.script(...(answers as Parameters<typeof api.script>));
    const result = await removePrincipal(input).catch((error: Error) => error);
    const accepted = answers.length > 0 && answers.at(-1) === ACCEPTED;
    expect((result as Error).name).toBe(accepted ? undefined : 'ChangeDue');
    return api.received.length;
  }

  test('the next change waits while the subscription is busy, and is not asked for meanwhile', async () => {
    expect(await requestsAfter(0)).toBe(0);
    expect(await requestsAfter(2, STATUS('pending'))).toBe(1);
    expect(await requestsAfter(5, STATUS('active'), ACCEPTED)).toBe(2);
  });

  test('its status is not asked for again as early as it was busy before', async () => {
    await requestsAfter(2, STATUS('pending'));
    now += 60 * SECOND;
    expect(await requestsAfter(2)).toBe(0);
    expect(await requestsAfter(5, STATUS('active'), ACCEPTED)).toBe(2);
  });

  test('one that was busy for long keeps the next ones for some seconds only', async () => {
    await requestsAfter(50, STATUS('pending'));
    now += 60 * SECOND;
    expect(await requestsAfter(5, STATUS('active'), ACCEPTED)).toBe(2);
  });

  test('it may have become quicker, which is tried each hour', async () => {
    await requestsAfter(2, STATUS('pending'));
    now += 3_601 * SECOND;
    expect(await requestsAfter(2, STATUS('active'), ACCEPTED)).toBe(2);
  });
});

describe.each(handlers.slice(0, 2))('%s, long after it was asked for,', (_name, handler) => {
  test('admits no account that has left the organization meanwhile', async () => {
    outside = true;
    const error = await errorOf(handler(input));
    expect([error.name, api.received.length]).toEqual(['InvalidRequest', 0]);
    expect(error.message).toMatch(/may not be connected to orders: the account is not in the organization/);
  });

  test('admits nobody to a subscription that the connection has no more', async () => {
    const error = await errorOf(handler(inputFor({ ...share, subscriptionId: 67890 })));
    expect([error.name, api.received.length]).toEqual(['InvalidRequest', 0]);
    expect(error.message).toContain('Connection orders is not configured for subscription 67890 any more');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RedisCloud } from '../../../../lambdas/redis-cloud/client/client.ts';
import type { ConnectionTarget } from '../../../../lambdas/redis-cloud/client/connection.ts';
import type { KeySource } from '../../../../lambdas/redis-cloud/client/keys.ts';
import { type Answer, ScriptedServer } from '../scripted-server.ts';
import { ACCOUNT, errorOf, fixedKeys, KEYS, service, share } from './fixtures.ts';

let server: ScriptedServer;
let redisCloud: RedisCloud;

beforeAll(async () => {
  server = await ScriptedServer.start();
  redisCloud = new RedisCloud({ baseUrl: `${server.url}/v1`, keys: fixedKeys });
});

afterAll(() => server.close());

const get = (target: ConnectionTarget) => redisCloud.getPrivateLink(target);
const create = (target: ConnectionTarget) => redisCloud.createPrivateLink(target, ACCOUNT);
const add = (target: ConnectionTarget) => redisCloud.addPrincipal(target, ACCOUNT);
const remove = (target: ConnectionTarget) => redisCloud.removePrincipal(target, ACCOUNT);
const getTask = () => redisCloud.getTask('task-1');

/** A refusal as Redis Cloud words it. */
const refusal = (status: number, error = '', more = {}): Answer => ({
  status,
  body: { timestamp: '2026-11-23T12:00:00.000+00:00', status, error, path: '/v1/x', ...more },
});

describe('a refusal by HTTP status has a name', () => {
  test.each([
    [400, 'InvalidRequest'],
    [401, 'AccessDenied'],
    [403, 'AccessDenied'],
    [404, 'PrivateLinkNotFound'],
    [405, 'ContractMismatch'],
    [408, 'RedisCloudUnavailable'],
    [409, 'SubscriptionBusy'],
    [412, 'PreconditionFailed'],
    [415, 'InvalidRequest'],
    [422, 'InvalidRequest'],
    [429, 'RateLimited'],
    [500, 'RedisCloudUnavailable'],
    [502, 'RedisCloudUnavailable'],
    [503, 'RedisCloudUnavailable'],
  ])('%d: %s', async (status, name) => {
    server.script(refusal(status, 'Some Text'));

    const error = await errorOf(add(share));

    expect(error.name).toBe(name);
    expect(error.message).toContain('add a principal to the PrivateLink of connection "orders"');
    expect(error.message).toContain('subscription 12345');
    expect(error.message).toContain(`HTTP ${status}`);
    expect(error.message).toContain('Some Text');
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ['a read', get, 'PrivateLinkNotFound'],
    ['a creation', create, 'SubscriptionNotFound'],
    ['a removal', remove, 'PrivateLinkNotFound'],
    ['a task', getTask, 'TaskUnknown'],
  ])('404 of %s', async (_name, call, name) => {
    server.script(refusal(404, 'Not Found'));

    expect((await errorOf(call(share))).name).toBe(name);
  });

  test('a task that is not known stays so whatever the answer says', async () => {
    server.script(refusal(404, 'SUBSCRIPTION_NOT_FOUND'));

    expect((await errorOf(getTask())).name).toBe('TaskUnknown');
  });

  test.each([
    ['creation', create, share, 'Conflict', 'SubscriptionBusy'],
    ['creation', create, share, 'The private link already exists', 'PrivateLinkAlreadyExists'],
    ['creation', create, share, 'PRIVATE_LINK_ALREADY_EXISTS', 'PrivateLinkAlreadyExists'],
    ['creation', create, service, 'Conflict', 'SubscriptionBusy'],
    ['admission', add, share, 'Conflict', 'SubscriptionBusy'],
    ['admission', add, share, 'Principal already exists', 'PrincipalAlreadyExists'],
    ['admission', add, share, 'PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', 'PrincipalAlreadyExists'],
    ['admission', add, service, 'Conflict', 'PrincipalAlreadyExists'],
    ['admission', add, service, 'SUBSCRIPTION_NOT_ACTIVE', 'SubscriptionBusy'],
    ['removal', remove, share, 'Conflict', 'SubscriptionBusy'],
    ['removal', remove, share, 'TOO_MANY_PENDING_SUBSCRIPTIONS', 'SubscriptionBusy'],
  ])('409 of a(n) %s, %#', async (_name, call, target, text, name) => {
    server.script(refusal(409, text));

    expect((await errorOf(call(target))).name).toBe(name);
  });

  test.each([
    [404, 'PRIVATE_LINK_PRINCIPAL_NOT_FOUND', 'PrincipalNotFound'],
    [404, 'SUBSCRIPTION_NOT_FOUND', 'SubscriptionNotFound'],
    [400, 'PRIVATE_LINK_IS_NOT_SUPPORTED', 'NotSupported'],
    [422, 'PRIVATE_LINK_NOT_FOUND', 'PrivateLinkNotFound'],
    [500, 'PRIVATE_LINK_NOT_FOUND', 'RedisCloudUnavailable'],
    [429, 'TOO_MANY_PENDING_SUBSCRIPTIONS', 'RateLimited'],
  ])('%d with the code %s: %s', async (status, code, name) => {
    server.script(refusal(status, 'x', { message: `${code}: no` }));

    expect((await errorOf(remove(share))).name).toBe(name);
  });

  test.each([400, 405, 422])('%d points at the contract setting', async (status) => {
    server.script(refusal(status), refusal(status));

    expect((await errorOf(add(share))).message).toContain('set "contract" to "endpoint-service"');
    expect((await errorOf(add(service))).message).toContain('set "contract" to "resource-share"');
  });

  test.each([401, 403])('%d points at the CIDR allow-list', async (status) => {
    server.script(refusal(status));

    expect((await errorOf(get(share))).message).toContain('CIDR allow-list');
  });

  test('what is to be done stands before what Redis Cloud has said, which lists cut off', async () => {
    server.script(refusal(401));

    expect((await errorOf(get(share))).message).toMatch(/HTTP 401\. The keys are not valid.* Its answer: \S/);
  });

  test('long texts are quoted in short', async () => {
    server.script({ status: 400, body: 'x'.repeat(5000) });

    expect((await errorOf(add(share))).message.length).toBeLessThan(700);
  });
});

describe('without a usable answer', () => {
  test('a lost connection means unavailable', async () => {
    server.script('hang-up');

    expect((await errorOf(get(share))).name).toBe('RedisCloudUnavailable');
  });

  test('a server that does not answer is given up', async () => {
    const hasty = new RedisCloud({ baseUrl: server.url, keys: fixedKeys, timeLimit: 20 });
    server.script('silence');

    const error = await errorOf(hasty.getPrivateLink(share));

    expect(error.name).toBe('RedisCloudUnavailable');
    expect(error.message).toContain('did not answer within 0.02 s');
  });

  test('a closed port is named by its error code', async () => {
    const closed = await ScriptedServer.start();
    const nowhere = new RedisCloud({ baseUrl: closed.url, keys: fixedKeys });
    await closed.close();

    const error = await errorOf(nowhere.getPrivateLink(share));

    expect([error.name, error.cause]).toEqual(['RedisCloudUnavailable', undefined]);
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('redirects are not followed', async () => {
    const elsewhere = await ScriptedServer.start();
    server.script({ status: 307, headers: { location: `${elsewhere.url}/v1` } });

    const error = await errorOf(add(share));
    await elsewhere.close();

    expect(error.name).toBe('InvalidRequest');
    expect(elsewhere.received).toEqual([]);
  });
});

describe('the address', () => {
  test.each([
    'http://api.redislabs.com/v1',
    'http://127.0.0.1.example.com/v1',
    'http://localhost.example.com',
    'ftp://127.0.0.1/',
    'https://user:password@api.redislabs.com/v1',
    'https://api.redislabs.com/v1?x=1',
    'api.redislabs.com',
    '',
  ])('%p is refused', (baseUrl) => {
    expect(() => new RedisCloud({ baseUrl, keys: fixedKeys })).toThrow(/must be an https URL/);
  });

  test.each(['https://api.redislabs.com/v1', 'http://localhost:8080/v1/', 'http://[::1]:8080'])(
    '%p is accepted',
    (baseUrl) => {
      expect(() => new RedisCloud({ baseUrl, keys: fixedKeys })).not.toThrow();
    },
  );

  test('may end in a slash', async () => {
    server.script({ status: 204 });

    await new RedisCloud({ baseUrl: `${server.url}/v1/`, keys: fixedKeys }).getPrivateLink(share);

    expect(server.received[0]?.path).toBe('/v1/subscriptions/12345/private-link');
  });
});

describe('keys that are refused', () => {
  const NEW = { apiKey: 'new-account-key', secretKey: 'new-user-key' };
  const rotated: KeySource = { current: async () => KEYS, renewed: async () => NEW };

  test('are read again, and the call is made again with the new ones', async () => {
    server.script(refusal(401), { status: 202, body: { taskId: 'task-1' } });

    const started = await new RedisCloud({ baseUrl: server.url, keys: rotated }).addPrincipal(share, ACCOUNT);

    expect(started).toEqual({ taskId: 'task-1' });
    expect(server.received.map(({ headers }) => headers['x-api-secret-key'])).toEqual([
      KEYS.secretKey,
      NEW.secretKey,
    ]);
    expect(server.received[1]?.body).toBe(server.received[0]?.body);
  });

  test('are read again once only', async () => {
    server.script(refusal(401), refusal(401));

    const error = await errorOf(
      new RedisCloud({ baseUrl: server.url, keys: rotated }).addPrincipal(share, ACCOUNT),
    );

    expect([error.name, server.received.length]).toEqual(['AccessDenied', 2]);
  });

  test('are not tried again when they are still the same', async () => {
    server.script(refusal(401));

    expect((await errorOf(add(share))).name).toBe('AccessDenied');
    expect(server.received).toHaveLength(1);
  });

  test('are not read again after 403', async () => {
    server.script(refusal(403));

    const error = await errorOf(new RedisCloud({ baseUrl: server.url, keys: rotated }).getPrivateLink(share));

    expect([error.name, server.received.length]).toEqual(['AccessDenied', 1]);
  });
});

test.each([
  ['a refusal', { status: 400, body: `bad key ${KEYS.apiKey} ${KEYS.secretKey}` }, 'InvalidRequest'],
  ['an answer without a task', { status: 200, body: { echo: [KEYS.secretKey] } }, 'RedisCloudUnavailable'],
])('a key that %s repeats is not passed on', async (_name, answer, name) => {
  server.script(answer);

  const error = await errorOf(add(share));

  expect(error.name).toBe(name);
  expect(error.message).toContain('***');
  expect(error.message).not.toMatch(/account-key-4711|user-key-0815/);
});

test.each<[string, (key: string) => string]>([
  ['as part of an address', encodeURIComponent],
  ['in Base64', (key) => Buffer.from(key).toString('base64')],
  ['in Base64, after one character', (key) => Buffer.from(`:${key}:`).toString('base64')],
  ['in Base64, after two characters', (key) => Buffer.from(`u:${key}`).toString('base64')],
  ['in Base64 for addresses', (key) => Buffer.from(key).toString('base64url')],
])('a key that is repeated %s is not passed on either', async (_form, encode) => {
  const keys = { apiKey: 'account/key?4711&>>>', secretKey: 'user+key=0815~~~???' };
  const source: KeySource = { current: async () => keys, renewed: async () => null };
  for (const key of Object.values(keys)) {
    server.script({ status: 400, body: `bad key ${encode(key)}.` });
    const error = await errorOf(
      new RedisCloud({ baseUrl: server.url, keys: source }).addPrincipal(share, ACCOUNT),
    );
    expect(error.message).toMatch(/bad key .{0,3}\*\*\*.{0,4}\./);
    expect(error.message).not.toContain(encode(key));
  }
});

import { request as httpRequest } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { RequestMeter } from '../../../local/redis-cloud/request-meter.ts';
import { codeOf, headers, withRedisCloud } from './harness.ts';

const link = '/subscriptions/51/private-link';
const serviceLink = '/subscriptions/52/private-link';
const create = { shareName: 'share', principal: '111111111111', type: 'aws_account' };
const connection = { associationId: 'rsa-1', type: 'vpc_endpoint', principalId: '111111111111' };

/** Sends a body with any method, which `fetch` refuses for GET. */
function statusOf(method: string, url: string, body: unknown): Promise<number | undefined> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    httpRequest(url, { method, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(text);
  });
}

describe('requests', () => {
  test.each([[{ 'x-api-key': 'wrong' }], [{ 'x-api-secret-key': 'wrong' }]])(
    'with a wrong key are refused without naming it',
    (wrong) =>
      withRedisCloud({}, async ({ request }) => {
        const answer = await request('GET', link, undefined, { headers: wrong });
        expect(answer.status).toBe(401);
        expect(answer.body).toEqual({
          timestamp: '2026-11-01T00:00:00.000Z',
          status: 401,
          error: 'Unauthorized',
          path: `/v1${link}`,
        });
      }),
  );

  test.each([
    ['GET', '/unknown', 404],
    ['GET', '/subscriptions/0051/private-link', 404],
    ['GET', '/subscriptions/x/private-link', 404],
    ['GET', '/subscriptions/99999999999/private-link', 404],
    ['GET', '/subscriptions/2147483648/private-link', 404],
    ['GET', '/subscriptions/1/private-link', 404],
    ['GET', '/subscriptions/60/regions/2/private-link', 404],
    ['GET', '/subscriptions/60/regions/9/private-link', 404],
    ['GET', '/subscriptions/51/regions', 404],
    ['PATCH', link, 405],
    ['PUT', `${link}/connections/disassociate`, 405],
    ['POST', `${serviceLink}/connections/disassociate`, 405],
  ])('%s %s answers %i', (method, path, status) =>
    withRedisCloud({}, async ({ request }) => {
      expect((await request(method, path)).status).toBe(status);
    }),
  );

  test.each<[string, string, unknown]>([
    ['POST', link, {}],
    ['POST', link, { ...create, shareName: 'x'.repeat(65) }],
    ['POST', link, { ...create, type: 'account' }],
    ['POST', link, { ...create, principal: 111111111111 }],
    ['POST', link, { ...create, subscriptionId: 51 }],
    ['POST', link, '{"shareName":'],
    ['POST', link, 'null'],
    ['GET', link, {}],
    ['DELETE', link, {}],
    ['POST', `${link}/principals`, { principal: 'arn:aws:iam::111111111111:root' }],
    ['POST', `${link}/principals`, { type: 'aws_account' }],
    ['DELETE', `${link}/principals`, { principals: ['111111111111'] }],
    ['POST', `${link}/connections/disassociate`, { connections: [] }],
    ['POST', `${link}/connections/disassociate`, { connections: [{ ...connection, ownerId: '1' }] }],
    ['POST', `${link}/connections/disassociate`, { connections: [{ associationId: 'rsa-1' }] }],
    ['POST', serviceLink, create],
    ['POST', `${serviceLink}/principals`, { principal: '111111111111', type: 'aws_account' }],
    ['DELETE', `${serviceLink}/principals`, { principal: '111111111111' }],
    ['DELETE', `${serviceLink}/principals`, { principals: [] }],
    ['PUT', `${serviceLink}/connections/disassociate`, { connections: [connection] }],
    ['PUT', `${serviceLink}/connections/disassociate`, { endpointIds: ['rsa-1'] }],
  ])('%s %s with the body %j are refused', (method, path, body) =>
    withRedisCloud({}, async ({ cloud, sleep }) => {
      const status = await statusOf(method, cloud.url + path, body);
      expect(status).toBe(400);
      await sleep(500);
      expect(cloud.runningTasks()).toEqual([]);
    }),
  );

  test('that are not JSON, too long or of unknown effect are refused', () =>
    withRedisCloud({}, async ({ request }) => {
      const text = { headers: { 'content-type': 'text/plain' } };
      expect((await request('POST', link, create, text)).status).toBe(415);
      expect((await request('POST', link, 'x'.repeat(70_000))).status).toBe(413);
      expect((await request('POST', link, { ...create, type: 'organization_unit' })).status).toBe(501);
    }));

  test('beyond 400 a minute are refused, until the minute has passed', () =>
    withRedisCloud({}, async ({ request, sleep, cloud }) => {
      const first = await request('GET', '/tasks');
      expect(first.headers.get('x-rate-limit-remaining')).toBe('399');
      await sleep(1_000);
      const others = await Promise.all(Array.from({ length: 400 }, () => request('GET', '/tasks')));
      expect(others.filter(({ status }) => status === 429)).toHaveLength(1);
      await sleep(58_999);
      expect((await request('GET', '/tasks')).status).toBe(429);
      await sleep(1);
      const next = await request('GET', '/tasks');
      expect([next.status, next.headers.get('x-rate-limit-remaining')]).toEqual([200, '0']);
      expect(cloud.calls.peakPerMinute).toBe(402);
    }));

  test('are counted by operation', () =>
    withRedisCloud({}, async ({ request, finish, cloud }) => {
      await finish('POST', link, create);
      await request('GET', '/nowhere');
      const { createPrivateLink, unknown, getTask } = cloud.calls.byOperation();
      expect([createPrivateLink, unknown]).toEqual([1, 1]);
      expect(cloud.calls.total).toBe(2 + getTask!);
    }));

  test('are answered with 204 where that is chosen, and take effect', () =>
    withRedisCloud({ ways: { 'write-answer': 'no-content' } }, async ({ request, sleep, cloud }) => {
      const answer = await request('POST', link, create);
      expect([answer.status, answer.body]).toEqual([204, undefined]);
      await sleep(61_000);
      expect(cloud.privateLink(51)?.status).toBe('active');
    }));

  test('can be answered otherwise, dropped, or left without their answer', () =>
    withRedisCloud({}, async ({ request, sleep, cloud }) => {
      cloud.faults.intercept = ({ operation }) =>
        operation === 'createPrivateLink' ? { status: 503, headers: { 'retry-after': '1' } } : undefined;
      const answer = await request('POST', link, create);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(answer.body.error).toBe('Service Unavailable');
      expect((await request('GET', '/tasks')).status).toBe(200);

      cloud.faults.intercept = () => 'drop';
      await expect(request('POST', link, create)).rejects.toThrow();
      expect(cloud.isActive(51)).toBe(true);

      cloud.faults.intercept = () => 'lose-answer';
      await expect(request('POST', link, create)).rejects.toThrow();
      cloud.faults.intercept = undefined;
      await sleep(61_000);
      expect(cloud.privateLink(51)?.status).toBe('active');
    }));

  test('can be processed without ever being answered', () =>
    withRedisCloud({}, async ({ cloud, sleep }) => {
      const patience = new AbortController();
      cloud.faults.intercept = () => {
        setImmediate(() => patience.abort());
        return 'no-answer';
      };
      const answer = fetch(cloud.url + link, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(create),
        signal: patience.signal,
      });
      await expect(answer).rejects.toThrow();
      await sleep(61_000);
      expect(cloud.privateLink(51)?.status).toBe('active');
    }));
});

describe('Active-Active subscriptions', () => {
  const regional = '/subscriptions/60/regions/4/private-link';

  test('have a PrivateLink for each region', () =>
    withRedisCloud({ ways: { 'none-shape': 'empty' } }, async ({ finish, sleep, cloud }) => {
      await finish('POST', regional, create);
      await sleep(40_000);
      const task = await finish('GET', regional);
      expect(task.commandType).toBe('privateLinkActiveActiveGetRequest');
      expect(task.response.resource).toMatchObject({ status: 'active', subscriptionId: 60, regionId: 4 });
      expect(task.response.resource.shareArn).toContain(':eu-west-1:');
      expect(cloud.privateLink(60, 1)).toBeUndefined();
    }));

  test('list the regions that have a database', () =>
    withRedisCloud({}, async ({ request }) => {
      const { body } = await request('GET', '/subscriptions/60/regions');
      expect(body.regions).toMatchObject([
        { regionId: 1, region: 'us-east-1', databases: [{ databaseId: 7 }] },
        { regionId: 4, region: 'eu-west-1', databases: [{ databaseId: 7 }] },
      ]);
      expect((await request('GET', '/subscriptions/60')).body).toMatchObject({
        id: 60,
        status: 'active',
        deploymentType: 'active-active',
      });
    }));

  test.each<[string, string, unknown]>([
    ['GET', '', undefined],
    ['GET', '/endpoint-script', undefined],
    ['POST', '', create],
    ['DELETE', '', undefined],
    ['POST', '/principals', { principal: '111111111111', type: 'aws_account' }],
    ['DELETE', '/principals', { principal: '111111111111' }],
    ['POST', '/connections/disassociate', { connections: [connection] }],
  ])('refuse the standard path of %s private-link%s, and the other way round', (method, path, body) =>
    withRedisCloud({}, async ({ finish, cloud }) => {
      const wrong = await finish(method, `/subscriptions/60/private-link${path}`, body);
      expect(codeOf(wrong)).toMatch(/^PRIVATE_LINK_.*_NOT_ALLOWED_WITH_AN_ACTIVE_ACTIVE_SUBSCRIPTION$/);
      const other = await finish(method, `/subscriptions/51/regions/1/private-link${path}`, body);
      expect(codeOf(other)).toMatch(/^PRIVATE_LINK_.*_NOT_ALLOWED_WITH_A_SINGLE_REGION_SUBSCRIPTION$/);
      expect(cloud.isActive(60) && cloud.isActive(51)).toBe(true);
    }),
  );
});

test('the peak is the most in any minute', () => {
  const meter = new RequestMeter();
  for (const time of [0, 30_000, 59_999, 60_000, 60_001]) meter.arrive('getTask', time);
  for (let time = 200_000; time < 500_000; time += 60_000) meter.arrive('getTask', time);
  expect([meter.peakPerMinute, meter.total]).toEqual([4, 10]);
});

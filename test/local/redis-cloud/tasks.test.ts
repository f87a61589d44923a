import { describe, expect, test } from '@jest/globals';
import { codeOf, service, standard, withRedisCloud } from './harness.ts';

const read = '/subscriptions/51/private-link';
const create = { shareName: 'share', principal: '111111111111', type: 'aws_account' };

describe('tasks', () => {
  test('are unknown for a moment, then wait, are processed, and completed', () =>
    withRedisCloud({ ways: { 'none-shape': 'empty' } }, async ({ request, sleep, clock }) => {
      const accepted = await request('GET', read);
      const path = `/tasks/${accepted.body.taskId}`;

      expect(accepted.status).toBe(202);
      expect(accepted.body).toMatchObject({
        commandType: 'privateLinkGetRequest',
        status: 'received',
        timestamp: '2026-11-01T00:00:00.000Z',
      });
      expect((await request('GET', path)).status).toBe(404);
      await sleep(300);
      expect((await request('GET', path)).body.status).toBe('processing-in-progress');
      await sleep(799);
      expect((await request('GET', path)).body.status).toBe('processing-in-progress');
      await sleep(1);
      const { status, body } = await request('GET', path);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'processing-completed',
        timestamp: new Date(clock.now()).toISOString(),
        response: { resourceId: 51, resource: { links: [] } },
      });
    }));

  test('of the whole account are processed one after the other, reads included', () =>
    withRedisCloud({ ways: { 'none-shape': 'empty' } }, async ({ request, sleep, cloud }) => {
      await request('POST', read, create);
      const second = await request('GET', '/subscriptions/52/private-link');
      const path = `/tasks/${second.body.taskId}`;

      await sleep(20_200);
      expect((await request('GET', path)).body.status).toBe('received');
      expect(cloud.runningTasks().map(({ status }) => status)).toEqual([
        'processing-in-progress',
        'received',
      ]);
      await sleep(200);
      expect((await request('GET', path)).body.status).toBe('processing-in-progress');
      await sleep(800);
      expect((await request('GET', path)).body.status).toBe('processing-completed');
    }));

  test('are listed while they run', () =>
    withRedisCloud({ ways: { 'none-shape': 'empty' } }, async ({ request, sleep }) => {
      const { body: task } = await request('GET', read);
      expect((await request('GET', '/tasks')).body).toEqual({ tasks: [] });
      await sleep(500);
      const { body: running } = await request('GET', '/tasks');
      expect(running.tasks.map(({ taskId }: { taskId: string }) => taskId)).toEqual([task.taskId]);
      await sleep(1_000);
      expect((await request('GET', '/tasks')).body).toEqual({ tasks: [] });
    }));

  test('that nobody started do not exist', () =>
    withRedisCloud({}, async ({ request }) => {
      const answer = await request('GET', '/tasks/constructor');
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({
        timestamp: '2026-11-01T00:00:00.000Z',
        status: 404,
        error: 'Not Found',
        path: '/v1/tasks/constructor',
      });
    }));

  test('fail with an error object and with a bare code in turn', () =>
    withRedisCloud({ ways: { 'none-shape': 'task-code' } }, async ({ finish }) => {
      const first = await finish('GET', read);
      const second = await finish('GET', read);

      expect(first).toMatchObject({
        status: 'processing-error',
        response: { error: { type: expect.any(String), status: '404 NOT_FOUND' } },
      });
      expect(second).toMatchObject({
        status: 'processing-error',
        response: { error: expect.any(String), additionalInfo: 'Subscription 51 has no PrivateLink.' },
      });
      expect([codeOf(first), codeOf(second)].sort()).toEqual([
        'PRIVATELINK_SERVICE_NOT_FOUND',
        'PRIVATE_LINK_NOT_FOUND',
      ]);
    }));

  test('fail as they are told to, without doing anything', () =>
    withRedisCloud({}, async ({ finish, cloud, sleep }) => {
      cloud.faults.failTasks({ operation: 'createPrivateLink', code: 'PRIVATE_LINK_IS_NOT_SUPPORTED' });

      expect(codeOf(await finish('POST', read, create))).toBe('PRIVATE_LINK_IS_NOT_SUPPORTED');
      expect(cloud.privateLink(51)).toBeUndefined();
      expect(cloud.isActive(51)).toBe(true);
      expect((await finish('POST', read, create)).status).toBe('processing-completed');
      await sleep(1);
    }));
});

describe('a subscription that is being changed', () => {
  test('refuses further changes with 409, through provisioning, but not reads', () =>
    withRedisCloud({}, async ({ request, finish, sleep, cloud }) => {
      const add = { principal: '222222222222', type: 'aws_account' };
      await finish('POST', read, create);

      expect((await request('POST', `${read}/principals`, add)).status).toBe(409);
      expect((await finish('GET', read)).status).toBe('processing-completed');
      expect((await request('GET', '/subscriptions/51')).body.status).toBe('pending');
      expect(cloud.isActive(51)).toBe(false);
      await sleep(40_000);
      expect((await request('GET', '/subscriptions/51')).body.status).toBe('active');
      expect((await finish('POST', `${read}/principals`, add)).status).toBe('processing-completed');
    }));

  test('refuses them by tasks that end in an error, if so chosen', () =>
    withRedisCloud({ ways: { 'busy-answer': 'task' } }, async ({ request, finish }) => {
      await request('POST', read, create);

      expect(codeOf(await finish('DELETE', read))).toBe('SUBSCRIPTION_NOT_ACTIVE');
      expect(codeOf(await finish('DELETE', read))).toBe('CONFLICT_ERROR');
    }));

  test('leaves room for two others', () =>
    withRedisCloud(
      { subscriptions: [1, 2, 3, 4].map((subscriptionId) => ({ ...standard, subscriptionId })) },
      async ({ request, finish, sleep }) => {
        for (const id of [1, 2, 3]) await request('POST', `/subscriptions/${id}/private-link`, create);

        const refused = await finish('POST', '/subscriptions/4/private-link', create);
        expect(codeOf(refused)).toBe('TOO_MANY_PENDING_SUBSCRIPTIONS');
        await sleep(60_000);
        const accepted = await finish('POST', '/subscriptions/4/private-link', create);
        expect(accepted.status).toBe('processing-completed');
      },
    ));
});

test('contradictory subscriptions are refused at the start', async () => {
  const work = async () => {};
  await expect(withRedisCloud({ subscriptions: [standard, standard] }, work)).rejects.toThrow(/regionId/);
  const regions = [
    { ...standard, regionId: 1 },
    { ...service, subscriptionId: 51, regionId: 2 },
  ];
  await expect(withRedisCloud({ subscriptions: regions }, work)).rejects.toThrow(/different contracts/);
});

import { expect } from '@jest/globals';
import { redisCloud } from '../../../assumptions/redis-cloud.ts';
import { readWorld } from '../../../assumptions/register.ts';
import { redisCloudIn } from '../../../local/assumed.ts';
import { defaultWays, type Ways } from '../../../local/redis-cloud/ways.ts';
import { long, one } from '../../long.ts';
import { PUBLISHED, service, standard, withRedisCloud } from './harness.ts';

const LINK = '/subscriptions/51/private-link';
const PRINCIPALS = `${LINK}/principals`;
const [ONE, TWO, THREE] = ['111111111111', '222222222222', '333333333333'];
const create = { shareName: 'share', principal: ONE, type: 'aws_account' };

type Line = [what: string, answer: unknown];

/** A conversation that comes by everything that a way can change: what was asked, and what was answered. */
async function conversation(ways: Partial<Ways>): Promise<Line[]> {
  const lines: Line[] = [];
  const subscriptions = [
    standard,
    service,
    { ...standard, subscriptionId: 53 },
    { ...standard, subscriptionId: 54 },
    { ...standard, subscriptionId: 55 },
  ];
  await withRedisCloud({ ways, subscriptions }, async (client) => {
    const { request, sleep, provider } = client;
    const say = async (method: string, path: string, body?: unknown) => {
      const { status, headers, body: answer } = await request(method, path, body);
      const header = headers.get('x-rate-limit-remaining') !== null;
      lines.push([`${method} ${path}`, { status, header, answer: answer ?? null }]);
      return answer?.taskId as string | undefined;
    };
    /** Makes a request and looks at its task until it has ended. */
    const finish = async (method: string, path: string, body?: unknown) => {
      const taskId = await say(method, path, body);
      for (let looks = 0; taskId !== undefined && looks < 80; looks += 1) {
        await sleep(500);
        const { status, body: task } = await request('GET', `/tasks/${taskId}`);
        lines.push([`look ${looks}`, { status, task: status === 200 ? task : null }]);
        if (/completed|error/i.test(task?.status ?? '')) return taskId;
      }
      return taskId;
    };
    const type = ways['connection-type'] ?? PUBLISHED['connection-type']!;
    const connection = (id: string) => ({ associationId: `rsa-${id}`, type, principalId: ONE });

    for (let reads = 0; reads < 6; reads += 1) await finish('GET', LINK);
    await finish('DELETE', PRINCIPALS, { principal: ONE });
    const created = await finish('POST', LINK, create);
    await finish('GET', LINK);
    await say('POST', PRINCIPALS, { principal: TWO, type: 'aws_account' });
    await sleep(61_000);
    if (created) await say('GET', `/tasks/${created}`);
    await finish('POST', LINK, create);
    await finish('POST', '/subscriptions/53/private-link', create);
    await finish('GET', `${LINK}/endpoint-script`);
    await finish('GET', `${LINK}/endpoint-script?includeTerraformAwsScript=true`);
    await finish('POST', PRINCIPALS, { principal: TWO, type: 'aws_account' });
    await finish('GET', LINK);
    provider.states.set(ONE, 'accepted');
    provider.states.set(TWO, 'expired');
    provider.connect(ONE, 'vpce-0a1');
    provider.connect(ONE, 'vpce-0a2');
    await finish('GET', LINK);
    await finish('DELETE', PRINCIPALS, { principal: THREE });
    await finish('POST', PRINCIPALS, { principal: TWO, type: 'aws_account' });
    await finish('POST', `${LINK}/connections/disassociate`, { connections: [connection('vpce-0a1')] });
    await finish('POST', `${LINK}/connections/disassociate`, { connections: [connection('vpce-0a9')] });
    provider.deleteEndpoint('vpce-0a2');
    await finish('DELETE', PRINCIPALS, { principal: TWO });
    await finish('GET', LINK);
    await sleep(25_000);
    await finish('GET', LINK);
    await finish('DELETE', LINK);
    for (const id of [53, 54, 55]) {
      await say('POST', `/subscriptions/${id}/private-link`, { ...create, shareName: `share-${id}` });
    }
    await finish('POST', '/subscriptions/52/private-link', {});
    await say('GET', '/subscriptions/51');
  });
  return lines;
}

const rest = redisCloud.flatMap(({ name, alternatives }) =>
  alternatives.map(({ value }) => [name, value] as const),
);

long(
  'every alternative can be told from every other one by what Redis Cloud answers',
  async () => {
    const usual: Partial<Ways> = { ...defaultWays, ...PUBLISHED, ...KIND };
    const usually = JSON.stringify(await conversation(KIND));
    const heard = new Map<string, string>();
    for (const [name, value] of rest) {
      const isUsual = usual[name] === value;
      const lines = isUsual ? usually : JSON.stringify(await conversation({ ...KIND, [name]: value }));
      heard.set(`${name}=${value}`, lines);
    }
    for (const { name, alternatives } of redisCloud) {
      const different = new Set(alternatives.map(({ value }) => heard.get(`${name}=${value}`)));
      expect([name, different.size]).toEqual([name, alternatives.length]);
    }
  },
  120_000,
);

/** What must be so for the others to show: one order of things. */
const KIND: Partial<Ways> = {
  'removed-principal': 'leaves',
  'service-networks': 'not-listed',
  'disassociation-principal': 'owner',
  'write-answer': 'task',
};

one.each(rest)('--assume %s=%s is what the local Redis Cloud does', (name, value) => {
  expect(redisCloudIn(readWorld([`${name}=${value}`])).ways).toMatchObject({ [name]: value });
});

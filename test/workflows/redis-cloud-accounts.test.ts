// Long: two accounts of Redis Cloud in whole workflows. test/lambdas/redis-cloud/accounts.test.ts always
// looks which keys a function takes.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Activity, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { localWorld } from '../../assumptions/register.ts';
import type { Configuration } from '../../lib/configuration.ts';
import { awsIn } from '../../local/assumed.ts';
import { Deployment } from '../../local/deployment.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { synthesize } from '../../local/synthesize.ts';
import { long } from '../long.ts';
import { Lab, MINUTE, outcome, VPC } from './harness.ts';
import { configuration as organization } from './organization.ts';

jest.setTimeout(60_000);

const [orders] = organization.connections as [Configuration['connections'][number]];
const genes = {
  ...orders,
  name: 'genes',
  subscriptionId: 55_555,
  shareName: 'redis-privatelink-genes',
  redisCloudAccount: 'research',
};
const keysOf = (account: string) => ({
  apiKey: `account-key-of-${account}`,
  secretKey: `user-key-of-${account}`,
});

const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
const provider = new ProviderSide({ clock });
const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
let cloud: Deployment;
let redisClouds: Record<'default' | 'research', RedisCloud>;

/** A Redis Cloud that knows one account, and so the subscription of one connection. */
function redisCloudOf(
  account: string,
  { subscriptionId, region, contract }: typeof orders,
): Promise<RedisCloud> {
  return startRedisCloud({
    clock,
    provider,
    keys: keysOf(account),
    subscriptions: [
      {
        subscriptionId,
        region,
        contract,
        zoneIds: zonesOf(region).map(({ id }) => id),
        databases: [{ databaseId: 51, port: 12_345 }],
      },
    ],
  });
}

beforeAll(async () => {
  redisClouds = {
    default: await redisCloudOf('default', orders),
    research: await redisCloudOf('research', genes),
  };
  const accounts = Object.entries(redisClouds).map(([name, { url }]) => ({
    name,
    apiUrl: url,
    secretName: `redis-privatelink/${name}`,
  }));
  const configuration = { ...organization, redisCloud: { accounts }, connections: [orders, genes] };
  await synthesize(configuration, folder);
  const conduct = awsIn(localWorld());
  const options = { configuration, assembly: folder, clock, provider, conduct };
  cloud = await Deployment.start({ ...options, keys: { apiKey: 'nobody', secretKey: 'yet' } });
});

afterAll(async () => {
  await cloud.close();
  for (const one of Object.values(redisClouds)) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

function inLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  return Activity.run(clock, async (activity) => {
    const lab = new Lab(cloud, redisClouds.default, activity, keysOf('default'));
    await work(lab);
    await lab.settled();
    lab.end();
  });
}

const fill = (lab: Lab, account: string, keys = keysOf(account)) =>
  lab.call('secretsmanager', 'PutSecretValue', {
    SecretId: `redis-privatelink/${account}`,
    SecretString: JSON.stringify(keys),
  });

async function alarms(lab: Lab): Promise<string[]> {
  const { MetricAlarms } = await lab.call<{ MetricAlarms: { AlarmName: string; StateValue: string }[] }>(
    'monitoring',
    'DescribeAlarms',
    {},
  );
  return MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM')
    .map(({ AlarmName }) => AlarmName.replace('redis-privatelink-', ''))
    .filter((name) => name.startsWith('keys-refused'));
}

describe('with several Redis Cloud accounts', () => {
  test('one whose keys are refused alarms for itself, and the other goes on', () =>
    inLab(async (lab) => {
      lab.watchAlarms();
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await fill(lab, 'default');
      await fill(lab, 'research', keysOf('somebody'));
      const [first, second] = await Promise.all([
        lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC }),
        lab.run('onboard', { connection: 'genes', accountId, vpcId: VPC }),
      ]);
      expect(outcome(first).status).toBe('SUCCEEDED');
      expect(outcome(second)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      await lab.sleep(2 * MINUTE);
      expect(await alarms(lab)).toEqual(['keys-refused-research']);

      await fill(lab, 'research');
      expect(outcome(await lab.redrive(second)).status).toBe('SUCCEEDED');
      expect(await lab.endpoints(accountId)).toHaveLength(2);
    }));

  long('each is asked for its own subscriptions only, from a budget of its own', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      for (const connection of ['orders', 'genes']) {
        const execution = await lab.run('onboard', { connection, accountId, vpcId: VPC });
        expect(outcome(execution).status).toBe('SUCCEEDED');
      }
      expect(await lab.items('redis-cloud')).toEqual([
        'redis-cloud requests',
        'redis-cloud requests#research',
        'redis-cloud slot',
        'redis-cloud slot#research',
      ]);
      expect(outcome(await lab.run('reconcile', {})).status).toBe('SUCCEEDED');
      for (const connection of ['orders', 'genes']) {
        const execution = await lab.run('offboard', { connection, accountId });
        expect(outcome(execution).status).toBe('SUCCEEDED');
      }
      expect(redisClouds.default.privateLink(12_345)).toMatchObject({ status: 'active' });
      expect(redisClouds.research.privateLink(55_555)).toMatchObject({ status: 'active' });
      expect(() => redisClouds.default.privateLink(55_555)).toThrow();
      expect(cloud.unexpectedDenials()).toEqual([]);
    }),
  );
});

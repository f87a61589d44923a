// Long: a cloud of its own for one more way to come to a service network; service-network.test.ts always plays the others.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { Activity, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { loadConfiguration } from '../../lib/configuration.ts';
import { Deployment } from '../../local/deployment.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { sharedResources } from '../../local/redis-cloud/shared-resources.ts';
import { synthesize } from '../../local/synthesize.ts';
import { pointFunctions } from '../../proof/bench/ground.ts';
import { long } from '../long.ts';
import { Lab, MANAGEMENT, OTHER_VPC, outcome, UNIT, VPC } from './harness.ts';

jest.setTimeout(120_000);

const configuration = loadConfiguration('config/service-network.yaml');
const [orders] = configuration.connections;
const { region } = orders!;
const { arn } = orders!.serviceNetwork!;
const owner = { accountId: arn.split(':')[4]!, region };
const keys = { apiKey: 'account-key', secretKey: 'user-key' };
const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
const provider = new ProviderSide({ clock });
const subscription = {
  ...orders!,
  zoneIds: zonesOf(region).map(({ id }) => id),
  databases: [{ databaseId: 51, port: 12_345 }],
};
let cloud: Deployment;
let redisCloud: RedisCloud;

beforeAll(async () => {
  await synthesize(configuration, folder);
  redisCloud = await startRedisCloud({ clock, provider, keys, subscriptions: [subscription] });
  cloud = await Deployment.start({ configuration, assembly: folder, clock, provider, keys });
  await pointFunctions(cloud, redisCloud.url);
});

afterAll(async () => {
  await cloud.close();
  await redisCloud.close();
  rmSync(folder, { recursive: true, force: true });
});

long(
  'a database that came after the owner was admitted is known to VPCs that follow the next reconciliation',
  () =>
    Activity.run(clock, async (activity) => {
      const lab = new Lab(cloud, redisCloud, activity, keys);
      await lab.account(UNIT, owner.accountId);
      await lab.call('vpc-lattice', 'CreateServiceNetwork', { name: 'databases' }, owner);
      await lab.call('ram', 'EnableSharingWithAwsOrganization', {}, { accountId: MANAGEMENT, region });
      const principals = [
        `arn:aws:organizations::${MANAGEMENT}:organization/${configuration.organization.id}`,
      ];
      await lab.call(
        'ram',
        'CreateResourceShare',
        { name: 'databases', resourceArns: [arn], principals },
        owner,
      );
      const connected = async (vpcId: string) => {
        const accountId = await lab.account();
        await lab.vpc(accountId, vpcId, { tags: { 'redis-privatelink': 'orders' } });
        const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId });
        expect(outcome(execution).status).toBe('SUCCEEDED');
      };
      /** What VPCs that come are connected by. */
      const known = async () => {
        const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
        const Key = { pk: { S: 'network#orders' }, sk: { S: 'handed-over' } };
        const { Item } = await lab.call<{ Item: { view: { S: string } } }>('dynamodb', 'GetItem', {
          TableName: TableNames[0],
          Key,
        });
        return (JSON.parse(Item.view.S) as { databases: { databaseId: number }[] }).databases.map(
          ({ databaseId }) => databaseId,
        );
      };
      await connected(VPC);
      expect(await known()).toEqual([51]);

      subscription.databases.push({ databaseId: 52, port: 12_346 });
      const { resourceConfigurationArn } = redisCloud.privateLink(orders!.subscriptionId) as {
        resourceConfigurationArn: string;
      };
      const share = provider.shareHolding(resourceConfigurationArn)!;
      provider.offerShare({
        ...share,
        resources: sharedResources(resourceConfigurationArn, subscription.databases),
      });
      expect((await lab.run('reconcile', {})).status).toBe('SUCCEEDED');
      await lab.settled();

      let requests = 0;
      lab.intercept = () => {
        requests += 1;
        return undefined;
      };
      expect(await known()).toEqual([51, 52]);
      await connected(OTHER_VPC);
      // Redis Cloud was not asked again for this VPC.
      expect(requests).toBe(0);
      expect(cloud.unexpectedDenials()).toEqual([]);
    }),
);

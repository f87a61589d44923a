// Long: a cloud of its own for one more change of the configuration; known-connections.test.ts always decides it.

import { readFileSync } from 'node:fs';
import { beforeAll, expect, jest } from '@jest/globals';
import { parseConfiguration } from '../../lib/configuration.ts';
import { synthesize } from '../../local/synthesize.ts';
import { onGround } from '../../proof/bench/ground.ts';
import { long } from '../long.ts';

jest.setTimeout(120_000);

const FOLDER = 'dist/test-renamed';
const configuration = parseConfiguration(
  readFileSync('config/privatelink.yaml', 'utf8').replace(
    '- name: orders',
    '- name: billing\n    was: orders',
  ),
  'renamed.yaml',
);
const ACCOUNT = '444455556666';
const place = { accountId: ACCOUNT, region: 'us-east-1' };
const cidrBlock = '10.42.0.0/16';

beforeAll(() => synthesize(configuration, FOLDER), 120_000);

long(
  'a connection that was renamed connects by both names, and cuts nobody who goes from one to the other',
  () =>
    onGround({ contract: 'resource-share', assembly: FOLDER, configuration }, async (ground) => {
      const { cloud, activity, world } = ground;
      await cloud.accounts.add(ACCOUNT, configuration.organization.organizationalUnits[0]!, { silent: true });
      const tag = (value: string) =>
        cloud.call(
          'ec2',
          'CreateTags',
          { Resources: [vpcId], Tags: [{ Key: 'redis-privatelink', Value: value }] },
          cloud.root(place),
        );
      const endpoints = async () => {
        const { VpcEndpoints } = (await cloud.call('ec2', 'DescribeVpcEndpoints', {}, cloud.root(place))) as {
          VpcEndpoints: { VpcEndpointId: string; State: string; Tags: { Key: string; Value: string }[] }[];
        };
        return VpcEndpoints.filter(({ State }) => State !== 'deleted').map(({ VpcEndpointId, Tags }) => [
          VpcEndpointId,
          Tags.find(({ Key }) => Key === 'redis-privatelink:connection')?.Value,
        ]);
      };

      const tags = { 'redis-privatelink': 'orders' };
      const vpcId = await world.createVpc(ACCOUNT, place.region, { cidrBlock, tags });
      await world.createSubnets(ACCOUNT, place.region, vpcId, cidrBlock);
      await cloud.settled(activity);
      const first = await endpoints();
      expect(first).toEqual([[expect.stringMatching(/^vpce-/), 'orders']]);

      // By then, the same plan is no repetition.
      await activity.sleep(15 * 60_000);
      await tag('billing');
      await cloud.settled(activity);
      await cloud.start('reconcile', {});
      await cloud.settled(activity);
      expect(await endpoints()).toEqual(first);
      expect(
        cloud.executions().filter(({ stateMachineName }) => stateMachineName.endsWith('-offboard')),
      ).toEqual([]);

      await tag('something-else');
      await cloud.settled(activity);
      expect(await endpoints()).toEqual([]);
    }),
);

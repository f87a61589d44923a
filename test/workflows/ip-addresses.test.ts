// Long: every type of address that a VPC can have. onboard.test.ts always connects one, and
// test/lambdas/aws/create-vpc-endpoint.test.ts asks for the types.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest } from '@jest/globals';
import { Activity, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { readWorld } from '../../assumptions/register.ts';
import type { Configuration } from '../../lib/configuration.ts';
import { awsIn } from '../../local/assumed.ts';
import { Deployment } from '../../local/deployment.ts';
import { startRedisCloud } from '../../local/redis-cloud/server.ts';
import { synthesize } from '../../local/synthesize.ts';
import { pointFunctions } from '../../proof/bench/ground.ts';
import { long, one } from '../long.ts';
import { Lab, MANAGEMENT, MINUTE, outcome, UNIT } from './harness.ts';
import { configuration as organization } from './organization.ts';

// Each test deploys a cloud of its own.
jest.setTimeout(180_000);

const OWNER = '444455550077';
// What the local VPC Lattice calls the first network that is made.
const NETWORK = `arn:aws:vpc-lattice:us-east-1:${OWNER}:servicenetwork/sn-050a335ab6caa2303`;
const region = 'us-east-1';
const keys = { apiKey: 'account-key', secretKey: 'user-key' };

const [first] = organization.connections as [Configuration['connections'][number]];
const asking = (
  name: string,
  subscriptionId: number,
  ipAddressType: 'dualstack' | 'ipv6',
  more: Partial<typeof first> = {},
) => ({
  ...first,
  name,
  subscriptionId,
  shareName: name,
  endpoint: { ...first.endpoint, ipAddressType },
  ...more,
});
const configuration: Configuration = {
  ...organization,
  connections: [
    asking('both', 12_345, 'dualstack'),
    asking('only', 23_456, 'ipv6'),
    asking('service', 34_567, 'dualstack', { contract: 'endpoint-service' }),
    asking('network', 45_678, 'dualstack', { serviceNetwork: { arn: NETWORK } }),
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
beforeAll(() => synthesize(configuration, folder));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** In a cloud in which this is otherwise. */
async function inWorld(assumed: string[], work: (lab: Lab) => Promise<void>): Promise<void> {
  const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
  const provider = new ProviderSide({ clock });
  const zoneIds = zonesOf(region).map(({ id }) => id);
  const databases = [{ databaseId: 51, port: 12_345 }];
  const subscriptions = configuration.connections.map((one) => ({ ...one, zoneIds, databases }));
  const redisCloud = await startRedisCloud({ clock, provider, keys, subscriptions });
  const conduct = awsIn(readWorld(assumed));
  const cloud = await Deployment.start({ configuration, assembly: folder, clock, provider, keys, conduct });
  try {
    await pointFunctions(cloud, redisCloud.url);
    await Activity.run(clock, async (activity) => {
      const lab = new Lab(cloud, redisCloud, activity, keys);
      await work(lab);
      await lab.settled();
      lab.end();
      expect(cloud.unexpectedDenials()).toEqual([]);
    });
  } finally {
    await cloud.close();
    await redisCloud.close();
  }
}

type Kind = 'ipv4' | 'both' | 'ipv6';

/** Somebody's VPC in a new account, with an IPv6 block or not, and a subnet of these kinds in a zone each. */
async function vpcOf(lab: Lab, { kinds, ipv6 }: { kinds: Kind[]; ipv6: boolean }) {
  const accountId = await lab.account();
  const place = { accountId, region };
  const { Vpc } = await lab.call<{ Vpc: { VpcId: string } }>(
    'ec2',
    'CreateVpc',
    { CidrBlock: '10.42.0.0/16', AmazonProvidedIpv6CidrBlock: ipv6 },
    place,
  );
  const vpcId = Vpc.VpcId;
  await lab.world.enableDnsHostnames(accountId, region, vpcId);
  const subnets = [];
  for (const [index, kind] of kinds.entries())
    subnets.push(await addSubnet(lab, accountId, vpcId, kind, index));
  return { accountId, vpcId, subnets };
}

async function ipv6BlocksOf(lab: Lab, accountId: string, vpcId: string): Promise<string[]> {
  const { Vpcs } = await lab.call<{ Vpcs: { Ipv6CidrBlockAssociationSet: { Ipv6CidrBlock: string }[] }[] }>(
    'ec2',
    'DescribeVpcs',
    { VpcIds: [vpcId] },
    { accountId, region },
  );
  return Vpcs[0]!.Ipv6CidrBlockAssociationSet.map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
}

async function addSubnet(
  lab: Lab,
  accountId: string,
  vpcId: string,
  kind: Kind,
  index: number,
): Promise<string> {
  const [block = ''] = await ipv6BlocksOf(lab, accountId, vpcId);
  const { Subnet } = await lab.call<{ Subnet: { SubnetId: string } }>(
    'ec2',
    'CreateSubnet',
    {
      VpcId: vpcId,
      AvailabilityZone: `${region}${'abdef'[index]}`,
      ...(kind !== 'ipv6' && { CidrBlock: `10.42.${index * 16}.0/20` }),
      ...(kind !== 'ipv4' && { Ipv6CidrBlock: block.replace('00::/56', `0${index}::/64`) }),
      ...(kind === 'ipv6' && { Ipv6Native: true }),
    },
    { accountId, region },
  );
  return Subnet.SubnetId;
}

/** From where the connection's own group lets in. */
async function sourcesIn(lab: Lab, accountId: string, connection: string): Promise<string[]> {
  interface Permission {
    IpRanges: { CidrIp: string }[];
    Ipv6Ranges: { CidrIpv6: string }[];
  }
  const { SecurityGroups } = await lab.call<{ SecurityGroups: { IpPermissions: Permission[] }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    { Filters: [{ Name: 'group-name', Values: [`redis-privatelink-${connection}`] }] },
    { accountId, region },
  );
  const sources = SecurityGroups.flatMap(({ IpPermissions }) => IpPermissions).flatMap(
    ({ IpRanges, Ipv6Ranges }) => [
      ...IpRanges.map(({ CidrIp }) => CidrIp),
      ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
    ],
  );
  return [...new Set(sources)].sort();
}

const inNoDifference = async (lab: Lab) => {
  const { output } = await lab.run('reconcile', {});
  expect(JSON.parse(output!).counts).toMatchObject({ onboard: 0, offboard: 0, reported: 0 });
};

describe('endpoints with IPv6 addresses, too', () => {
  one.each([
    ['taken', 'dualstack'],
    ['refused', 'dualstack'],
  ])('where a type of DNS records is %s', (taken, DnsRecordIpType) =>
    inWorld([`record-types=${taken}`], async (lab) => {
      const { accountId, vpcId, subnets } = await vpcOf(lab, { kinds: ['both', 'ipv4', 'both'], ipv6: true });
      const execution = await lab.run('onboard', { connection: 'both', accountId, vpcId });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      const [endpoint] = await lab.endpoints(accountId);
      expect(endpoint).toMatchObject({
        State: 'available',
        IpAddressType: 'dualstack',
        DnsOptions: { DnsRecordIpType, PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' },
      });
      // The subnet without IPv6 addresses would be refused.
      expect([...endpoint!.SubnetIds].sort()).toEqual([subnets[0], subnets[2]].sort());
      const [block] = await ipv6BlocksOf(lab, accountId, vpcId);
      expect(await sourcesIn(lab, accountId, 'both')).toEqual(['10.42.0.0/16', block].sort());
      await inNoDifference(lab);
    }),
  );

  long('are waited for while the VPC gets its IPv6 block, which the VPC says', () =>
    inWorld([], async (lab) => {
      const { accountId, vpcId } = await vpcOf(lab, { kinds: ['ipv4'], ipv6: false });
      const place = { accountId, region };
      const tag = { Resources: [vpcId], Tags: [{ Key: 'redis-privatelink', Value: 'both' }] };
      await lab.call('ec2', 'CreateTags', tag, place);
      await lab.sleep(15 * MINUTE);
      expect(await lab.endpoints(accountId)).toEqual([]);
      const { Vpcs } = await lab.call<{ Vpcs: { Tags: object[] }[] }>(
        'ec2',
        'DescribeVpcs',
        { VpcIds: [vpcId] },
        place,
      );
      expect(Vpcs[0]!.Tags).toContainEqual({
        Key: 'redis-privatelink:status',
        Value: 'waiting for subnets with IPv6 addresses in 1 zone',
      });
      const block = { VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true };
      await lab.call('ec2', 'AssociateVpcCidrBlock', block, place);
      await addSubnet(lab, accountId, vpcId, 'both', 1);
      await lab.settled();
      expect(await lab.endpoints(accountId)).toMatchObject([
        { State: 'available', IpAddressType: 'dualstack' },
      ]);
    }),
  );

  long('are not made where the VPC has no IPv6 block, and the failure says how it gets one', () =>
    inWorld([], async (lab) => {
      const { accountId, vpcId } = await vpcOf(lab, { kinds: ['ipv4'], ipv6: false });
      const execution = await lab.run('onboard', { connection: 'both', accountId, vpcId });
      expect(outcome(execution)).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringMatching(
          /has no IPv6 block, which endpoint\.ipAddressType dualstack of connection both needs\. .*aws ec2 associate-vpc-cidr-block --region us-east-1 --vpc-id vpc-\w+ --amazon-provided-ipv6-cidr-block/,
        ),
      });
      expect(await lab.endpoints(accountId)).toEqual([]);
    }),
  );

  long('let in an IPv6 block that the VPC gets later, at once', () =>
    inWorld([], async (lab) => {
      const { accountId, vpcId } = await vpcOf(lab, { kinds: ['both'], ipv6: true });
      const place = { accountId, region };
      const tag = { Resources: [vpcId], Tags: [{ Key: 'redis-privatelink', Value: 'both' }] };
      await lab.call('ec2', 'CreateTags', tag, place);
      await lab.settled();
      const block = { VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true };
      await lab.call('ec2', 'AssociateVpcCidrBlock', block, place);
      await lab.settled();
      const blocks = await ipv6BlocksOf(lab, accountId, vpcId);
      expect(blocks).toHaveLength(2);
      expect(await sourcesIn(lab, accountId, 'both')).toEqual(['10.42.0.0/16', ...blocks].sort());
    }),
  );

  long('are not asked of an endpoint service that has none', () =>
    inWorld([], async (lab) => {
      const { accountId, vpcId } = await vpcOf(lab, { kinds: ['both'], ipv6: true });
      const execution = await lab.run('onboard', { connection: 'service', accountId, vpcId });
      expect(outcome(execution)).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringMatching(
          /accepts ipv4 only, and connection service asks for endpoints of the type dualstack\. Take endpoint\.ipAddressType out/,
        ),
      });
      expect(await lab.endpoints(accountId)).toEqual([]);
    }),
  );

  long.each(['taken', 'refused'])(
    'lead to a service network alike, where a type of DNS records is %s',
    (taken) =>
      inWorld([`record-types=${taken}`], async (lab) => {
        await lab.account(UNIT, OWNER);
        const owner = { accountId: OWNER, region };
        await lab.call('vpc-lattice', 'CreateServiceNetwork', { name: 'databases' }, owner);
        await lab.call('ram', 'EnableSharingWithAwsOrganization', {}, { accountId: MANAGEMENT, region });
        const principal = `arn:aws:organizations::${MANAGEMENT}:organization/${organization.organization.id}`;
        const share = { name: 'databases', resourceArns: [NETWORK], principals: [principal] };
        await lab.call('ram', 'CreateResourceShare', share, owner);
        const { accountId, vpcId } = await vpcOf(lab, { kinds: ['both'], ipv6: true });
        const execution = await lab.run('onboard', { connection: 'network', accountId, vpcId });
        expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
        expect(await lab.endpoints(accountId)).toMatchObject([
          { State: 'available', IpAddressType: 'dualstack', ServiceNetworkArn: NETWORK },
        ]);
        await inNoDifference(lab);
      }),
  );
});

describe('endpoints with IPv6 addresses only', () => {
  one.each(['only', 'any'])('are made in subnets for IPv6 only, where AWS takes %s', (value) =>
    inWorld([`ipv6-subnets=${value}`], async (lab) => {
      const { accountId, vpcId, subnets } = await vpcOf(lab, { kinds: ['both', 'ipv6', 'ipv4'], ipv6: true });
      const execution = await lab.run('onboard', { connection: 'only', accountId, vpcId });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await lab.endpoints(accountId)).toMatchObject([
        { State: 'available', IpAddressType: 'ipv6', SubnetIds: [subnets[1]] },
      ]);
      await inNoDifference(lab);
    }),
  );

  long('are made in others where there are none, if AWS takes them', () =>
    inWorld(['ipv6-subnets=any'], async (lab) => {
      const { accountId, vpcId } = await vpcOf(lab, { kinds: ['both', 'both'], ipv6: true });
      const execution = await lab.run('onboard', { connection: 'only', accountId, vpcId });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await lab.endpoints(accountId)).toMatchObject([{ State: 'available', IpAddressType: 'ipv6' }]);
    }),
  );

  long('are not made where AWS takes no others, and the failure says why and what to do', () =>
    inWorld(['ipv6-subnets=only'], async (lab) => {
      const { accountId, vpcId } = await vpcOf(lab, { kinds: ['both', 'both'], ipv6: true });
      const execution = await lab.run('onboard', { connection: 'only', accountId, vpcId });
      expect(outcome(execution)).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringMatching(
          /cannot have addresses of the type ipv6\. AWS says: .*is no IPv6 only subnet/,
        ),
      });
      expect(await lab.endpoints(accountId)).toEqual([]);
    }),
  );
});

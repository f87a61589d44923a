import { describe, expect, test } from '@jest/globals';
import { Ec2, type Ec2Options } from '../../../src/aws/ec2/ec2.ts';
import type { CloudEvent } from '../../../src/aws/events.ts';
import { ProviderSide } from '../../../src/aws/provider.ts';
import { AwsServices } from '../../../src/aws/service.ts';
import { Activity, VirtualClock } from '../../../src/clock.ts';

const accountId = '444455556666';
const region = 'us-east-1';
const caller = { accountId, region, arn: `arn:aws:iam::${accountId}:root` };
const shareArn = 'arn:aws:ram:us-east-1:999988887777:resource-share/11111111-2222-4333-8444-555555555555';
const configurationArn =
  'arn:aws:vpc-lattice:us-east-1:999988887777:resourceconfiguration/rcfg-0f6dc1d8b9af303a9';
const serviceName = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';

// biome-ignore lint/suspicious/noExplicitAny: outputs are as loose as the actions themselves
type Loose = any;

/** A cloud whose share is accepted and usable, and a VPC with one subnet in each of two zones. */
async function prepare(options: Partial<Ec2Options> = {}) {
  const clock = new VirtualClock(Date.parse('2026-11-20T10:15:29Z'));
  const provider = new ProviderSide({ clock });
  const events: { event: CloudEvent; accountId: string; region: string }[] = [];
  const services = new AwsServices();
  services.register(
    new Ec2({
      clock,
      provider,
      publish: (event, account, inRegion) => events.push({ event, accountId: account, region: inRegion }),
      ...options,
    }),
  );
  const call = (action: string, input: object = {}): Promise<Loose> =>
    services.call('ec2', action, input, caller);
  const pass = (milliseconds: number) => Activity.run(clock, (activity) => activity.sleep(milliseconds));
  const accept = () => provider.accept(provider.invitationsTo(accountId, region)[0]!.invitation);

  provider.offerShare({
    shareArn,
    shareName: 'orders',
    region,
    resourceConfigurationArn: configurationArn,
    resources: ['orders', 'carts', 'metrics'].map((key) => ({ key, privateName: `${key}.example.com` })),
    zoneIds: ['use1-az1', 'use1-az2', 'use1-az3'],
  });
  provider.offerService({ serviceName, region, zoneIds: ['use1-az1'] });
  provider.invite(shareArn, accountId);
  await pass(3_000);
  accept();
  await pass(5_000);
  const { Vpc } = await call('CreateVpc', { CidrBlock: '10.42.0.0/16' });
  const vpcId: string = Vpc.VpcId;
  await call('ModifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
  const subnet = async (zone: string, CidrBlock: string): Promise<string> =>
    (await call('CreateSubnet', { VpcId: vpcId, CidrBlock, AvailabilityZone: zone })).Subnet.SubnetId;
  const subnetIds = [await subnet('us-east-1a', '10.42.0.0/24'), await subnet('us-east-1b', '10.42.1.0/24')];
  const request = {
    VpcId: vpcId,
    VpcEndpointType: 'Resource',
    ResourceConfigurationArn: configurationArn,
    SubnetIds: subnetIds,
    PrivateDnsEnabled: true,
    DnsOptions: { PrivateDnsPreference: 'VERIFIED_DOMAINS_ONLY' },
  };
  const create = async (changes: object = {}): Promise<string> =>
    (await call('CreateVpcEndpoint', { ...request, ...changes })).VpcEndpoint.VpcEndpointId;
  const stateOf = async (id: string): Promise<string> =>
    (await call('DescribeVpcEndpoints', { VpcEndpointIds: [id] })).VpcEndpoints[0].State;
  return { clock, provider, events, call, pass, vpcId, subnet, subnetIds, create, stateOf };
}

const code = (name: string) => ({ code: name });

describe('VPCs and subnets', () => {
  test('a VPC in use cannot be deleted; an empty one can', async () => {
    const { create, call, pass, vpcId, subnetIds } = await prepare();
    const id = await create();
    await expect(call('DeleteSubnet', { SubnetId: subnetIds[0] })).rejects.toMatchObject(
      code('DependencyViolation'),
    );
    await call('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    await pass(30_000);
    for (const SubnetId of subnetIds) await call('DeleteSubnet', { SubnetId });
    await call('DeleteVpc', { VpcId: vpcId });
    await expect(call('DescribeVpcs', { VpcIds: [vpcId] })).rejects.toMatchObject(
      code('InvalidVpcID.NotFound'),
    );
  });

  test('free addresses go down with every endpoint', async () => {
    const { create, call, subnetIds } = await prepare();
    const free = async () =>
      (await call('DescribeSubnets', { SubnetIds: subnetIds })).Subnets.map(
        (subnet: Loose) => subnet.AvailableIpAddressCount,
      );
    expect(await free()).toEqual([251, 251]);
    await create();
    expect(await free()).toEqual([235, 235]);
  });

  test('the default VPC has a subnet in every zone, and there is only one', async () => {
    const { call } = await prepare();
    const { Vpc } = await call('CreateDefaultVpc');
    const filter = [{ Name: 'vpc-id', Values: [Vpc.VpcId] }];
    const { Subnets } = await call('DescribeSubnets', { Filters: filter });
    expect(Subnets.map((subnet: Loose) => subnet.AvailabilityZoneId)).toEqual([
      'use1-az1',
      'use1-az2',
      'use1-az3',
      'use1-az4',
      'use1-az5',
      'use1-az6',
    ]);
    await expect(call('CreateDefaultVpc')).rejects.toMatchObject(code('DefaultVpcAlreadyExists'));
  });

  test('subnets must fit into the VPC and not overlap', async () => {
    const { call, vpcId } = await prepare();
    const create = (CidrBlock: string) => call('CreateSubnet', { VpcId: vpcId, CidrBlock });
    await expect(create('10.43.0.0/24')).rejects.toMatchObject(code('InvalidSubnet.Range'));
    await expect(create('10.42.0.128/25')).rejects.toMatchObject(code('InvalidSubnet.Conflict'));
  });

  test('malformed ids and unknown filters are refused', async () => {
    const { call } = await prepare();
    await expect(call('DescribeVpcs', { VpcIds: ['__proto__'] })).rejects.toMatchObject(
      code('InvalidVpcID.Malformed'),
    );
    const unknown = { Filters: [{ Name: 'constructor', Values: ['x'] }] };
    await expect(call('DescribeVpcs', unknown)).rejects.toMatchObject(code('InvalidParameterValue'));
  });

  test('pages hold what was asked for, and a token of another listing is refused', async () => {
    const { call } = await prepare({ quotas: { vpcs: 20 } });
    for (let index = 0; index < 11; index += 1) await call('CreateVpc', { CidrBlock: `10.${index}.0.0/16` });
    const seen: string[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await call('DescribeVpcs', { MaxResults: 5, NextToken });
      seen.push(...page.Vpcs.map((vpc: Loose) => vpc.VpcId));
      NextToken = page.NextToken;
      pages += 1;
      if (pages === 1) {
        await expect(call('DescribeSubnets', { NextToken })).rejects.toMatchObject(code('InvalidNextToken'));
      }
    } while (NextToken);
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(12);
  });
});

describe('security groups', () => {
  test('names and rules are unique, and a group in use stays', async () => {
    const { call, create, vpcId } = await prepare();
    const group = { GroupName: 'databases', Description: 'd', VpcId: vpcId };
    const { GroupId } = await call('CreateSecurityGroup', group);
    const ingress = {
      GroupId,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 8070, ToPort: 8070, IpRanges: [{ CidrIp: '10.42.0.0/16' }] },
      ],
    };
    await call('AuthorizeSecurityGroupIngress', ingress);
    await expect(call('CreateSecurityGroup', group)).rejects.toMatchObject(code('InvalidGroup.Duplicate'));
    await expect(call('AuthorizeSecurityGroupIngress', ingress)).rejects.toMatchObject(
      code('InvalidPermission.Duplicate'),
    );
    await create({ SecurityGroupIds: [GroupId] });
    await expect(call('DeleteSecurityGroup', { GroupId })).rejects.toMatchObject(code('DependencyViolation'));
    await call('RevokeSecurityGroupIngress', ingress);
    const { SecurityGroupRules } = await call('DescribeSecurityGroupRules', {
      Filters: [{ Name: 'group-id', Values: [GroupId] }],
    });
    expect(SecurityGroupRules).toEqual([]);
  });

  test('a rule has the first address of its block, and a prefix list counts for all of its entries', async () => {
    const { call, vpcId } = await prepare();
    const { GroupId } = await call('CreateSecurityGroup', { GroupName: 'g', Description: 'g', VpcId: vpcId });
    const letIn = (source: object) =>
      call('AuthorizeSecurityGroupIngress', {
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 2, ...source }],
      });
    await letIn({ IpRanges: [{ CidrIp: '100.68.0.18/18' }] });
    const { SecurityGroups } = await call('DescribeSecurityGroups', { GroupIds: [GroupId] });
    expect(SecurityGroups[0].IpPermissions[0].IpRanges[0].CidrIp).toBe('100.68.0.0/18');
    const listOf = async (MaxEntries: number) =>
      (
        await call('CreateManagedPrefixList', {
          PrefixListName: 'on-premises',
          AddressFamily: 'IPv4',
          MaxEntries,
        })
      ).PrefixList.PrefixListId;
    const [small, large] = [await listOf(9), await listOf(51)];
    await letIn({ PrefixListIds: [{ PrefixListId: small }] });
    await expect(letIn({ PrefixListIds: [{ PrefixListId: large }] })).rejects.toMatchObject(
      code('RulesPerSecurityGroupLimitExceeded'),
    );
    await expect(letIn({ PrefixListIds: [{ PrefixListId: 'pl-0123456789abcdef0' }] })).rejects.toMatchObject(
      code('InvalidPrefixListID.NotFound'),
    );
    const { PrefixLists } = await call('DescribeManagedPrefixLists', { PrefixListIds: [small] });
    expect(PrefixLists).toMatchObject([{ PrefixListName: 'on-premises', MaxEntries: 9 }]);
  });
});

describe('events', () => {
  test('tell a created VPC with its tags, seconds later', async () => {
    const { call, events, pass } = await prepare();
    await pass(5_000);
    events.length = 0;
    const tags = [{ Key: 'team', Value: 'orders' }];
    const { Vpc } = await call('CreateVpc', {
      CidrBlock: '10.1.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: tags }],
    });
    expect(events).toEqual([]);
    await pass(5_000);
    expect(events.map(({ event }) => event['detail-type'])).toEqual([
      'AWS API Call via CloudTrail',
      'Tag Change on Resource',
    ]);
    expect(events[0]).toMatchObject({
      accountId,
      region,
      event: {
        source: 'aws.ec2',
        account: accountId,
        time: expect.stringMatching(/^2026-11-20T\d\d:\d\d:\d\dZ$/),
        detail: {
          eventName: 'CreateVpc',
          requestParameters: {
            tagSpecificationSet: {
              items: [{ resourceType: 'vpc', tags: [{ key: 'team', value: 'orders' }] }],
            },
          },
          responseElements: { vpc: { vpcId: Vpc.VpcId } },
        },
      },
    });
    expect(events[1]!.event).toMatchObject({
      resources: [`arn:aws:ec2:us-east-1:${accountId}:vpc/${Vpc.VpcId}`],
      detail: {
        'changed-tag-keys': ['team'],
        tags: { team: 'orders' },
        version: 1,
      },
    });
  });

  test('tell a removed tag by its absence', async () => {
    const { call, events, pass, vpcId } = await prepare();
    await call('CreateTags', {
      Resources: [vpcId],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await call('DeleteTags', { Resources: [vpcId], Tags: [{ Key: 'a' }] });
    await pass(5_000);
    const changes = events.map(({ event }) => event).filter(({ source }) => source === 'aws.tag');
    expect(changes.at(-1)!.detail).toMatchObject({ 'changed-tag-keys': ['a'], tags: { b: '2' }, version: 2 });
  });

  test('tell a refused deletion', async () => {
    const { call, events, pass, vpcId } = await prepare();
    await expect(call('DeleteVpc', { VpcId: vpcId })).rejects.toMatchObject(code('DependencyViolation'));
    await pass(5_000);
    expect(events.at(-1)!.event.detail).toMatchObject({
      eventName: 'DeleteVpc',
      requestParameters: { vpcId },
      responseElements: null,
      errorCode: 'Client.DependencyViolation',
      errorMessage: `The vpc '${vpcId}' has dependencies and cannot be deleted.`,
    });
  });
});

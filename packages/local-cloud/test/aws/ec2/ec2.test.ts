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

describe('the life of a resource endpoint', () => {
  test('pending, available, deleting, deleted, forgotten', async () => {
    const { create, stateOf, pass, call } = await prepare();
    const id = await create();
    expect(await stateOf(id)).toBe('pending');
    await pass(55_000);
    expect(await stateOf(id)).toBe('available');
    await call('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    expect(await stateOf(id)).toBe('deleting');
    await pass(30_000);
    expect(await stateOf(id)).toBe('deleted');
    await pass(3_600_000);
    await expect(stateOf(id)).rejects.toMatchObject(code('InvalidVpcEndpointId.NotFound'));
  });

  test('tells the names of all resources once it is available', async () => {
    const { create, pass, call } = await prepare();
    const id = await create();
    const ask = async () =>
      (await call('DescribeVpcEndpointAssociations', { VpcEndpointIds: [id] })).VpcEndpointAssociations;
    expect(await ask()).toEqual([]);
    await pass(55_000);
    const associations = await ask();
    expect(associations).toHaveLength(3);
    expect(new Set(associations.map(({ Id }: Loose) => Id)).size).toBe(3);
    expect(associations[0]).toMatchObject({
      VpcEndpointId: id,
      ResourceConfigurationGroupArn: configurationArn,
      DnsEntry: { DnsName: expect.stringContaining('vpc-lattice-rsc.us-east-1.on.aws') },
      PrivateDnsEntry: { DnsName: 'orders.example.com' },
    });
  });

  test('the provider sees it until it is deleted, and can cut it', async () => {
    const { create, provider, stateOf, call, pass } = await prepare();
    const id = await create();
    const [connection] = provider.connections(shareArn);
    expect(connection).toMatchObject({ vpcEndpointId: id, accountId, state: 'pending' });
    provider.disassociate(shareArn, connection!.associationId);
    expect(await stateOf(id)).toBe('failed');
    await call('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    await pass(30_000);
    expect(provider.connections(shareArn)).toEqual([]);
  });

  test('fails when its account is withdrawn', async () => {
    const { create, provider, stateOf } = await prepare();
    const id = await create();
    provider.withdraw(shareArn, accountId);
    expect(await stateOf(id)).toBe('failed');
    expect(provider.principalState(shareArn, accountId)).toBe('none');
  });
});

describe('creating an endpoint', () => {
  test('again with the same client token answers with the same endpoint', async () => {
    const { create, call } = await prepare();
    const first = await create({ ClientToken: 'token' });
    expect(await create({ ClientToken: 'token' })).toBe(first);
    expect((await call('DescribeVpcEndpoints')).VpcEndpoints).toHaveLength(1);
    await expect(create({ ClientToken: 'token', PrivateDnsEnabled: false })).rejects.toMatchObject(
      code('IdempotentParameterMismatch'),
    );
    expect(await create({ PrivateDnsEnabled: false, DnsOptions: {} })).not.toBe(first);
  });

  test('is refused where its private names are taken in the VPC, until these are given back', async () => {
    const { create, call, provider } = await prepare();
    const id = await create();
    await expect(create()).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringMatching(/conflicting DNS domain for orders.example.com in the VPC vpc-/),
    });
    // The same name at another provider's service.
    provider.offerService({
      serviceName,
      region,
      zoneIds: ['use1-az1'],
      privateDnsName: 'Orders.example.com',
    });
    provider.admit(serviceName, accountId);
    const [subnetId] = (await call('DescribeSubnets')).Subnets.map(({ SubnetId }: Loose) => SubnetId);
    const other = {
      VpcEndpointType: 'Interface',
      ResourceConfigurationArn: undefined,
      ServiceName: serviceName,
      SubnetIds: [subnetId],
      DnsOptions: undefined,
    };
    await expect(create(other)).rejects.toMatchObject({ code: 'InvalidParameter' });
    await call('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    expect(await create(other)).toMatch(/^vpce-/);
  });

  test('needs an accepted share, and a moment after that', async () => {
    const { create, provider, pass } = await prepare();
    provider.withdraw(shareArn, accountId);
    provider.invite(shareArn, accountId);
    expect(provider.invitationsTo(accountId, region)).toEqual([]);
    await expect(create()).rejects.toMatchObject(code('InvalidServiceName'));
    await pass(3_000);
    provider.accept(provider.invitationsTo(accountId, region)[0]!.invitation);
    await expect(create()).rejects.toMatchObject(code('InvalidServiceName'));
    await pass(5_000);
    await expect(create()).resolves.toMatch(/^vpce-/);
  });

  test('needs zones that the provider and resource endpoints support', async () => {
    const { create, subnet } = await prepare();
    const unsupported = await subnet('us-east-1c', '10.42.2.0/24');
    const elsewhere = await subnet('us-east-1d', '10.42.3.0/24');
    for (const id of [unsupported, elsewhere]) {
      const message = expect.stringContaining(id);
      await expect(create({ SubnetIds: [id] })).rejects.toMatchObject({ code: 'InvalidParameter', message });
    }
  });

  test('needs sixteen free addresses and one subnet a zone', async () => {
    const { create, subnet, subnetIds } = await prepare();
    const small = await subnet('us-east-1a', '10.42.9.0/28');
    await expect(create({ SubnetIds: [small] })).rejects.toMatchObject(
      code('InsufficientFreeAddressesInSubnet'),
    );
    await expect(create({ SubnetIds: [subnetIds[0], small] })).rejects.toMatchObject(
      code('DuplicateSubnetsInSameZone'),
    );
  });

  test('with private DNS needs both DNS attributes of the VPC', async () => {
    const { create, call, vpcId } = await prepare();
    await call('ModifyVpcAttribute', { VpcId: vpcId, EnableDnsHostnames: { Value: false } });
    await expect(create()).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining(vpcId),
    });
    await expect(create({ PrivateDnsEnabled: false })).resolves.toMatch(/^vpce-/);
  });

  test('beyond the quota is refused until one is gone', async () => {
    const { create, call, pass } = await prepare({ quotas: { resourceEndpoints: 2 } });
    const plain = { PrivateDnsEnabled: false, DnsOptions: {} };
    const first = await create(plain);
    await create(plain);
    await expect(create(plain)).rejects.toMatchObject(code('VpcEndpointLimitExceeded'));
    await call('DeleteVpcEndpoints', { VpcEndpointIds: [first] });
    await pass(30_000);
    await expect(create(plain)).resolves.toMatch(/^vpce-/);
  });

  test('for a service needs to be admitted, and only the zones it offers', async () => {
    const { create, provider, subnetIds, call, pass } = await prepare();
    const request = {
      VpcEndpointType: 'Interface',
      ResourceConfigurationArn: undefined,
      ServiceName: serviceName,
      PrivateDnsEnabled: false,
      DnsOptions: undefined,
    };
    const one = { ...request, SubnetIds: subnetIds.slice(0, 1) };
    await expect(create(one)).rejects.toMatchObject(code('InvalidServiceName'));
    provider.admit(serviceName, accountId);
    await expect(create(request)).rejects.toMatchObject(code('InvalidParameter'));
    await expect(create({ ...one, PrivateDnsEnabled: true })).rejects.toMatchObject(code('InvalidParameter'));
    const id = await create(one);
    await pass(55_000);
    const { VpcEndpoints } = await call('DescribeVpcEndpoints', { VpcEndpointIds: [id] });
    expect(VpcEndpoints[0].DnsEntries[0].DnsName).toContain(
      'vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com',
    );
    provider.disassociate(serviceName, id);
    expect((await call('DescribeVpcEndpoints')).VpcEndpoints[0].State).toBe('rejected');
  });

  test('refuses types and parameters that the local cloud does not have', async () => {
    const { create } = await prepare();
    await expect(create({ VpcEndpointType: 'Gateway' })).rejects.toMatchObject(code('UnsupportedOperation'));
    await expect(create({ RouteTableIds: ['rtb-1'] })).rejects.toMatchObject(code('UnsupportedOperation'));
  });
});

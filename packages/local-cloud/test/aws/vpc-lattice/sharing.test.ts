import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  associate,
  begin,
  call,
  configuration,
  consumer,
  everybody,
  management,
  network,
  owner,
  pass,
  region,
  share,
  shareInside,
  side,
  stranger,
  vpcIn,
} from './setup.ts';

beforeEach(begin);

describe('a service network that is shared', () => {
  test('is there for the accounts with whom it is, without an invitation', async () => {
    const serviceNetworkIdentifier = await network();
    const see = (accountId: string) =>
      call('vpc-lattice', 'GetServiceNetwork', { serviceNetworkIdentifier }, accountId);
    await expect(see(consumer)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const resourceShareArn = await shareInside(serviceNetworkIdentifier);
    expect(await see(consumer)).toMatchObject({ arn: serviceNetworkIdentifier, name: 'databases' });
    await expect(see(stranger)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

    const others = { resourceOwner: 'OTHER-ACCOUNTS' };
    const { resourceShares } = await call('ram', 'GetResourceShares', others, consumer);
    expect(resourceShares).toMatchObject([{ resourceShareArn, owningAccountId: owner }]);
    const { resources } = await call('ram', 'ListResources', others, consumer);
    expect(resources).toMatchObject([{ arn: serviceNetworkIdentifier, type: 'vpc-lattice:ServiceNetwork' }]);

    await call('ram', 'DeleteResourceShare', { resourceShareArn });
    await expect(see(consumer)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('may be shared with single accounts', async () => {
    const serviceNetworkIdentifier = await network();
    await shareInside(serviceNetworkIdentifier, [management]);
    const see = (accountId: string) =>
      call('vpc-lattice', 'GetServiceNetwork', { serviceNetworkIdentifier }, accountId);
    expect(await see(management)).toMatchObject({ name: 'databases' });
    await expect(see(consumer)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('needs sharing with the organization, which its management account switches on', async () => {
    const arn = await network();
    const input = { name: 'databases', resourceArns: [arn], principals: [everybody] };
    const refusal = { name: 'OperationNotPermittedException' };
    await expect(call('ram', 'CreateResourceShare', input)).rejects.toMatchObject(refusal);
    await expect(call('ram', 'EnableSharingWithAwsOrganization', {})).rejects.toMatchObject(refusal);
    const outside = call('ram', 'CreateResourceShare', { ...input, principals: [stranger] });
    await expect(outside).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('is not deleted or shared by those with whom it is shared', async () => {
    const arn = await network();
    await shareInside(arn);
    const remove = call('vpc-lattice', 'DeleteServiceNetwork', { serviceNetworkIdentifier: arn }, consumer);
    await expect(remove).rejects.toMatchObject({ name: 'AccessDeniedException', statusCode: 403 });
    const input = { name: 'mine', resourceArns: [arn], principals: [everybody] };
    await expect(call('ram', 'CreateResourceShare', input, consumer)).rejects.toMatchObject({
      name: 'OperationNotPermittedException',
    });
  });
});

describe('an endpoint of a service network', () => {
  test('needs a network that is shared with its account', async () => {
    const ServiceNetworkArn = await network();
    const { create } = await vpcIn(consumer);
    await expect(create({ ServiceNetworkArn })).rejects.toMatchObject({ code: 'InvalidServiceName' });
    await shareInside(ServiceNetworkArn);
    await expect(create({ ServiceNetworkArn })).resolves.toMatch(/^vpce-/);
    await expect(
      create({ ServiceNetworkArn, ResourceConfigurationArn: configuration }),
    ).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });

  test('tells the names of what is associated with the network by then', async () => {
    const ServiceNetworkArn = await network();
    await shareInside(ServiceNetworkArn);
    const { ec2, create, names } = await vpcIn(consumer);
    const id = await create({ ServiceNetworkArn });
    await pass(55_000);
    expect(await names(id)).toEqual([]);
    await associate(ServiceNetworkArn, { privateDnsEnabled: true });
    expect(await names(id)).toEqual([]);
    await pass(20_000);
    expect(await names(id)).toMatchObject([
      {
        ServiceNetworkArn,
        ServiceNetworkName: 'databases',
        ResourceConfigurationGroupArn: configuration,
        PrivateDnsEntry: { DnsName: 'orders.example.com' },
      },
      { PrivateDnsEntry: { DnsName: 'carts.example.com' } },
    ]);
    const { VpcEndpoints } = await ec2('DescribeVpcEndpoints', {});
    expect(VpcEndpoints).toMatchObject([
      { VpcEndpointType: 'ServiceNetwork', ServiceNetworkArn, State: 'available' },
    ]);
    // The provider sees the association, and none of the endpoints.
    expect(side.connections(share.shareArn)).toHaveLength(1);
  });

  test('has private names only where the association has them too', async () => {
    const ServiceNetworkArn = await network();
    await associate(ServiceNetworkArn);
    await shareInside(ServiceNetworkArn);
    const { create, names } = await vpcIn(consumer);
    const id = await create({ ServiceNetworkArn });
    await pass(55_000);
    const [first] = await names(id);
    expect(first.DnsEntry.DnsName).toContain('vpc-lattice-rsc');
    expect(first.PrivateDnsEntry).toBeUndefined();
  });

  test('does not take a private name that another endpoint of the VPC has', async () => {
    const ServiceNetworkArn = await network();
    await associate(ServiceNetworkArn, { privateDnsEnabled: true });
    await pass(20_000);
    const { create } = await vpcIn(owner);
    await create({ VpcEndpointType: 'Resource', ResourceConfigurationArn: configuration });
    await expect(create({ ServiceNetworkArn })).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining('orders.example.com'),
    });
  });

  test('keeps the network from being deleted', async () => {
    const ServiceNetworkArn = await network();
    const { ec2, create } = await vpcIn(owner);
    const id = await create({ ServiceNetworkArn });
    const remove = () =>
      call('vpc-lattice', 'DeleteServiceNetwork', { serviceNetworkIdentifier: ServiceNetworkArn });
    await expect(remove()).rejects.toMatchObject({ name: 'ConflictException' });
    await ec2('DeleteVpcEndpoints', { VpcEndpointIds: [id] });
    await pass(30_000);
    await expect(remove()).resolves.toEqual({});
  });

  test('is in any zone that VPC Lattice is in, whatever those of the provider are', async () => {
    const ServiceNetworkArn = await network();
    const far = await vpcIn(owner, `${region}b`);
    await expect(far.create({ ServiceNetworkArn })).resolves.toMatch(/^vpce-/);
    const none = await vpcIn(owner, `${region}c`);
    await expect(none.create({ ServiceNetworkArn })).rejects.toMatchObject({ code: 'InvalidParameter' });
  });
});

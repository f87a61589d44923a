import {
  CreateServiceNetworkResourceAssociationCommand,
  DeleteServiceNetworkResourceAssociationCommand,
  GetResourceConfigurationCommand,
  GetServiceNetworkResourceAssociationCommand,
  ListServiceNetworkResourceAssociationsCommand,
  ListTagsForResourceCommand,
  VPCLatticeClient,
} from '@aws-sdk/client-vpc-lattice';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Credentials } from '../../../src/aws/credentials.ts';
import { startFront } from '../../../src/aws/wire/front.ts';
import {
  associate,
  begin,
  call,
  clock,
  configuration,
  network,
  owner,
  pass,
  region,
  services,
  share,
  side,
  statusOf,
} from './setup.ts';

beforeEach(begin);

describe('an association with a service network', () => {
  test('is there some seconds after it was asked for, and gone some seconds after its deletion', async () => {
    const id = await associate(await network());
    expect(id).toMatch(/^snra-0[0-9a-f]{16}$/);
    expect(await statusOf(id)).toBe('CREATE_IN_PROGRESS');
    await pass(20_000);
    expect(await statusOf(id)).toBe('ACTIVE');
    const input = { serviceNetworkResourceAssociationIdentifier: id };
    const { status } = await call('vpc-lattice', 'DeleteServiceNetworkResourceAssociation', input);
    expect(status).toBe('DELETE_IN_PROGRESS');
    await pass(10_000);
    await expect(statusOf(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException', statusCode: 404 });
  });

  test('is made once: again with its client token it is the same, without it refused', async () => {
    const arn = await network();
    const clientToken = 'the same';
    const id = await associate(arn, { clientToken });
    expect(await associate(arn, { clientToken })).toBe(id);
    const other = associate(arn, { clientToken, privateDnsEnabled: true });
    await expect(other).rejects.toMatchObject({ name: 'ConflictException', statusCode: 409 });
    await expect(associate(arn)).rejects.toMatchObject({ name: 'ConflictException' });
  });

  test('needs a resource configuration that the account sees', async () => {
    const arn = await network();
    side.withdraw(share.shareArn, owner);
    await expect(associate(arn)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const input = { resourceConfigurationIdentifier: configuration };
    await expect(call('vpc-lattice', 'GetResourceConfiguration', input)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('needs leave of its owner where the network may be shared', async () => {
    side.offerShare({ ...share, allowAssociationToShareableServiceNetwork: false });
    const input = { resourceConfigurationIdentifier: configuration };
    expect(await call('vpc-lattice', 'GetResourceConfiguration', input)).toMatchObject({
      allowAssociationToShareableServiceNetwork: false,
    });
    await expect(associate(await network())).rejects.toMatchObject({ name: 'ValidationException' });
    const closed = await network({ name: 'closed', sharingConfig: { enabled: false } });
    await expect(associate(closed)).resolves.toMatch(/^snra-/);
  });

  test('is seen by the provider, who may end it', async () => {
    const id = await associate(await network());
    await pass(20_000);
    const seen = { associationId: id, vpcEndpointId: id, accountId: owner, state: 'available' };
    expect(side.connections(share.shareArn)).toMatchObject([seen]);
    side.disassociate(share.shareArn, id);
    expect(await statusOf(id)).toBe('DELETE_IN_PROGRESS');
    await pass(10_000);
    await expect(statusOf(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(side.connections(share.shareArn)).toEqual([]);
  });

  test('ends with the account at the provider', async () => {
    const id = await associate(await network());
    side.withdraw(share.shareArn, owner);
    expect(await statusOf(id)).toBe('DELETE_IN_PROGRESS');
  });

  test('keeps the network from being deleted', async () => {
    const serviceNetworkIdentifier = await network();
    const id = await associate(serviceNetworkIdentifier);
    const remove = () => call('vpc-lattice', 'DeleteServiceNetwork', { serviceNetworkIdentifier });
    await expect(remove()).rejects.toMatchObject({ name: 'ConflictException' });
    await call('vpc-lattice', 'DeleteServiceNetworkResourceAssociation', {
      serviceNetworkResourceAssociationIdentifier: id,
    });
    await pass(10_000);
    await remove();
    await expect(
      call('vpc-lattice', 'GetServiceNetwork', { serviceNetworkIdentifier }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('asks permissions on the association, the configuration and the network', async () => {
    const arn = await network();
    const input = {
      serviceNetworkIdentifier: arn,
      resourceConfigurationIdentifier: configuration,
      tags: { team: 'data' },
    };
    const caller = { accountId: owner, region, arn: `arn:aws:sts::${owner}:assumed-role/worker/session` };
    const needs = services
      .get('vpc-lattice')
      ?.needs?.CreateServiceNetworkResourceAssociation?.(input, caller);
    const association = `arn:aws:vpc-lattice:${region}:${owner}:servicenetworkresourceassociation/*`;
    expect(needs?.map(({ action, resource }) => [action, resource])).toEqual([
      ['vpc-lattice:CreateServiceNetworkResourceAssociation', association],
      ['vpc-lattice:CreateServiceNetworkResourceAssociation', configuration],
      ['vpc-lattice:CreateServiceNetworkResourceAssociation', arn],
      ['vpc-lattice:TagResource', association],
    ]);
    expect(needs?.[0]?.context).toMatchObject({
      'aws:RequestTag/team': 'data',
      'vpc-lattice:ResourceConfigurationArn': configuration,
      'vpc-lattice:ServiceNetworkArn': arn,
    });
  });

  test('is deleted with the permission for what has its tags', async () => {
    const id = await associate(await network(), { tags: { team: 'data' } });
    const input = { serviceNetworkResourceAssociationIdentifier: id };
    const caller = { accountId: owner, region, arn: `arn:aws:sts::${owner}:assumed-role/worker/session` };
    const needs = services
      .get('vpc-lattice')
      ?.needs?.DeleteServiceNetworkResourceAssociation?.(input, caller);
    expect(needs).toMatchObject([
      {
        action: 'vpc-lattice:DeleteServiceNetworkResourceAssociation',
        resource: `arn:aws:vpc-lattice:${region}:${owner}:servicenetworkresourceassociation/${id}`,
        context: { 'aws:ResourceTag/team': 'data' },
      },
    ]);
  });

  test('has the forms of the SDK', async () => {
    const credentials = new Credentials({ clock });
    const front = await startFront({ services, credentials, clock });
    const client = new VPCLatticeClient({
      endpoint: front.url,
      region,
      credentials: { accessKeyId: owner, secretAccessKey: 'any' },
      maxAttempts: 1,
    });
    try {
      const serviceNetworkIdentifier = await network();
      const resourceConfigurationIdentifier = configuration;
      const asked = { serviceNetworkIdentifier, resourceConfigurationIdentifier };
      const seen = await client.send(
        new GetResourceConfigurationCommand({ resourceConfigurationIdentifier }),
      );
      expect(seen).toMatchObject({ arn: configuration, allowAssociationToShareableServiceNetwork: true });
      const create = new CreateServiceNetworkResourceAssociationCommand({
        ...asked,
        privateDnsEnabled: true,
        tags: { team: 'data' },
      });
      const { id, arn } = await client.send(create);
      await expect(client.send(create)).rejects.toMatchObject({ name: 'ConflictException' });
      const { items } = await client.send(new ListServiceNetworkResourceAssociationsCommand(asked));
      expect(items).toMatchObject([
        {
          id,
          arn,
          resourceConfigurationArn: configuration,
          serviceNetworkArn: serviceNetworkIdentifier,
          privateDnsEnabled: true,
          createdBy: owner,
        },
      ]);
      expect(await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).toMatchObject({
        tags: { team: 'data' },
      });
      const it = { serviceNetworkResourceAssociationIdentifier: id };
      const read = await client.send(new GetServiceNetworkResourceAssociationCommand(it));
      expect(read).toMatchObject({ status: 'CREATE_IN_PROGRESS', createdAt: new Date(clock.now()) });
      const { status } = await client.send(new DeleteServiceNetworkResourceAssociationCommand(it));
      expect(status).toBe('DELETE_IN_PROGRESS');
    } finally {
      client.destroy();
      await front.close();
    }
  });
});

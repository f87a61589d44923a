import { Ec2 } from '../../../src/aws/ec2/ec2.ts';
import { ProviderSide } from '../../../src/aws/provider.ts';
import { Ram } from '../../../src/aws/ram.ts';
import { AwsServices } from '../../../src/aws/service.ts';
import { ServiceNetworks } from '../../../src/aws/vpc-lattice/service-networks.ts';
import { VpcLattice } from '../../../src/aws/vpc-lattice/vpc-lattice.ts';
import { Activity, VirtualClock } from '../../../src/clock.ts';

const provider = '999900001111';
export const management = '111111111111';
export const owner = '222233334444';
export const consumer = '444455556666';
export const stranger = '777788889999';
export const region = 'us-east-1';
export const share = {
  shareArn: `arn:aws:ram:${region}:${provider}:resource-share/orders`,
  shareName: 'orders',
  region,
  resourceConfigurationArn: `arn:aws:vpc-lattice:${region}:${provider}:resourceconfiguration/rcfg-0f6dc1d8b9af303a9`,
  resources: [
    { key: '1', privateName: 'orders.example.com' },
    { key: '2', privateName: 'carts.example.com' },
  ],
  zoneIds: ['use1-az1'],
};
export const configuration = share.resourceConfigurationArn;
const organization = {
  managementAccountId: management,
  organizationOf: (id: string) => ([management, owner, consumer].includes(id) ? 'o-a1b2c3d4e5' : undefined),
};
export const everybody = `arn:aws:organizations::${management}:organization/o-a1b2c3d4e5`;

export let clock: VirtualClock;
export let side: ProviderSide;
export let services: AwsServices;

/** Begins anew: a share that the owner's account has accepted. */
export async function begin(): Promise<void> {
  clock = new VirtualClock(Date.parse('2026-11-20T10:00:00Z'));
  side = new ProviderSide({ clock });
  const networks = new ServiceNetworks({ clock, provider: side, organization });
  services = new AwsServices();
  services.register(new VpcLattice({ networks, provider: side }));
  services.register(new Ram({ provider: side, networks, organization }));
  services.register(new Ec2({ clock, provider: side, networks }));
  side.offerShare(share);
  side.invite(share.shareArn, owner);
  await pass(3_000);
  side.accept(side.invitationsTo(owner, region)[0]!.invitation);
  await pass(5_000);
}

export function call(
  service: 'ec2' | 'ram' | 'vpc-lattice',
  action: string,
  input: object,
  accountId = owner,
  // biome-ignore lint/suspicious/noExplicitAny: the answers' shapes are the SDK's
): Promise<any> {
  return services.call(service, action, input, { accountId, region, arn: `arn:aws:iam::${accountId}:root` });
}

export function pass(milliseconds: number): Promise<void> {
  return Activity.run(clock, (activity) => activity.sleep(milliseconds));
}

export async function network(input: object = {}): Promise<string> {
  const { arn } = await call('vpc-lattice', 'CreateServiceNetwork', { name: 'databases', ...input });
  return arn;
}

export async function associate(serviceNetworkIdentifier: string, more: object = {}): Promise<string> {
  const input = { serviceNetworkIdentifier, resourceConfigurationIdentifier: configuration, ...more };
  return (await call('vpc-lattice', 'CreateServiceNetworkResourceAssociation', input)).id;
}

export async function statusOf(id: string): Promise<string> {
  const input = { serviceNetworkResourceAssociationIdentifier: id };
  return (await call('vpc-lattice', 'GetServiceNetworkResourceAssociation', input)).status;
}

export async function shareInside(networkArn: string, principals = [everybody]): Promise<string> {
  await call('ram', 'EnableSharingWithAwsOrganization', {}, management);
  const input = { name: 'databases', resourceArns: [networkArn], principals };
  return (await call('ram', 'CreateResourceShare', input)).resourceShare.resourceShareArn;
}

/** A VPC with a subnet, and what creates an endpoint of the network in it. */
export async function vpcIn(accountId: string, zone = `${region}a`) {
  const ec2 = (action: string, input: object) => call('ec2', action, input, accountId);
  const VpcId: string = (await ec2('CreateVpc', { CidrBlock: '10.42.0.0/16' })).Vpc.VpcId;
  await ec2('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  const subnet = { VpcId, CidrBlock: '10.42.0.0/24', AvailabilityZone: zone };
  const SubnetIds = [(await ec2('CreateSubnet', subnet)).Subnet.SubnetId];
  const create = async (more: object): Promise<string> => {
    const input = { VpcId, VpcEndpointType: 'ServiceNetwork', SubnetIds, PrivateDnsEnabled: true, ...more };
    return (await ec2('CreateVpcEndpoint', input)).VpcEndpoint.VpcEndpointId;
  };
  const names = async (id: string) =>
    (await ec2('DescribeVpcEndpointAssociations', { VpcEndpointIds: [id] })).VpcEndpointAssociations;
  return { ec2, create, names };
}

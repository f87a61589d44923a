import { beforeEach, expect, test } from '@jest/globals';
import { Ec2 } from '../../../src/aws/ec2/ec2.ts';
import { ProviderSide } from '../../../src/aws/provider.ts';
import { Ram } from '../../../src/aws/ram.ts';
import { AwsServices } from '../../../src/aws/service.ts';
import { ServiceNetworks } from '../../../src/aws/vpc-lattice/service-networks.ts';
import { VirtualClock } from '../../../src/clock.ts';

const OWNER = '111122223333';
const PARTICIPANT = '444455556666';
const STRANGER = '777788889999';
const organization = {
  managementAccountId: '111111111111',
  organizationOf: (accountId: string) => (accountId === STRANGER ? undefined : 'o-a1b2c3d4e5'),
};

let services: AwsServices;
let subnetArn: string;
let vpcId: string;

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into
function ask(service: string, action: string, input: object, accountId: string): Promise<any> {
  return services.call(service, action, input, {
    accountId,
    region: 'us-east-1',
    arn: `arn:aws:iam::${accountId}:root`,
  });
}

beforeEach(async () => {
  const clock = new VirtualClock(0);
  const provider = new ProviderSide({ clock });
  const networks = new ServiceNetworks({ clock, provider, organization });
  services = new AwsServices();
  const subnets = new Ec2({ clock, provider, networks, publish: () => {} });
  services.register(subnets);
  services.register(new Ram({ provider, networks, subnets, organization }));
  const TagSpecifications = [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'shared' }] }];
  const { Vpc } = await ask('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16', TagSpecifications }, OWNER);
  vpcId = Vpc.VpcId;
  const { Subnet } = await ask('ec2', 'CreateSubnet', { VpcId: vpcId, CidrBlock: '10.0.0.0/24' }, OWNER);
  subnetArn = Subnet.SubnetArn;
  await ask('ec2', 'CreateSubnet', { VpcId: vpcId, CidrBlock: '10.0.1.0/24' }, OWNER);
  await ask('ram', 'EnableSharingWithAwsOrganization', {}, '111111111111');
});

const share = (principal: string, arn = subnetArn, by = OWNER) =>
  ask('ram', 'CreateResourceShare', { name: 'network', resourceArns: [arn], principals: [principal] }, by);

test('a participant sees the shared subnet and its VPC, with their owner and without tags, until it ends', async () => {
  expect(await ask('ec2', 'DescribeVpcs', {}, PARTICIPANT)).toMatchObject({ Vpcs: [] });
  const { resourceShare } = await share(PARTICIPANT);
  expect(await ask('ec2', 'DescribeVpcs', { VpcIds: [vpcId] }, PARTICIPANT)).toMatchObject({
    Vpcs: [{ VpcId: vpcId, OwnerId: OWNER, Tags: [] }],
  });
  const { Subnets } = await ask('ec2', 'DescribeSubnets', {}, PARTICIPANT);
  expect(Subnets).toMatchObject([{ SubnetArn: subnetArn, OwnerId: OWNER }]);
  expect(await ask('ec2', 'DescribeVpcs', {}, OWNER)).toMatchObject({ Vpcs: [{ OwnerId: OWNER }] });
  await ask('ram', 'DeleteResourceShare', { resourceShareArn: resourceShare.resourceShareArn }, OWNER);
  expect(await ask('ec2', 'DescribeVpcs', {}, PARTICIPANT)).toMatchObject({ Vpcs: [] });
});

test('a participant makes no endpoint in it, and the share is told as one of a subnet', async () => {
  await share(PARTICIPANT);
  const input = { VpcId: vpcId, VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.us-east-1.kms' };
  await expect(ask('ec2', 'CreateVpcEndpoint', input, PARTICIPANT)).rejects.toThrow(`is of account ${OWNER}`);
  const held = await ask('ram', 'ListResources', { resourceOwner: 'OTHER-ACCOUNTS' }, PARTICIPANT);
  expect(held).toMatchObject({ resources: [{ arn: subnetArn, type: 'ec2:Subnet' }] });
});

test('only its owner shares a subnet, only inside the organization, and none of a default VPC', async () => {
  await expect(share(OWNER, subnetArn, PARTICIPANT)).rejects.toThrow('could not be found');
  await expect(share(STRANGER)).rejects.toThrow('accounts in it');
  await ask('ec2', 'CreateDefaultVpc', {}, OWNER);
  const Filters = [{ Name: 'default-for-az', Values: ['true'] }];
  const { Subnets } = await ask('ec2', 'DescribeSubnets', { Filters }, OWNER);
  await expect(share(PARTICIPANT, Subnets[0].SubnetArn)).rejects.toThrow('default VPC');
});

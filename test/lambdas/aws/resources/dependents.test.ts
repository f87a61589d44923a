import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { otherDependents } from '../../../../lambdas/aws/resources/dependents.ts';
import { readOwnership } from '../../../../lambdas/aws/resources/ownership.ts';
import { ACCOUNT, aws, SEEN_ENDPOINT, SEEN_GROUP, VPC } from '../stub.ts';

const ec2 = new EC2Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });

/** A VPC in which only this system's endpoint is left. */
const LAST = {
  DescribeVpcEndpoints: {
    VpcEndpoints: [
      {
        ...SEEN_ENDPOINT,
        SubnetIds: ['subnet-1'],
        NetworkInterfaceIds: ['eni-1'],
      },
      { VpcEndpointId: 'vpce-2', State: 'deleted' },
    ],
  },
  DescribeNetworkInterfaces: { NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1' }] },
  DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-1' }] },
  DescribeSecurityGroups: {
    SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'default' }, SEEN_GROUP],
  },
  DescribeRouteTables: { RouteTables: [{ RouteTableId: 'rtb-1', Associations: [{ Main: true }] }] },
  DescribeNetworkAcls: { NetworkAcls: [{ NetworkAclId: 'acl-1', IsDefault: true }] },
  DescribeInternetGateways: { InternetGateways: [] },
  DescribeEgressOnlyInternetGateways: {
    EgressOnlyInternetGateways: [
      { EgressOnlyInternetGatewayId: 'eigw-1', Attachments: [{ VpcId: 'vpc-2' }] },
    ],
  },
  DescribeVpnGateways: {
    VpnGateways: [{ VpnGatewayId: 'vgw-1', VpcAttachments: [{ VpcId: VPC, State: 'detached' }] }],
  },
};

const inTheWay = async () =>
  otherDependents(ec2, VPC, await readOwnership(ACCOUNT, 'us-east-1', { completes: false }));

test('there is nothing where only this system is in the way', async () => {
  const { calls } = aws(LAST);
  expect(await inTheWay()).toEqual([]);
  expect(calls.filter(({ input }) => JSON.stringify(input.Filters ?? [VPC]).includes(VPC))).toHaveLength(9);
});

test.each<[string, object, string]>([
  [
    'interface',
    { DescribeNetworkInterfaces: { NetworkInterfaces: [{ NetworkInterfaceId: 'eni-2' }] } },
    'eni-2',
  ],
  ['subnet', { DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-2' }] } }, 'subnet-2'],
  [
    'security group',
    { DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-3', GroupName: 'x' }] } },
    'sg-3',
  ],
  [
    'security group that only its tags call ours',
    {
      DescribeSecurityGroups: {
        SecurityGroups: [{ ...SEEN_GROUP, GroupId: 'sg-4', GroupName: 'payments' }],
      },
    },
    'sg-4',
  ],
  [
    'endpoint that only its tags call ours',
    {
      DescribeVpcEndpoints: {
        VpcEndpoints: [
          ...LAST.DescribeVpcEndpoints.VpcEndpoints,
          { ...SEEN_ENDPOINT, VpcEndpointId: 'vpce-4' },
        ],
      },
    },
    'vpce-4',
  ],
  ['route table', { DescribeRouteTables: { RouteTables: [{ RouteTableId: 'rtb-2' }] } }, 'rtb-2'],
  ['network ACL', { DescribeNetworkAcls: { NetworkAcls: [{ NetworkAclId: 'acl-2' }] } }, 'acl-2'],
  [
    'internet gateway',
    { DescribeInternetGateways: { InternetGateways: [{ InternetGatewayId: 'igw-1' }] } },
    'igw-1',
  ],
  [
    'egress-only internet gateway',
    {
      DescribeEgressOnlyInternetGateways: {
        EgressOnlyInternetGateways: [
          { EgressOnlyInternetGatewayId: 'eigw-2', Attachments: [{ VpcId: VPC }] },
        ],
      },
    },
    'eigw-2',
  ],
  [
    'virtual private gateway',
    { DescribeVpnGateways: { VpnGateways: [{ VpnGatewayId: 'vgw-2', VpcAttachments: [{ VpcId: VPC }] }] } },
    'vgw-2',
  ],
  [
    'endpoint of somebody else',
    {
      DescribeVpcEndpoints: {
        VpcEndpoints: [...LAST.DescribeVpcEndpoints.VpcEndpoints, { VpcEndpointId: 'vpce-3' }],
      },
    },
    'vpce-3',
  ],
])('an %s is in the way too', async (_, answer, id) => {
  aws({ ...LAST, ...answer });
  expect(await inTheWay()).toEqual([id]);
});

import {
  ACCOUNT,
  CONFIGURATION,
  connection,
  ENDPOINT,
  GROUP,
  OWN_TAGS,
  RESOURCE,
  SEEN_GROUP,
  VPC,
} from './stub.ts';

// A VPC and what is in it, as AWS describes them.

export const CIDRS = ['10.0.0.0/16', '10.1.0.0/16'];
export const payload = {
  accountId: ACCOUNT,
  connection: connection(),
  vpcId: VPC,
  target: RESOURCE,
  waitingSince: Date.now(),
};

export const rule = (FromPort: number, ToPort: number, cidrs = CIDRS) => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
});
export const group = (IpPermissions: object[], GroupName = 'redis-privatelink-orders') => ({
  SecurityGroups: [{ ...SEEN_GROUP, GroupName, IpPermissions }],
});
export const endpoint = (State: string, VpcEndpointId = ENDPOINT, more = {}) => ({
  VpcEndpointId,
  VpcId: VPC,
  VpcEndpointType: 'Resource',
  ResourceConfigurationArn: CONFIGURATION,
  State,
  SubnetIds: ['subnet-2', 'subnet-1'],
  Groups: [{ GroupId: GROUP }],
  Tags: OWN_TAGS,
  ...more,
});
export const dns = (support: boolean, hostnames: boolean) => (input: { Attribute: string }) =>
  input.Attribute === 'enableDnsSupport'
    ? { EnableDnsSupport: { Value: support } }
    : { EnableDnsHostnames: { Value: hostnames } };

/** A VPC with everything that the endpoint needs, and no endpoint. */
export const ready = {
  DescribeVpcs: {
    Vpcs: [
      {
        VpcId: VPC,
        CidrBlock: '10.0.0.0/16',
        CidrBlockAssociationSet: [
          { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.1.0.0/16', CidrBlockState: { State: 'associated' } },
          { CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'disassociated' } },
        ],
      },
    ],
  },
  DescribeVpcEndpoints: { VpcEndpoints: [] },
  DescribeVpcAttribute: dns(true, true),
  DescribeSubnets: {
    Subnets: [
      { SubnetId: 'subnet-1', AvailabilityZoneId: 'use1-az1', AvailableIpAddressCount: 100 },
      { SubnetId: 'subnet-2', AvailabilityZoneId: 'use1-az2', AvailableIpAddressCount: 100 },
    ],
  },
  DescribeSecurityGroups: { SecurityGroups: [] },
};

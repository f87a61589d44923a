import { DescribeVpcsCommand, type EC2Client, type Vpc } from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { codeOf } from '../../shared/aws/errors.ts';
import type { IpAddressType } from '../../shared/workflows/configuration.ts';

/** All VPCs that the account sees in the Region, those that other accounts share with it included. */
export function listVpcs(ec2: EC2Client): Promise<Vpc[]> {
  return allPages(async (NextToken) => {
    const answer = await ec2.send(new DescribeVpcsCommand({ MaxResults: 500, NextToken }));
    return { items: answer.Vpcs, nextToken: answer.NextToken };
  });
}

/** The VPC; null where EC2 says that there is none, undefined where it says nothing. */
export async function describeVpc(ec2: EC2Client, vpcId: string): Promise<Vpc | null | undefined> {
  try {
    return (await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs?.[0];
  } catch (error) {
    if (codeOf(error) === 'InvalidVpcID.NotFound') return null;
    throw error;
  }
}

/** The states of a block whose addresses are in use, or are about to be. */
const IN_USE = ['associated', 'associating'];

/**
 * The VPC's blocks in use: those of IPv4, and those of IPv6, too, where endpoints have such addresses. An endpoint that was
 * made before the connection said so has IPv4 addresses.
 */
export function cidrBlocksOf(vpc: Vpc, type: IpAddressType | null | undefined): string[] {
  const associated = (vpc.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState }) => IN_USE.includes(CidrBlockState?.State ?? ''))
    .map(({ CidrBlock }) => CidrBlock);
  const blocks = new Set([
    vpc.CidrBlock,
    ...associated,
    ...(needsIpv6(type) ? (ipv6BlocksOf(vpc) ?? []) : []),
  ]);
  return [...blocks].filter((block) => block !== undefined).sort();
}

/** The VPC's IPv6 blocks in use; undefined where AWS does not say. */
export function ipv6BlocksOf({ Ipv6CidrBlockAssociationSet: all }: Vpc): string[] | undefined {
  return all
    ?.filter(({ Ipv6CidrBlockState }) => IN_USE.includes(Ipv6CidrBlockState?.State ?? ''))
    .flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []);
}

/** Whether endpoints of the type have IPv6 addresses. */
export function needsIpv6(type: IpAddressType | null | undefined): type is 'dualstack' | 'ipv6' {
  return type === 'dualstack' || type === 'ipv6';
}

import { DescribeVpcsCommand, type EC2Client, type Vpc } from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { codeOf } from '../../shared/aws/errors.ts';

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

/** The VPC's IPv4 blocks in use. */
export function cidrBlocksOf(vpc: Vpc): string[] {
  const associated = (vpc.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState }) => IN_USE.includes(CidrBlockState?.State ?? ''))
    .map(({ CidrBlock }) => CidrBlock);
  const blocks = new Set([vpc.CidrBlock, ...associated]);
  return [...blocks].filter((block) => block !== undefined).sort();
}

import {
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpnGatewaysCommand,
  type EC2Client,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { type Ownership, seenEndpoint, seenGroup } from './ownership.ts';
import { listEndpoints, stateOf } from './vpc-endpoints.ts';

/**
 * What is in the way of deleting the VPC besides this system's endpoints and security groups, by id: what AWS says must
 * be deleted first ("DeleteVpc", Amazon EC2 API Reference; "Delete your VPC", Amazon VPC User Guide). A subnet with an
 * endpoint of this system in it cannot be deleted before that, and does not count.
 */
export async function otherDependents(
  ec2: EC2Client,
  vpcId: string,
  { whyNotOwn }: Ownership,
): Promise<string[]> {
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const attached = [{ Name: 'attachment.vpc-id', Values: [vpcId] }];
  const endpoints = (await listEndpoints(ec2, inVpc)).filter((one) => stateOf(one) !== 'deleted');
  const ours: typeof endpoints = [];
  for (const endpoint of endpoints) {
    if ((await whyNotOwn(seenEndpoint(endpoint))) === undefined) ours.push(endpoint);
  }
  const ourInterfaces = new Set(ours.flatMap(({ NetworkInterfaceIds = [] }) => NetworkInterfaceIds));
  const ourSubnets = new Set(ours.flatMap(({ SubnetIds = [] }) => SubnetIds));

  const found = await Promise.all([
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeNetworkInterfacesCommand({ Filters: inVpc, MaxResults: 1000, NextToken }),
      );
      const others = answer.NetworkInterfaces?.filter(
        ({ NetworkInterfaceId = '' }) => !ourInterfaces.has(NetworkInterfaceId),
      );
      return { items: ids(others, 'NetworkInterfaceId'), nextToken: answer.NextToken };
    }),
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeSubnetsCommand({ Filters: inVpc, MaxResults: 1000, NextToken }),
      );
      const others = answer.Subnets?.filter(({ SubnetId = '' }) => !ourSubnets.has(SubnetId));
      return { items: ids(others, 'SubnetId'), nextToken: answer.NextToken };
    }),
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeSecurityGroupsCommand({ Filters: inVpc, MaxResults: 1000, NextToken }),
      );
      const others: SecurityGroup[] = [];
      for (const group of answer.SecurityGroups ?? []) {
        if (group.GroupName === 'default') continue;
        if ((await whyNotOwn(seenGroup(group))) !== undefined) others.push(group);
      }
      return { items: ids(others, 'GroupId'), nextToken: answer.NextToken };
    }),
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeRouteTablesCommand({ Filters: inVpc, MaxResults: 100, NextToken }),
      );
      const others = answer.RouteTables?.filter(
        ({ Associations }) => !Associations?.some(({ Main }) => Main),
      );
      return { items: ids(others, 'RouteTableId'), nextToken: answer.NextToken };
    }),
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeNetworkAclsCommand({ Filters: inVpc, MaxResults: 1000, NextToken }),
      );
      const others = answer.NetworkAcls?.filter(({ IsDefault }) => !IsDefault);
      return { items: ids(others, 'NetworkAclId'), nextToken: answer.NextToken };
    }),
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeInternetGatewaysCommand({ Filters: attached, MaxResults: 1000, NextToken }),
      );
      return { items: ids(answer.InternetGateways, 'InternetGatewayId'), nextToken: answer.NextToken };
    }),
    // It has no filter for the VPC.
    allPages(async (NextToken) => {
      const answer = await ec2.send(
        new DescribeEgressOnlyInternetGatewaysCommand({ MaxResults: 255, NextToken }),
      );
      const here = answer.EgressOnlyInternetGateways?.filter(({ Attachments }) =>
        Attachments?.some((attachment) => attachment.VpcId === vpcId),
      );
      return { items: ids(here, 'EgressOnlyInternetGatewayId'), nextToken: answer.NextToken };
    }),
    ec2.send(new DescribeVpnGatewaysCommand({ Filters: attached })).then(({ VpnGateways }) =>
      // One that was detached is listed with its last attachment.
      ids(
        VpnGateways?.filter(({ VpcAttachments }) =>
          VpcAttachments?.some((one) => one.VpcId === vpcId && one.State !== 'detached'),
        ),
        'VpnGatewayId',
      ),
    ),
  ]);
  const otherEndpoints = ids(
    endpoints.filter((one) => !ours.includes(one)),
    'VpcEndpointId',
  );
  return [...otherEndpoints, ...found.flat()];
}

function ids<K extends string>(things: readonly Partial<Record<K, string>>[] | undefined, key: K): string[] {
  return (things ?? []).map((thing) => thing[key] ?? 'something without an id');
}

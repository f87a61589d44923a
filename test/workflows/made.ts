import { type Lab, VPC } from './harness.ts';

/** What was made in the account. */
export async function made(lab: Lab, accountId: string) {
  const place = { accountId, region: 'us-east-1' };
  const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupName: string }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    {},
    place,
  );
  const groups = SecurityGroups.map(({ GroupName }) => GroupName).filter((name) => name !== 'default');
  return { endpoints: await lab.endpoints(accountId), groups };
}

/** Somebody makes an endpoint to the service by himself, in one subnet of the VPC. Returns its id. */
export async function endpointByHand(
  lab: Lab,
  accountId: string,
  ServiceName: string,
  tags: Record<string, string> = {},
): Promise<string> {
  const place = { accountId, region: 'us-east-1' };
  const { Subnets } = await lab.call<{ Subnets: { SubnetId: string }[] }>(
    'ec2',
    'DescribeSubnets',
    {},
    place,
  );
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { VpcEndpoint } = await lab.call<{ VpcEndpoint: { VpcEndpointId: string } }>(
    'ec2',
    'CreateVpcEndpoint',
    {
      VpcId: VPC,
      VpcEndpointType: 'Interface',
      ServiceName,
      SubnetIds: [Subnets[0]?.SubnetId],
      ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags }] }),
    },
    place,
  );
  return VpcEndpoint.VpcEndpointId;
}

import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { ask, named, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { type Finding, missing, ok } from '../finding.ts';

/** From the network of the configuration, Redis Cloud is reached by a NAT gateway, whose address is fixed. */
export const network: Check = {
  name: 'the network',
  places: ['hub'],
  async look(examination) {
    const { network: given } = examination.configuration.hub;
    if (!given) return [];
    const { hubRegion } = examination.configuration.organization;
    const client = examination.client(EC2Client, hubRegion);
    const described = await ask(
      'ec2:DescribeSubnets',
      () => client.send(new DescribeSubnetsCommand({ SubnetIds: given.subnetIds })),
      named('InvalidSubnetID.NotFound'),
    );
    const strangers = given.subnetIds.filter(
      (id) => !described?.Subnets?.some(({ SubnetId, VpcId }) => SubnetId === id && VpcId === given.vpcId),
    );
    if (strangers.length > 0) {
      return [
        missing(
          `${given.vpcId} in ${hubRegion} has no subnet ${strangers.join(', ')}`,
          `correct hub.network in the configuration, and ${examination.deploy(examination.names.HUB_STACK)}`,
        ),
      ];
    }
    const Filters = [{ Name: 'vpc-id', Values: [given.vpcId] }];
    const tables = await pages(async (NextToken) => {
      const answer = await ask('ec2:DescribeRouteTables', () =>
        client.send(new DescribeRouteTablesCommand({ Filters, NextToken })),
      );
      return { items: answer?.RouteTables, next: answer?.NextToken };
    });
    const found = await Promise.all(given.subnetIds.map((id) => wayOut(examination, client, id, tables)));
    return found.flat();
  },
};

async function wayOut(
  examination: Examination,
  client: EC2Client,
  subnetId: string,
  tables: RouteTable[],
): Promise<Finding[]> {
  const { hubRegion } = examination.configuration.organization;
  const table =
    tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === subnetId)) ??
    tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  const route = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  if (route?.TransitGatewayId || route?.NetworkInterfaceId) {
    return [
      ok(`${subnetId} reaches the internet by way of another network, whose address is not seen from here`),
    ];
  }
  if (!route?.NatGatewayId) {
    return [
      missing(
        `${subnetId} has no route to a NAT gateway, so the functions reach neither AWS nor Redis Cloud`,
        `aws ec2 create-route --region ${hubRegion} --route-table-id ${table?.RouteTableId ?? 'ID'} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id ID`,
      ),
    ];
  }
  const { NatGatewayId } = route;
  const answer = await ask(
    'ec2:DescribeNatGateways',
    () => client.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] })),
    named('NatGatewayNotFound'),
  );
  const [gateway] = answer?.NatGateways ?? [];
  const addresses = gateway?.NatGatewayAddresses?.flatMap(({ PublicIp }) => PublicIp ?? []) ?? [];
  if (gateway?.State !== 'available' || addresses.length === 0) {
    return [
      missing(
        `the NAT gateway ${NatGatewayId} of ${subnetId} is ${gateway?.State ?? 'gone'}${addresses.length === 0 ? ', and has no public address' : ''}`,
        `aws ec2 describe-nat-gateways --region ${hubRegion} --nat-gateway-ids ${NatGatewayId}`,
      ),
    ];
  }
  const blocks = addresses.map((address) => `${address}/32`).join(', ');
  return [
    ok(`${subnetId} reaches Redis Cloud from ${blocks}: what the user key’s CIDR allow-list must have`),
  ];
}

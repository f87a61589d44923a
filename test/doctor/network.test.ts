import { describe, expect, test } from '@jest/globals';
import { network } from '../../doctor/checks/network.ts';
import type { Examination } from '../../doctor/examination.ts';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import { configuration } from './deployment.ts';

const given = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0'],
  securityGroupIds: ['sg-0123456789abcdef0'],
};
const NAT = 'nat-0123456789abcdef0';

const answers = {
  DescribeSubnetsCommand: { Subnets: [{ SubnetId: given.subnetIds[0], VpcId: given.vpcId }] },
  DescribeRouteTablesCommand: {
    RouteTables: [
      { RouteTableId: 'rtb-main', Associations: [{ Main: true }], Routes: [] },
      {
        RouteTableId: 'rtb-private',
        Associations: [{ SubnetId: given.subnetIds[0] }],
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' },
          { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: NAT },
        ],
      },
    ],
  },
  DescribeNatGatewaysCommand: {
    NatGateways: [
      { NatGatewayId: NAT, State: 'available', NatGatewayAddresses: [{ PublicIp: '192.0.2.7' }] },
    ],
  },
};

interface Command {
  constructor: { name: string };
  input: { NextToken?: string };
}

/** Route tables come one on a page. */
function onPages(answer: { RouteTables?: object[] } = {}, { input }: Command): object {
  if (!answer.RouteTables) return answer;
  const at = Number(input.NextToken ?? 0);
  const NextToken = at + 1 < answer.RouteTables.length ? String(at + 1) : undefined;
  return { RouteTables: answer.RouteTables.slice(at, at + 1), NextToken };
}

/** What the check finds where EC2 answers so. */
function look(changes: Partial<Record<keyof typeof answers, object>>, hub: object = { network: given }) {
  const all = { ...answers, ...changes } as Record<string, object>;
  return network.look({
    configuration: { ...configuration, hub },
    client: () => ({ send: async (command: Command) => onPages(all[command.constructor.name], command) }),
    names: DEFAULT_NAMES,
    deploy: (stack: string) => `npx cdk deploy ${stack}`,
  } as unknown as Examination);
}

describe('the network of the functions that call Redis Cloud', () => {
  test('is looked at only where there is one', async () => {
    expect(await look({}, { network: null })).toEqual([]);
  });

  test('shows the addresses for the allow-list', async () => {
    expect(await look({})).toEqual([
      { status: 'ok', text: expect.stringContaining('from 192.0.2.7/32: what the user key') },
    ]);
  });

  test.each<[string, Partial<Record<keyof typeof answers, object>>, RegExp]>([
    [
      'a subnet of another VPC',
      { DescribeSubnetsCommand: { Subnets: [{ SubnetId: given.subnetIds[0], VpcId: 'vpc-1' }] } },
      /has no subnet/,
    ],
    ['a subnet that is not there', { DescribeSubnetsCommand: { Subnets: [] } }, /has no subnet/],
    [
      'no route',
      { DescribeRouteTablesCommand: { RouteTables: [{ Associations: [{ Main: true }], Routes: [] }] } },
      /no route to a NAT gateway/,
    ],
    [
      'a route to an internet gateway, which takes no function out',
      {
        DescribeRouteTablesCommand: {
          RouteTables: [
            {
              Associations: [{ Main: true }],
              Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' }],
            },
          ],
        },
      },
      /no route to a NAT gateway/,
    ],
    ['a NAT gateway that is gone', { DescribeNatGatewaysCommand: { NatGateways: [] } }, /is gone/],
    [
      'one that is being made',
      { DescribeNatGatewaysCommand: { NatGateways: [{ State: 'pending' }] } },
      /is pending/,
    ],
  ])('with %s is missing', async (_, changes, text) => {
    expect(await look(changes)).toEqual([
      {
        status: 'missing',
        text: expect.stringMatching(text),
        command: expect.stringMatching(/^(aws ec2|correct hub)/),
      },
    ]);
  });
});

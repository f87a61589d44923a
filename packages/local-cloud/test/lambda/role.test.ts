import { expect, test } from '@jest/globals';
import type { Guard } from '../../src/aws/service.ts';
import type { FunctionConfiguration } from '../../src/lambda/configuration.ts';
import { checkNetwork } from '../../src/lambda/role.ts';

const network = { SubnetIds: ['subnet-0123456789abcdef0'], SecurityGroupIds: ['sg-0123456789abcdef0'] };
const configuration = {
  accountId: '111111111111',
  region: 'us-east-1',
  role: 'arn:aws:iam::111111111111:role/function',
  name: 'function',
  network,
} as FunctionConfiguration;

/** Permits everything but this action on resources that end so. */
const without = (action: string, ending: string) =>
  ({
    permits: (_: unknown, need: { action: string; resource: string }) =>
      need.action !== action || !need.resource.endsWith(ending),
  }) as unknown as Guard;

test('a role that may make interfaces in the network is taken', () => {
  expect(() => checkNetwork(configuration, without('none', ''))).not.toThrow();
});

test.each([
  ['ec2:CreateNetworkInterface', 'subnet-0123456789abcdef0'],
  ['ec2:CreateNetworkInterface', 'sg-0123456789abcdef0'],
  ['ec2:CreateNetworkInterface', 'network-interface/*'],
  ['ec2:DeleteNetworkInterface', '*/*'],
  ['ec2:DescribeNetworkInterfaces', '*'],
])('one that may not %s on %s is refused as AWS does', (action, ending) => {
  expect(() => checkNetwork(configuration, without(action, ending))).toThrow(
    `The provided execution role does not have permissions to call ${action.slice(4)} on EC2`,
  );
});

test('a function without a network asks nothing of its role', () => {
  const { network: _, ...rest } = configuration;
  expect(() => checkNetwork(rest as FunctionConfiguration, without('ec2:DescribeSubnets', ''))).not.toThrow();
});

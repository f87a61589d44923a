import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ConfigurationError, parseConfiguration } from '../../lib/configuration.ts';

const EXAMPLE = readFileSync('config/service-network.yaml', 'utf8');

function problemsOf(text: string): readonly string[] {
  try {
    parseConfiguration(text, 'test.yaml');
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const having = (setting: string) => `${EXAMPLE}    ${setting}\n`;

test('a service network is an ARN of the Region and account that it is in', () => {
  expect(problemsOf(EXAMPLE)).toEqual([]);
  const [connection] = parseConfiguration(EXAMPLE, 'test.yaml').connections;
  expect(connection!.serviceNetwork).toEqual({
    arn: 'arn:aws:vpc-lattice:us-east-1:333344445555:servicenetwork/sn-050a335ab6caa2303',
  });
  expect(problemsOf(EXAMPLE.replace(/arn: .*/, 'arn: sn-050a335ab6caa2303'))).toEqual([
    expect.stringContaining('the ARN of a service network looks like'),
  ]);
});

test.each([
  [
    'in another Region',
    EXAMPLE.replace('vpc-lattice:us-east-1', 'vpc-lattice:eu-west-1'),
    'name one of the same Region',
  ],
  [
    'of the management account',
    EXAMPLE.replace('vpc-lattice:us-east-1:333344445555', 'vpc-lattice:us-east-1:111111111111'),
    'connectManagementAccount',
  ],
  ['with an endpoint service', having('contract: endpoint-service'), 'set contract to resource-share'],
  ['with a script for owners', having('handOver: script'), 'the script of Redis Cloud'],
  [
    'whose owner is excluded',
    having('accounts: { excludedAccountIds: ["333344445555"] }'),
    'owns the service network',
  ],
])('a service network %s is refused', (_, text, why) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(why)]);
});

const withArn = (arn: string) => EXAMPLE.replace(/arn: .*/, `arn: ${arn}`);
const AT = 'connections[0].serviceNetwork';

test.each([
  [
    'of another partition',
    withArn('arn:aws-cn:vpc-lattice:cn-north-1:333344445555:servicenetwork/sn-050a335ab6caa2303'),
    'this is of the partition aws-cn; the ARN of a service network looks like',
  ],
  [
    'that is a resource configuration',
    withArn('arn:aws:vpc-lattice:us-east-1:333344445555:resourceconfiguration/rcfg-050a335ab6caa2303'),
    'this is the ARN of a resourceconfiguration of vpc-lattice; the ARN of a service network looks like',
  ],
  [
    'that is a resource share',
    withArn('arn:aws:ram:us-east-1:333344445555:resource-share/0b1c'),
    'this is the ARN of a resource-share of ram; the ARN of a service network looks like',
  ],
  [
    'that is the name of an endpoint service',
    withArn('com.amazonaws.vpce.us-east-1.vpce-svc-050a335ab6caa2303'),
    'this is the name of an endpoint service; the ARN of a service network looks like',
  ],
  [
    'without a Region',
    withArn('arn:aws:vpc-lattice::333344445555:servicenetwork/sn-050a335ab6caa2303'),
    'the ARN of a service network looks like',
  ],
  ['without an ARN', EXAMPLE.replace(/arn: .*/, ''), AT],
  ['with what it does not have', EXAMPLE.replace(/( *)arn: .*/, '$&\n$1name: databases'), AT],
])('a service network %s is refused, with its place and what it should be', (_, text, problem) => {
  const problems = problemsOf(text);
  expect(problems).toEqual([expect.stringContaining(problem)]);
  expect(problems[0]).toContain(AT);
});

test('a service network goes with an Active-Active subscription and with chosen subnets', () => {
  expect(problemsOf(having('activeActiveRegionId: 1'))).toEqual([]);
  expect(problemsOf(having('endpoint: { subnets: { minimumZones: 1 } }'))).toEqual([]);
});

test('two connections do not have one service network', () => {
  const second = EXAMPLE.slice(EXAMPLE.indexOf('  - name: orders'))
    .replace('orders', 'carts')
    .replace('12345', '67890');
  expect(problemsOf(`${EXAMPLE}${second}`)).toEqual([
    expect.stringContaining('connections[0] has this network already'),
  ]);
});

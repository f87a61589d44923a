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

test('two connections do not have one service network', () => {
  const second = EXAMPLE.slice(EXAMPLE.indexOf('  - name: orders'))
    .replace('orders', 'carts')
    .replace('12345', '67890');
  expect(problemsOf(`${EXAMPLE}${second}`)).toEqual([
    expect.stringContaining('connections[0] has this network already'),
  ]);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, parseConfiguration } from '../../lib/configuration.ts';

const EXAMPLE = readFileSync('config/privatelink.yaml', 'utf8');

/** The example with these settings of Redis Cloud, and these connections beside `orders`. */
function file(redisCloud: string, account: string, ...more: string[]): string {
  return (
    EXAMPLE.replace(/redisCloud:\n(?: {2}.*\n)+/, `redisCloud: ${redisCloud}\n`) +
    (account && `    redisCloudAccount: ${account}\n`) +
    more.map((connection) => `  - ${connection}\n`).join('')
  );
}

function problemsOf(text: string): readonly string[] {
  try {
    parseConfiguration(text, 'test.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const PAYMENTS = '{ name: payments, secretName: payments-keys }';
const RESEARCH = '{ name: research, apiUrl: "https://eu.example.com/v1/", secretName: research-keys }';
const DEFAULT = '{ name: default, secretName: redis-privatelink/redis-cloud }';

describe('Redis Cloud accounts', () => {
  test('without a list are one, and its connections say nothing of it', () => {
    const { redisCloud, connections } = parseConfiguration(EXAMPLE, 'test.yaml');
    expect(redisCloud.accounts).toEqual([
      {
        name: 'default',
        apiUrl: 'https://api.redislabs.com/v1',
        secretName: 'redis-privatelink/redis-cloud',
      },
    ]);
    expect(connections[0]).not.toHaveProperty('redisCloudAccount');
  });

  test('are one, too, where the list holds only the default', () => {
    expect(parseConfiguration(file(`{ accounts: [${DEFAULT}] }`, 'default'), 'test.yaml')).toEqual(
      parseConfiguration(EXAMPLE, 'test.yaml'),
    );
  });

  test('in a list are named by connections', () => {
    const text = file(
      `{ accounts: [${PAYMENTS}, ${RESEARCH}] }`,
      'payments',
      '{ name: genes, subscriptionId: 5, region: us-east-1, redisCloudAccount: research }',
    );
    const { redisCloud, connections } = parseConfiguration(text, 'test.yaml');
    expect(redisCloud.accounts).toEqual([
      { name: 'payments', apiUrl: 'https://api.redislabs.com/v1', secretName: 'payments-keys' },
      { name: 'research', apiUrl: 'https://eu.example.com/v1', secretName: 'research-keys' },
    ]);
    expect(connections.map(({ redisCloudAccount }) => redisCloudAccount)).toEqual(['payments', 'research']);
  });

  test.each([
    ['{ accounts: [] }', '', /^redisCloud\.accounts .*at least one account/],
    [
      `{ secretName: mine, accounts: [${DEFAULT}] }`,
      '',
      /^redisCloud\.secretName .*move this to an account named default/,
    ],
    ['{ accounts: [{ name: payments }] }', 'payments', /accounts\[0\]\.secretName .*name the secret/],
    ['{ accounts: [{ name: Payments, secretName: s }] }', 'Payments', /accounts\[0\]\.name .*lower-case/],
    [`{ accounts: [${PAYMENTS}, { name: payments, secretName: s }] }`, 'payments', /this name already/],
    [
      `{ accounts: [${PAYMENTS}, { name: other, secretName: payments-keys }] }`,
      'payments',
      /this secret already/,
    ],
    [
      '{ accounts: [{ name: default, secretName: redis-privatelink/endpoint-script/x }] }',
      '',
      /accounts\[0\]\.secretName .*endpoint scripts are stored/,
    ],
    [`{ accounts: [${PAYMENTS}, ${RESEARCH}] }`, '', /redisCloudAccount .*say of which.*payments, research/],
    [`{ accounts: [${PAYMENTS}, ${RESEARCH}] }`, 'reserch', /no such account; did you mean research\?$/],
    [`{ accounts: [${PAYMENTS}, ${RESEARCH}] }`, 'zebra', /no such account; there are payments, research/],
    ['{}', 'payments', /no such account; there are default/],
    [
      `{ accounts: [${Array.from({ length: 9 }, (_, index) => `{ name: a${index}, secretName: s${index} }`)}] }`,
      'a0',
      /at most 8 accounts/,
    ],
  ])('are refused as %s, of which the connection names "%s"', (redisCloud, account, problem) => {
    const problems = problemsOf(file(redisCloud, account));
    expect(problems.filter((one) => problem.test(one))).toHaveLength(1);
  });
});

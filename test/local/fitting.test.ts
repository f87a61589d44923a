// Long: the day as it fits other configurations, each in a process of its own. main.test.ts always plays it with the
// example's.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { long } from '../long.ts';

const folder = mkdtempSync(join(tmpdir(), 'fitting-'));
afterAll(() => rmSync(folder, { recursive: true }));

const example = readFileSync('config/privatelink.yaml', 'utf8');

/** `npm start` with a configuration. */
function start(name: string, configuration: string) {
  const config = join(folder, name);
  writeFileSync(config, configuration);
  return spawnSync(process.execPath, ['local/main.ts', '--config', config], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
}

test('the day fits another configuration: named accounts, tagged subnets, a group, every VPC, approvals', () => {
  const own = `    contract: resource-share
    vpcs: all
    approval: required
    accounts: { organizationalUnits: [], accountIds: ["555566667777"] }
    endpoint:
      securityGroup: { name: databases }
      subnets: { tag: { key: tier, value: private } }`;
  const configuration = example.replace(/^ {4}contract: resource-share.*$/m, own);

  const { stdout, stderr, status } = start('mine.yaml', configuration);

  expect(stderr).toBe('');
  expect(stdout).toMatch(/AWS account 555566667777 is created/);
  expect(stdout).toMatch(/A person approves: orders, 555566667777/);
  expect(stdout.match(/^vpc-\w+ +orders +vpce-\w+$/gm)).toHaveLength(2);
  expect(status).toBe(0);
}, 120_000);

long(
  'the day fits a system of another name, whose tag VPCs bear',
  () => {
    const configuration = example
      .replace(/^ {2}secretName: .*$/m, '  secretName: trial/redis-cloud')
      .concat('\nsystem: { name: trial, tag: redis-trial }\n');

    const { stdout, stderr, status } = start('trial.yaml', configuration);

    expect(stderr).toBe('');
    expect(stdout).toMatch(/to every VPC tagged redis-trial=orders/);
    expect(stdout.match(/^vpc-\w+ +orders +vpce-\w+$/gm)).toHaveLength(2);
    expect(status).toBe(0);
  },
  120_000,
);

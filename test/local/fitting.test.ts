import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'fitting-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the day fits another configuration: named accounts, tagged subnets, a group, every VPC, approvals', () => {
  const config = join(folder, 'mine.yaml');
  const example = readFileSync('config/privatelink.yaml', 'utf8');
  const own = `    contract: resource-share
    vpcs: all
    approval: required
    accounts: { organizationalUnits: [], accountIds: ["555566667777"] }
    endpoint:
      securityGroup: { name: databases }
      subnets: { tag: { key: tier, value: private } }`;
  writeFileSync(config, example.replace(/^ {4}contract: resource-share.*$/m, own));

  const { stdout, stderr, status } = spawnSync(process.execPath, ['local/main.ts', '--config', config], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

  expect(stderr).toBe('');
  expect(stdout).toMatch(/AWS account 555566667777 is created/);
  expect(stdout).toMatch(/A person approves: orders, 555566667777/);
  expect(stdout.match(/^vpc-\w+ +orders +vpce-\w+$/gm)).toHaveLength(2);
  expect(status).toBe(0);
}, 120_000);

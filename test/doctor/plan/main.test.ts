import { spawnSync } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

/** The command, as on a machine without credentials. */
function plan(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['doctor/plan/main.ts', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return { status, stdout, stderr };
}

test.each([
  [[], /^--config FILE is missing\n\nnpm run plan/],
  [['--configuration', 'x'], /^Unknown option '--configuration'/],
  [['--config', 'config/nowhere.yaml'], /config\/nowhere\.yaml has a problem/],
  [
    ['--config', 'config/privatelink.yaml'],
    /^There are no credentials that AWS takes \(CredentialsProviderError/,
  ],
])('with %j ends with 1 and says what is wrong', (args, message) => {
  expect(plan(...args)).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) });
});

test('names the permissions that it needs, all of which only read', () => {
  const { status, stdout } = plan('--permissions');
  expect(status).toBe(0);
  for (const action of stdout.trim().split('\n')) {
    expect(action).toMatch(/^[a-z]+:(Get|Describe|List|Scan|Query|Decrypt)/);
  }
});

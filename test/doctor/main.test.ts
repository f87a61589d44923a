import { spawnSync } from 'node:child_process';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

/** The command, as on a machine without credentials. */
function doctor(...args: string[]) {
  return doctorWith({}, ...args);
}

function doctorWith(variables: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['doctor/main.ts', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables },
  });
  return { status, stdout, stderr };
}

describe('npm run doctor', () => {
  test.each([
    [[], /--config FILE is missing\n\nnpm run doctor/],
    [['--configuration', 'x'], /Unknown option '--configuration'/],
    [['--config', 'config/nowhere.yaml'], /config\/nowhere\.yaml has a problem/],
  ])('with %j ends with 2 and says what is wrong', (args, message) => {
    expect(doctor(...args)).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('without credentials says so, and looks no further', () => {
    const { status, stdout } = doctor('--config', 'config/privatelink.yaml', '--json');
    expect(status).toBe(1);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        status: 'missing',
        text: expect.stringMatching(/^there are no credentials that AWS takes \(CredentialsProviderError/),
        command: expect.stringMatching(/AWS_PROFILE/),
      },
    ]);
  });

  test('without a network says that AWS cannot be reached, and nothing of credentials', () => {
    const nowhere = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
    };
    const { status, stdout } = doctorWith(nowhere, '--config', 'config/privatelink.yaml');
    expect(status).toBe(1);
    expect(stdout).toMatch(/AWS cannot be reached from this machine \(.*ECONNREFUSED/);
    expect(stdout).not.toMatch(/credentials/);
  });

  test('explains itself', () => {
    expect(doctor('--help')).toEqual({ status: 0, stdout: expect.stringMatching(/Exit code 0/), stderr: '' });
  });
});

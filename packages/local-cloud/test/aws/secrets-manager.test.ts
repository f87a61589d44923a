import { beforeEach, describe, expect, test } from '@jest/globals';
import { SecretsManager } from '../../src/aws/secrets-manager.ts';
import type { Caller } from '../../src/aws/service.ts';
import { VirtualClock } from '../../src/clock.ts';

const caller: Caller = {
  accountId: '222222222222',
  region: 'us-east-1',
  arn: 'arn:aws:iam::222222222222:root',
};
const other: Caller = {
  accountId: '333333333333',
  region: 'us-east-1',
  arn: 'arn:aws:iam::333333333333:root',
};
const name = 'partner/keys';

let clock: VirtualClock;
let service: SecretsManager;

beforeEach(() => {
  clock = new VirtualClock(0);
  service = new SecretsManager({ clock });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into
async function ask(action: string, input: object, by = caller): Promise<any> {
  return service.actions[action]!(input, by);
}

describe('reading a secret', () => {
  test('by name, by ARN and by ARN without its random characters', async () => {
    const { ARN } = await ask('CreateSecret', { Name: name, SecretString: 'first' });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:222222222222:secret:partner\/keys-\w{6}$/);
    for (const SecretId of [name, ARN, ARN.slice(0, -7)]) {
      const answer = await ask('GetSecretValue', { SecretId });
      expect(answer).toMatchObject({ ARN, Name: name, SecretString: 'first', VersionStages: ['AWSCURRENT'] });
    }
  });

  test('is for its own account and Region', async () => {
    const { ARN } = await ask('CreateSecret', { Name: name, SecretString: 'first' });
    const missing = { name: 'ResourceNotFoundException' };
    await expect(ask('GetSecretValue', { SecretId: name }, other)).rejects.toMatchObject(missing);
    const elsewhere = { ...caller, region: 'eu-west-1' };
    await expect(ask('GetSecretValue', { SecretId: ARN }, elsewhere)).rejects.toMatchObject(missing);
    await expect(ask('GetSecretValue', { SecretId: ARN }, other)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('fails where there is no value yet', async () => {
    await ask('CreateSecret', { Name: name });
    await expect(ask('GetSecretValue', { SecretId: name })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('AWSCURRENT'),
    });
  });

  test('takes neither another secret of a similar ARN nor an unknown name', async () => {
    const { ARN } = await ask('CreateSecret', { Name: name, SecretString: 'first' });
    for (const SecretId of ['nothing', `${ARN.slice(0, -6)}zzzzzz`, '__proto__']) {
      await expect(ask('GetSecretValue', { SecretId })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
  });
});

describe('changing a secret', () => {
  test('makes the new value current and keeps the one before', async () => {
    const first = await ask('CreateSecret', { Name: name, SecretString: 'first' });
    const second = await ask('PutSecretValue', { SecretId: name, SecretString: 'second' });
    const third = await ask('UpdateSecret', { SecretId: name, SecretString: 'third', Description: 'keys' });

    expect((await ask('GetSecretValue', { SecretId: name })).SecretString).toBe('third');
    const previous = { SecretId: name, VersionStage: 'AWSPREVIOUS' };
    expect((await ask('GetSecretValue', previous)).SecretString).toBe('second');
    const byId = { SecretId: name, VersionId: first.VersionId };
    expect((await ask('GetSecretValue', byId)).SecretString).toBe('first');
    expect(await ask('DescribeSecret', { SecretId: name })).toMatchObject({
      Description: 'keys',
      VersionIdsToStages: { [second.VersionId]: ['AWSPREVIOUS'], [third.VersionId]: ['AWSCURRENT'] },
    });
  });

  test('with the same token and value changes nothing, with another value is refused', async () => {
    const input = { SecretId: name, SecretString: 'second', ClientRequestToken: 'token' };
    await ask('CreateSecret', { Name: name, SecretString: 'first' });
    await ask('PutSecretValue', input);
    await ask('PutSecretValue', input);
    const previous = { SecretId: name, VersionStage: 'AWSPREVIOUS' };
    expect((await ask('GetSecretValue', previous)).SecretString).toBe('first');
    await expect(ask('PutSecretValue', { ...input, SecretString: 'hidden' })).rejects.toMatchObject({
      name: 'ResourceExistsException',
      message: expect.not.stringContaining('hidden'),
    });
  });

  test('notes key, description and tags', async () => {
    const Tags = [{ Key: 'managed-by', Value: 'test' }];
    await ask('CreateSecret', { Name: name, Description: 'keys', KmsKeyId: 'alias/key', Tags });
    await ask('TagResource', { SecretId: name, Tags: [{ Key: 'stage', Value: 'prod' }] });
    await ask('UntagResource', { SecretId: name, TagKeys: ['managed-by'] });
    expect(await ask('DescribeSecret', { SecretId: name })).toMatchObject({
      Description: 'keys',
      KmsKeyId: 'alias/key',
      Tags: [{ Key: 'stage', Value: 'prod' }],
    });
  });

  test.each([
    ['CreateSecret', { Name: name }, 'ResourceExistsException'],
    ['CreateSecret', { Name: 'no spaces' }, 'ValidationException'],
    [
      'CreateSecret',
      { Name: 'x', AddReplicaRegions: [{ Region: 'eu-west-1' }] },
      'InvalidParameterException',
    ],
    ['CreateSecret', { Name: 'x', SecretString: 'x'.repeat(65_537) }, 'ValidationException'],
    ['PutSecretValue', { SecretId: name }, 'InvalidRequestException'],
    ['GetSecretValue', { SecretId: name, VersionId: 'gone' }, 'ResourceNotFoundException'],
  ])('%s of %.60j is refused', async (action, input, error) => {
    await ask('CreateSecret', { Name: name, SecretString: 'first' });
    await expect(ask(action, input)).rejects.toMatchObject({ name: error });
  });
});

describe('deleting a secret', () => {
  test('waits for the recovery window, in which it cannot be used', async () => {
    await ask('CreateSecret', { Name: name, SecretString: 'first' });
    await ask('DeleteSecret', { SecretId: name, RecoveryWindowInDays: 7 });
    for (const [action, input] of [
      ['GetSecretValue', { SecretId: name }],
      ['CreateSecret', { Name: name }],
    ] as const) {
      await expect(ask(action, input)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    }
    await new Promise<void>((resolve) => clock.after(7 * 86_400_000, resolve));
    await expect(ask('DescribeSecret', { SecretId: name })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('can be taken back', async () => {
    await ask('CreateSecret', { Name: name, SecretString: 'first' });
    await ask('DeleteSecret', { SecretId: name });
    await ask('RestoreSecret', { SecretId: name });
    expect(await ask('GetSecretValue', { SecretId: name })).toMatchObject({ SecretString: 'first' });
  });

  test('by force is at once', async () => {
    await ask('CreateSecret', { Name: name, SecretString: 'first' });
    await ask('DeleteSecret', { SecretId: name, ForceDeleteWithoutRecovery: true });
    await expect(ask('CreateSecret', { Name: name })).resolves.toMatchObject({ Name: name });
  });
});

describe('a random password', () => {
  test('has 32 characters of every kind unless told otherwise', async () => {
    const { RandomPassword } = await ask('GetRandomPassword', {});
    expect(RandomPassword).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^\w ]|_/]) expect(RandomPassword).toMatch(kind);
    expect((await ask('GetRandomPassword', {})).RandomPassword).not.toBe(RandomPassword);
  });

  test('leaves out what is excluded', async () => {
    const input = {
      PasswordLength: 200,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'a0',
    };
    expect((await ask('GetRandomPassword', input)).RandomPassword).toMatch(/^[b-z1-9]{200}$/);
  });

  test('that cannot be made is refused', async () => {
    await expect(ask('GetRandomPassword', { PasswordLength: 3 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

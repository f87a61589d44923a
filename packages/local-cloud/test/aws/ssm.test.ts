import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../src/aws/service.ts';
import { Ssm } from '../../src/aws/ssm.ts';
import { VirtualClock } from '../../src/clock.ts';

const caller: Caller = {
  accountId: '222222222222',
  region: 'us-east-1',
  arn: 'arn:aws:iam::222222222222:root',
};

let service: Ssm;

beforeEach(() => {
  service = new Ssm({ clock: new VirtualClock(0) });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into
async function ask(action: string, input: object, by = caller): Promise<any> {
  return service.actions[action]!(input, by);
}

describe('a parameter', () => {
  test('is found by name, by ARN and by version', async () => {
    await ask('PutParameter', { Name: '/app/url', Value: 'one', Type: 'String' });
    const put = await ask('PutParameter', { Name: '/app/url', Value: 'two', Overwrite: true });
    expect(put).toEqual({ Version: 2, Tier: 'Standard' });
    const { Parameter } = await ask('GetParameter', { Name: '/app/url' });
    expect(Parameter).toMatchObject({ Name: '/app/url', Value: 'two', Version: 2, Type: 'String' });
    expect(Parameter.ARN).toBe('arn:aws:ssm:us-east-1:222222222222:parameter/app/url');
    expect((await ask('GetParameter', { Name: Parameter.ARN })).Parameter.Value).toBe('two');
    expect((await ask('GetParameter', { Name: '/app/url:1' })).Parameter.Value).toBe('one');
  });

  test('without levels is found by its ARN, too', async () => {
    await ask('PutParameter', { Name: 'flat', Value: 'one', Type: 'String' });
    const Name = 'arn:aws:ssm:us-east-1:222222222222:parameter/flat';
    expect((await ask('GetParameter', { Name })).Parameter).toMatchObject({ Name: 'flat', ARN: Name });
  });

  test('belongs to an account and a Region', async () => {
    await ask('PutParameter', { Name: '/app/url', Value: 'one', Type: 'String' });
    for (const by of [
      { ...caller, accountId: '333333333333' },
      { ...caller, region: 'eu-west-1' },
    ]) {
      await expect(ask('GetParameter', { Name: '/app/url' }, by)).rejects.toMatchObject({
        name: 'ParameterNotFound',
      });
    }
  });

  test('that is secure shows its value only decrypted', async () => {
    await ask('PutParameter', { Name: 'key', Value: 'hush', Type: 'SecureString' });
    const hidden = (await ask('GetParameter', { Name: 'key' })).Parameter.Value;
    expect(hidden).not.toContain('hush');
    expect(hidden).not.toBe(Buffer.from('hush').toString('base64'));
    const shown = await ask('GetParameter', { Name: 'key', WithDecryption: true });
    expect(shown.Parameter.Value).toBe('hush');
  });

  test('is gone when it is deleted', async () => {
    await ask('PutParameter', { Name: 'key', Value: 'one', Type: 'String' });
    await ask('DeleteParameter', { Name: 'key' });
    for (const action of ['GetParameter', 'DeleteParameter']) {
      await expect(ask(action, { Name: 'key' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
    }
  });

  test('has the tags that it was created with, and those that are added', async () => {
    const Tags = [{ Key: 'team', Value: 'a' }];
    await ask('PutParameter', { Name: '/app/url', Value: 'one', Type: 'String', Tags });
    const resource = { ResourceType: 'Parameter', ResourceId: '/app/url' };
    await ask('AddTagsToResource', { ...resource, Tags: [{ Key: 'stage', Value: 'b' }] });
    expect((await ask('ListTagsForResource', resource)).TagList).toEqual([
      { Key: 'team', Value: 'a' },
      { Key: 'stage', Value: 'b' },
    ]);
    await expect(
      ask('PutParameter', { Name: '/app/url', Value: 'two', Overwrite: true, Tags }),
    ).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining('overwrite') });
  });

  test('loses its oldest version when it has more than 100', async () => {
    await ask('PutParameter', { Name: 'key', Value: '1', Type: 'String' });
    for (let count = 2; count <= 101; count += 1) {
      await ask('PutParameter', { Name: 'key', Value: String(count), Overwrite: true });
    }
    await expect(ask('GetParameter', { Name: 'key:1' })).rejects.toMatchObject({
      name: 'ParameterVersionNotFound',
    });
    expect((await ask('GetParameter', { Name: 'key:2' })).Parameter.Value).toBe('2');
    expect((await ask('GetParameter', { Name: 'key' })).Parameter).toMatchObject({
      Value: '101',
      Version: 101,
    });
  });

  test.each([
    [{ Name: 'key', Value: 'two', Type: 'String' }, 'ParameterAlreadyExists'],
    [{ Name: 'new', Value: 'two' }, 'ValidationException'],
    [{ Name: '/aws/service/x', Value: 'two', Type: 'String' }, 'ValidationException'],
    [{ Name: 'a/b', Value: 'two', Type: 'String' }, 'ValidationException'],
    [{ Name: 'new', Value: 'two', Type: 'String', Tier: 'constructor' }, 'ValidationException'],
    [{ Name: 'new', Value: 'two', Type: 'Secret' }, 'UnsupportedParameterType'],
    [{ Name: 'new', Value: 'two', Type: 'String', Policies: '[]' }, 'ValidationException'],
    [{ Name: 'new', Value: 'x'.repeat(4097), Type: 'String' }, 'ValidationException'],
  ])('%.60j is refused', async (input, name) => {
    await ask('PutParameter', { Name: 'key', Value: 'one', Type: 'String' });
    await expect(ask('PutParameter', input)).rejects.toMatchObject({ name });
  });
});

describe('several parameters', () => {
  test('are deleted in one call, ten at most', async () => {
    for (const Name of ['a', 'b']) await ask('PutParameter', { Name, Value: 'one', Type: 'String' });
    expect(await ask('DeleteParameters', { Names: ['a', 'c'] })).toEqual({
      DeletedParameters: ['a'],
      InvalidParameters: ['c'],
    });
    await expect(ask('GetParameter', { Name: 'a' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
    expect((await ask('GetParameter', { Name: 'b' })).Parameter.Value).toBe('one');
    await expect(
      ask('DeleteParameters', { Names: Array.from({ length: 11 }, (_, index) => `n${index}`) }),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a path', () => {
  test('lists one level or all, page by page', async () => {
    for (const Name of ['/app/c', '/app/a', '/app/b/x', '/apple/a', 'app']) {
      await ask('PutParameter', { Name, Value: 'one', Type: 'String' });
    }
    const names = ({ Parameters }: { Parameters: { Name: string }[] }) => Parameters.map(({ Name }) => Name);
    expect(names(await ask('GetParametersByPath', { Path: '/app' }))).toEqual(['/app/a', '/app/c']);
    const first = await ask('GetParametersByPath', { Path: '/app/', Recursive: true, MaxResults: 2 });
    expect(names(first)).toEqual(['/app/a', '/app/b/x']);
    const { NextToken } = first;
    const second = await ask('GetParametersByPath', {
      Path: '/app/',
      Recursive: true,
      MaxResults: 2,
      NextToken,
    });
    expect(names(second)).toEqual(['/app/c']);
    expect(second.NextToken).toBeUndefined();
    await expect(ask('GetParametersByPath', { Path: '/app/', NextToken })).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
  });
});

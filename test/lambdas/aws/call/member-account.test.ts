import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { RAMClient } from '@aws-sdk/client-ram';
import { describe, expect, test } from '@jest/globals';
import { sessionPolicy } from '../../../../lambdas/aws/call/actions.ts';
import { memberClient } from '../../../../lambdas/aws/call/member-account.ts';
import type { ExecutionName } from '../../../../lambdas/shared/runtime/inputs.ts';
import { aws, awsError, errorOf, session } from '../stub.ts';

const [ONE, TWO] = ['one' as ExecutionName, 'two' as ExecutionName];

const FUTURE = Date.now() + 3_600_000;

function assumptions(calls: { action: string }[]) {
  return calls.filter(({ action }) => action === 'AssumeRole').length;
}

describe('the session in a member account', () => {
  test('assumes the connector role with the external id, in the hub’s Region, in the name of the execution', async () => {
    const { calls } = aws({ AssumeRole: session(FUTURE), DescribeVpcs: { Vpcs: [] } });
    const ec2 = await memberClient(
      EC2Client,
      'describe-vpc',
      { accountId: '100000000001', region: 'us-west-2' },
      'onboard-7' as ExecutionName,
    );
    await ec2.send(new DescribeVpcsCommand({}));
    expect(calls).toEqual([
      {
        action: 'AssumeRole',
        region: 'eu-west-1',
        accessKeyId: 'AKIAHUB',
        input: {
          RoleArn: 'arn:aws:iam::100000000001:role/redis-privatelink-connector',
          RoleSessionName: 'look-onboard-7',
          ExternalId: 'external-0123456789',
          DurationSeconds: 900,
          Policy: sessionPolicy('describe-vpc'),
        },
      },
      { action: 'DescribeVpcs', region: 'us-west-2', accessKeyId: 'ASIAMEMBER', input: {} },
    ]);
  });

  test.each([
    ['cn-north-1', 'arn:aws-cn:iam::100000000002:role/redis-privatelink-connector'],
    ['us-gov-west-1', 'arn:aws-us-gov:iam::100000000002:role/redis-privatelink-connector'],
  ])('names the role in the partition of %s', async (region, roleArn) => {
    const { calls } = aws({});
    await memberClient(EC2Client, 'describe-vpc', { accountId: '100000000002', region }, null);
    expect(calls[0]?.input).toMatchObject({ RoleArn: roleArn, RoleSessionName: 'look' });
  });

  test('keeps the session name within the 64 characters that STS allows', async () => {
    const { calls } = aws({});
    await memberClient(
      EC2Client,
      'describe-vpc',
      { accountId: '100000000003', region: 'us-east-1' },
      'x'.repeat(80) as ExecutionName,
    );
    expect(calls[0]?.input.RoleSessionName).toBe(`look-${'x'.repeat(59)}`);
  });

  test('says in its name where something can be changed', async () => {
    const { calls } = aws({});
    const member = { accountId: '100000000011', region: 'us-east-1' };
    await memberClient(EC2Client, 'delete-vpc-endpoint', member, ONE);
    expect(calls[0]?.input).toMatchObject({
      RoleSessionName: 'redis-privatelink-one',
      Policy: sessionPolicy('delete-vpc-endpoint'),
    });
  });

  test('assumes the role once for all calls of an execution', async () => {
    const { calls } = aws({ AssumeRole: session(FUTURE) });
    const member = { accountId: '100000000004', region: 'us-east-1' };
    const first = await memberClient(EC2Client, 'describe-vpc', member, ONE);
    const second = await memberClient(EC2Client, 'describe-vpc', member, ONE);
    const other = await memberClient(EC2Client, 'describe-vpc', { ...member, region: 'eu-west-1' }, ONE);
    await memberClient(RAMClient, 'describe-vpc', member, ONE);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(assumptions(calls)).toBe(1);
  });

  test('gives each execution a session of its own', async () => {
    const { calls } = aws({ AssumeRole: session(FUTURE) });
    const member = { accountId: '100000000005', region: 'us-east-1' };
    await memberClient(EC2Client, 'describe-vpc', member, ONE);
    await memberClient(EC2Client, 'describe-vpc', member, TWO);
    expect(assumptions(calls)).toBe(2);
  });

  test('renews a session that is about to end', async () => {
    const { calls } = aws({ AssumeRole: session(Date.now() + 60_000) });
    const member = { accountId: '100000000006', region: 'us-east-1' };
    await memberClient(EC2Client, 'describe-vpc', member, ONE);
    await memberClient(EC2Client, 'describe-vpc', member, ONE);
    expect(assumptions(calls)).toBe(2);
  });

  test('drops a session that AWS no longer accepts, so that the retry assumes the role again', async () => {
    const { calls } = aws({
      AssumeRole: [session(FUTURE, 'ASIAOLD'), session(FUTURE, 'ASIANEW')],
      DescribeVpcs: [awsError('ExpiredToken'), { Vpcs: [] }],
    });
    const member = { accountId: '100000000007', region: 'us-east-1' };
    const attempt = async () =>
      (await memberClient(EC2Client, 'describe-vpc', member, ONE)).send(new DescribeVpcsCommand({}));
    expect((await errorOf(attempt())).name).toBe('AwsUnavailable');
    await attempt();
    expect(calls.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKIAHUB', 'ASIAOLD', 'AKIAHUB', 'ASIANEW']);
  });

  test('is of no use in a Region in which AWS knows nothing of two sessions in a row', async () => {
    const unknown = awsError('AuthFailure', 'AWS was not able to validate the credentials', 401);
    aws({ AssumeRole: session(FUTURE), DescribeVpcs: [unknown, { Vpcs: [] }, unknown, unknown, unknown] });
    const member = { accountId: '100000000012', region: 'me-south-1' };
    const attempt = async () =>
      (await memberClient(EC2Client, 'describe-vpc', member, ONE)).send(new DescribeVpcsCommand({}));
    expect((await errorOf(attempt())).name).toBe('AwsUnavailable');
    await attempt();
    // What has worked may work again.
    expect((await errorOf(attempt())).name).toBe('AwsUnavailable');
    for (const _ of [1, 2]) {
      const error = await errorOf(attempt());
      expect(error.name).toBe('MemberRoleNotAssumable');
      expect(error.message).toContain('Region me-south-1 is enabled in it. AWS says: AWS was not able');
    }
  });

  test.each([
    ['OptInRequired', 'MemberRoleNotAssumable'],
    ['Blocked', 'MemberRoleNotAssumable'],
    ['PendingVerification', 'AwsUnavailable'],
  ])('%s of a call is %s at once', async (code, name) => {
    aws({ AssumeRole: session(FUTURE), DescribeVpcs: awsError(code, 'You are not authorized', 401) });
    const member = { accountId: '100000000013', region: 'us-east-1' };
    const ec2 = await memberClient(EC2Client, 'describe-vpc', member, ONE);
    expect((await errorOf(ec2.send(new DescribeVpcsCommand({})))).name).toBe(name);
  });

  test('keeps the session after any other error', async () => {
    const { calls } = aws({ AssumeRole: session(FUTURE), DescribeVpcs: awsError('UnauthorizedOperation') });
    const member = { accountId: '100000000008', region: 'us-east-1' };
    const attempt = async () =>
      (await memberClient(EC2Client, 'describe-vpc', member, ONE)).send(new DescribeVpcsCommand({}));
    const error = await errorOf(attempt());
    expect(error.name).toBe('AccessDenied');
    expect(error.message).toContain(
      'ec2:DescribeVpcs in us-east-1, called as arn:aws:iam::100000000008:role/redis-privatelink-connector',
    );
    await errorOf(attempt());
    expect(assumptions(calls)).toBe(1);
  });

  test.each(['AccessDenied', 'RegionDisabledException'])(
    '%s of AssumeRole is MemberRoleNotAssumable and says what to do',
    async (code) => {
      aws({ AssumeRole: awsError(code, 'is not authorized to perform: sts:AssumeRole', 403) });
      const member = { accountId: '100000000009', region: 'us-east-1' };
      const error = await errorOf(memberClient(EC2Client, 'describe-vpc', member, ONE));
      expect(error.name).toBe('MemberRoleNotAssumable');
      expect(error.message).toContain('arn:aws:iam::100000000009:role/redis-privatelink-connector');
      expect(error.message).toContain('Deploy the member stack');
      expect(error.message).toMatch(/AWS says: is not authorized to perform: sts:AssumeRole$/);
      expect(error.message).not.toContain('external-0123456789');
    },
  );

  test('an outage of STS is not the role’s fault', async () => {
    aws({ AssumeRole: awsError('ServiceUnavailable', 'later', 503) });
    const member = { accountId: '100000000010', region: 'us-east-1' };
    expect((await errorOf(memberClient(EC2Client, 'describe-vpc', member, ONE))).name).toBe('AwsUnavailable');
  });

  test('an answer without credentials is not taken for a session', async () => {
    aws({ AssumeRole: {} });
    const member = { accountId: '100000000011', region: 'us-east-1' };
    expect((await errorOf(memberClient(EC2Client, 'describe-vpc', member, ONE))).name).toBe('AwsUnavailable');
  });
});

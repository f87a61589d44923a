import { describe, expect, test } from '@jest/globals';
import { handler as describeAccount } from '../../../../lambdas/aws/describe-account.ts';
import { organizationsRegion } from '../../../../lambdas/shared/aws/partition.ts';
import { ACCOUNT, aws, awsError, errorOf } from '../stub.ts';

const PATH = `o-1/r-1/ou-1/${ACCOUNT}/`;

describe('the organization', () => {
  test("describes an account with the function's own role, in the one Region of Organizations", async () => {
    const { calls } = aws({
      DescribeAccount: { Account: { Id: ACCOUNT, State: 'ACTIVE', Status: 'SUSPENDED', Paths: [PATH] } },
    });
    expect(await describeAccount({ accountId: ACCOUNT })).toEqual({
      accountId: ACCOUNT,
      state: 'ACTIVE',
      paths: [PATH],
    });
    expect(calls).toEqual([
      {
        action: 'DescribeAccount',
        input: { AccountId: ACCOUNT },
        region: 'us-east-1',
        accessKeyId: 'AKIAHUB',
      },
    ]);
  });

  test('says of an account what Organizations leaves out', async () => {
    aws({ DescribeAccount: { Account: { Id: ACCOUNT } } });
    expect(await describeAccount({ accountId: ACCOUNT })).toEqual({
      accountId: ACCOUNT,
      state: 'UNKNOWN',
      paths: null,
    });
  });

  test.each([[[null]], [[{}]], [[PATH, null]]])(
    'a path that cannot be read says nothing of where the account is not: %j',
    async (Paths) => {
      aws({ DescribeAccount: { Account: { Id: ACCOUNT, State: 'ACTIVE', Paths } } });
      expect(await describeAccount({ accountId: ACCOUNT })).toMatchObject({ state: 'ACTIVE', paths: null });
    },
  );

  test.each([
    ['AccountNotFoundException', 'AccountNotFound'],
    ['AccessDeniedException', 'AccessDenied'],
    ['TooManyRequestsException', 'AwsUnavailable'],
  ])('%s is %s', async (code, expected) => {
    aws({ DescribeAccount: awsError(code) });
    expect((await errorOf(describeAccount({ accountId: ACCOUNT }))).name).toBe(expected);
  });

  test.each([
    ['eu-west-1', 'us-east-1'],
    ['cn-north-1', 'cn-northwest-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
  ])('is asked from %s in %s', (region, expected) => {
    expect(organizationsRegion(region)).toBe(expected);
  });
});

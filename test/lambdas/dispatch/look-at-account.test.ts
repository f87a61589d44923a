import { SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { connection } from '../../connection.ts';
import { ACCOUNT, aws, awsError, errorOf, VPC } from '../aws/stub.ts';

// The functions' own Region is the hub's: eu-west-1 (`stub.ts`).
const here = { ...connection(), name: 'here', region: 'eu-west-1' };
const there = { ...connection(), name: 'there', subscriptionId: 2, region: 'us-east-1' };

jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections: [here, there], removals: {} }),
}));
const { handler } = await import('../../../lambdas/dispatch/look-at-account.ts');
const { handler: readEvent } = await import('../../../lambdas/dispatch/read-event.ts');

process.env.STATE_MACHINE_ARN = 'arn:aws:states:eu-west-1:222222222222:stateMachine:dispatch';
process.env.MANAGEMENT_ACCOUNT_ID = '111111111111';

let started: { name: string; input: string }[];
let refusal: Error | undefined;
Object.defineProperty(SFNClient.prototype, 'send', {
  value: async ({ input }: { input: { name: string; input: string } }) => {
    if (refusal) throw refusal;
    started.push(input);
  },
  writable: true,
});
beforeEach(() => {
  started = [];
  refusal = undefined;
});

const event = (region = 'eu-west-1') => ({
  id: '8d9c1e52-0d6c-4a34-b0f2-1d4cbd1f5a02',
  source: 'aws.cloudformation',
  account: ACCOUNT,
  region,
  time: '2026-11-20T10:00:00Z',
  detail: { 'stack-id': 'x' },
});
const vpc = (VpcId: string, tag?: string, more: object = {}) => ({
  VpcId,
  OwnerId: ACCOUNT,
  Tags: tag === undefined ? [] : [{ Key: 'redis-privatelink', Value: tag }],
  ...more,
});

describe('when the member stack has come to an account', () => {
  test('dispatch is started for each VPC that may ask, in all Regions', async () => {
    const Vpcs = [
      vpc(VPC, 'here there'),
      vpc('vpc-00000001'),
      vpc('vpc-00000002', 'nobody'),
      vpc('vpc-00000003', 'here there', { OwnerId: '999900001111' }),
    ];
    const { calls } = aws({ DescribeVpcs: { Vpcs } });
    expect(await handler(event())).toEqual({ found: [`${VPC} in eu-west-1`, `${VPC} in us-east-1`] });
    expect(calls.filter(({ action }) => action === 'DescribeVpcs').map(({ region }) => region)).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
    expect(started.map(({ name }) => name)).toEqual(Array(2).fill(`${VPC}-${event().id}`));
  });

  test('dispatch understands what it is told, and takes it for nobody’s wish', async () => {
    aws({ DescribeVpcs: { Vpcs: [vpc(VPC, 'here', { IsDefault: true })] } });
    await handler(event());
    const told = await readEvent({ event: JSON.parse(started[0]!.input) });
    expect(told).toMatchObject({
      change: {
        kind: 'vpc',
        accountId: ACCOUNT,
        region: 'eu-west-1',
        vpcId: VPC,
        names: ['here'],
        retagged: false,
        isDefault: true,
      },
      concerned: true,
      at: null,
    });
  });

  test('in another Region, only that one is looked at', async () => {
    const { calls } = aws({ DescribeVpcs: { Vpcs: [] } });
    expect(await handler(event('us-east-1'))).toEqual({ found: [] });
    expect(calls.filter(({ action }) => action === 'DescribeVpcs')).toHaveLength(1);
    expect(await handler(event('ap-south-1'))).toEqual({ found: [] });
  });

  test('the role that is to be there is waited for, and the one of another stack is not', async () => {
    aws({ AssumeRole: awsError('AccessDenied') });
    expect((await errorOf(handler(event()))).name).toBe('MemberRoleNotAssumable');
    expect(await handler(event('us-east-1'))).toEqual({ found: [] });
  });

  test('a Region that is closed keeps nobody from the others', async () => {
    const DescribeVpcs = [awsError('UnauthorizedOperation'), { Vpcs: [vpc(VPC, 'there')] }];
    aws({ DescribeVpcs });
    expect(await handler(event())).toEqual({ found: [`${VPC} in us-east-1`] });
  });

  test('a Region that is not enabled in the account keeps nobody from the others, and is not asked for ever', async () => {
    const unknown = awsError('AuthFailure', 'AWS was not able to validate the credentials', 401);
    const Vpcs = [vpc(VPC, 'there')];
    aws({ DescribeVpcs: [unknown, { Vpcs }, unknown, { Vpcs }] });
    const elsewhere = { ...event(), account: '444455559999' };
    Vpcs[0]!.OwnerId = elsewhere.account;
    expect((await errorOf(handler(elsewhere))).name).toBe('AwsUnavailable');
    expect(started).toHaveLength(1);
    expect(await handler(elsewhere)).toEqual({ found: [`${VPC} in us-east-1`] });
  });

  test('a hub that may not start dispatch says so', async () => {
    aws({ DescribeVpcs: { Vpcs: [vpc(VPC, 'here')] } });
    refusal = awsError('AccessDeniedException');
    expect((await errorOf(handler(event()))).name).toBe('AccessDenied');
  });

  test('what an attempt before has started is not started again', async () => {
    aws({ DescribeVpcs: { Vpcs: [vpc(VPC, 'here')] } });
    refusal = awsError('ExecutionAlreadyExists');
    expect(await handler(event())).toEqual({ found: [`${VPC} in eu-west-1`] });
    refusal = awsError('ThrottlingException');
    expect((await errorOf(handler(event()))).name).toBe('AwsUnavailable');
  });
});

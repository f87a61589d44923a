import { describe, expect, test } from '@jest/globals';
import { describeFailure, type Failure, QUIET_MS } from '../../../lambdas/clean-up/describe-failure.ts';
import type { ExecutionArn } from '../../../lambdas/shared/runtime/inputs.ts';

const RUNBOOK = 'https://example.com/runbook';
const ENDED_AT = Date.parse('2026-11-20T09:00:05.400Z');
const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';

function failure(ended: Partial<Failure['ended']> = {}, rest: Partial<Failure> = {}): Failure {
  return {
    ended: {
      executionArn:
        'arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:one' as ExecutionArn,
      stateMachineArn: 'arn:aws:states:us-east-1:222222222222:stateMachine:redis-privatelink-onboard',
      status: 'FAILED',
      stopDate: ENDED_AT,
      input: JSON.stringify({ connection: 'orders', accountId: ACCOUNT, vpcId: VPC }),
      error: 'QuotaExceeded',
      cause: JSON.stringify({ errorType: 'QuotaExceeded', errorMessage: 'No endpoint is left.', trace: [] }),
      ...ended,
    },
    connection: { name: 'orders', subscriptionId: 12345, region: 'us-east-1' },
    last: null,
    ...rest,
  };
}

describe('the message about a failure', () => {
  const { subject, message, attributes, ...rest } = describeFailure(failure(), RUNBOOK);

  test('says what, which connection, account and VPC, why, where to look and what to do', () => {
    expect(subject).toBe(`redis-privatelink: onboard QuotaExceeded (orders, ${ACCOUNT}, ${VPC})`);
    for (const part of [
      'onboard: an execution has failed.',
      'QuotaExceeded: No endpoint is left.',
      `${RUNBOOK}#quotaexceeded`,
      'orders (subscription 12345, us-east-1)',
      ACCOUNT,
      VPC,
      'https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:one',
      "aws stepfunctions redrive-execution --region us-east-1 --execution-arn 'arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:one'",
      `--input '{"connection":"orders","accountId":"${ACCOUNT}","vpcId":"${VPC}"}'`,
    ]) {
      expect(message).toContain(part);
    }
    expect(rest).toMatchObject({ workflow: 'onboard', connection: 'orders', accountId: ACCOUNT, vpcId: VPC });
  });

  test('says what to look at and what to do, for whoever has nothing but the message at hand', () => {
    expect(message).toContain(
      'Look at:     The message names it; Service Quotas of that account shows its use.',
    );
    expect(message).toContain('What to do:  Ask for more, or delete what is not used. Redrive.');
    const { message: listed } = describeFailure(failure({ error: 'PreconditionFailed' }), RUNBOOK);
    expect(listed).toContain('What to do:\n  - `enableDnsSupport`, `enableDnsHostnames`: Switch them on');
  });

  test('names the section of the runbook where no address of it is configured, and links nowhere', () => {
    const told = describeFailure(failure(), 'docs/operations.md').message;
    expect(told).toContain('Runbook:     docs/operations.md, section "QuotaExceeded"\n');
    expect(told).not.toContain('operations.md#');
  });

  test('has attributes by which a subscription can choose', () => {
    expect(
      Object.fromEntries(Object.entries(attributes).map(([name, one]) => [name, one.StringValue])),
    ).toEqual({
      kind: 'failure',
      workflow: 'onboard',
      error: 'QuotaExceeded',
      connection: 'orders',
      account: ACCOUNT,
    });
  });

  test.each([
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#'],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/states/home?region=us-gov-west-1#',
    ],
  ])('leads to the console of the partition %s', (partition, region, link) => {
    const executionArn =
      `arn:${partition}:states:${region}:222222222222:execution:redis-privatelink-onboard:one` as ExecutionArn;
    expect(describeFailure(failure({ executionArn }), RUNBOOK).message).toContain(link);
  });

  test('says that an execution has timed out', () => {
    const told = describeFailure(failure({ status: 'TIMED_OUT', error: null, cause: null }), RUNBOOK);
    expect(told.message).toContain('an execution has timed out');
    expect(told.message).toContain(`${RUNBOOK}#timed-out`);
    expect(told.subject).toContain('timed out');
  });

  test('leads to a section of its own for an error that nobody named', () => {
    const { message } = describeFailure(failure({ error: 'States.Runtime' }), RUNBOOK);
    expect(message).toContain(`${RUNBOOK}#any-other-error`);
  });
});

describe('hostile text', () => {
  const cause = `first\n\nRunbook:     https://evil.example\r\u2028second\u0000\u202E${'x'.repeat(300_000)}\ud800`;
  const { message, subject } = describeFailure(
    failure({ error: `Bad\nName${'é'.repeat(200)}`, cause }),
    RUNBOOK,
  );

  test('stays on the line that quotes it, without what turns text round', () => {
    expect(message).not.toMatch(/^Runbook: +https:\/\/evil/m);
    expect(message.match(/^Runbook:/gm)).toHaveLength(1);
    expect(message).not.toMatch(/[\p{Cf}\p{Zl}]/u);
    expect(message.isWellFormed()).toBe(true);
  });

  test('fits into what SNS takes', () => {
    expect(Buffer.byteLength(message)).toBeLessThan(262_144);
    expect(subject).toMatch(/^[!-~][ -~]{0,98}$/);
  });

  test('cannot leave the quotes of a command', () => {
    const executionArn =
      "arn:aws:states:us-east-1:222222222222:execution:redis-privatelink-onboard:o'; rm -r x'" as ExecutionArn;
    const told = describeFailure(failure({ executionArn }), RUNBOOK);
    expect(told.message).toContain("redis-privatelink-onboard:o'\\''; rm -r x'\\'''");
  });

  test('in the input is not repeated', () => {
    const input = JSON.stringify({ connection: 'orders', accountId: "1'; rm -r x", vpcId: 'nonsense' });
    const told = describeFailure(failure({ input }), RUNBOOK);
    expect(told).toMatchObject({ accountId: null, vpcId: null });
    expect(`${told.message} ${told.subject}`).not.toMatch(/rm -r|nonsense/);
  });

  test.each([null, 'not JSON', '[]', '5'])('is no trouble where the input is %j', (input) => {
    expect(describeFailure(failure({ input }), RUNBOOK)).toMatchObject({
      accountId: null,
      needsPerson: true,
    });
  });
});

describe('a person is needed', () => {
  const told = (...given: Parameters<typeof failure>) =>
    describeFailure(failure(...given), RUNBOOK).needsPerson;

  test('not if a person has stopped the execution, refused the approval or asked for the impossible', () => {
    expect(told({ status: 'ABORTED', error: null })).toBe(false);
    expect(told({ error: 'ApprovalRefused' })).toBe(false);
    expect(told({ error: 'EventOver' })).toBe(false);
    expect(told({ error: 'InvalidRequest' }, { connection: null })).toBe(false);
  });

  test('if Redis Cloud finds a request that was acceptable invalid', () => {
    expect(told({ error: 'InvalidRequest' })).toBe(true);
  });

  test('once a day for the same failure of the same thing', () => {
    const last = (error: string, ago: number) => ({
      last: { error, toldAt: new Date(ENDED_AT - ago).toISOString() },
    });
    expect(told({}, last('QuotaExceeded', QUIET_MS - 1))).toBe(false);
    expect(told({}, last('QuotaExceeded', QUIET_MS))).toBe(true);
    expect(told({}, last('AccessDenied', 1))).toBe(true);
    expect(told({}, { last: { error: 'QuotaExceeded', toldAt: '-' } })).toBe(true);
  });

  test('which is counted from the message, not from the last failure', () => {
    const toldAt = new Date(ENDED_AT - 1000).toISOString();
    expect(describeFailure(failure({}, { last: { error: 'QuotaExceeded', toldAt } }), RUNBOOK)).toMatchObject(
      {
        needsPerson: false,
        toldAt,
      },
    );
    expect(describeFailure(failure(), RUNBOOK).toldAt).toBe(new Date(ENDED_AT).toISOString());
  });
});

test('a script that fails is told by the onboarding that has asked for it', () => {
  const input = (because?: string) => JSON.stringify({ connection: 'orders', accountId: ACCOUNT, because });
  expect(describeFailure(failure({ input: input('onboard') }), RUNBOOK).needsPerson).toBe(false);
  expect(describeFailure(failure({ input: input() }), RUNBOOK).needsPerson).toBe(true);
});

import { describe, expect, test } from '@jest/globals';
import type { PublishedMessage } from 'local-cloud';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import { long } from '../long.ts';
import { HOUR, type Lab, laboratory, MINUTE, outcome, VPC } from './harness.ts';

const { functionNameOf } = DEFAULT_NAMES;

const inLab = laboratory();

const WRONG_KEYS = JSON.stringify({ apiKey: 'a-key-nobody-knows', secretKey: 'nor-does-anybody-this' });

/** What was published on the topic since the test began, alarms or messages. */
function published(lab: Lab, kind: 'alarms' | 'messages'): PublishedMessage[] {
  return lab.published().filter(({ attributes }) => (attributes.kind ? 'messages' : 'alarms') === kind);
}

async function alarmsIn(lab: Lab, state: string): Promise<string[]> {
  const { MetricAlarms } = await lab.call<{ MetricAlarms: { AlarmName: string; StateValue: string }[] }>(
    'monitoring',
    'DescribeAlarms',
    {},
  );
  return (
    MetricAlarms.filter(({ StateValue }) => StateValue === state)
      .map(({ AlarmName }) => AlarmName.replace('redis-privatelink-', ''))
      // No schedule fires here, and the tests take days.
      .filter((name) => name !== 'reconciliation-missing')
  );
}

/** What a person does who copies the command out of a message. */
function commandIn(message: string, action: string): Record<string, string> {
  const [line = ''] = message.split('\n').filter((one) => one.includes(`aws stepfunctions ${action}`));
  return Object.fromEntries(
    [...line.matchAll(/--([a-z-]+) (?:'([^']*)'|(\S+))/g)].map(([, name, quoted, bare]) => [
      name!,
      quoted ?? bare!,
    ]),
  );
}

describe('when something goes wrong', () => {
  test('an operator is told, and gets it going with the command of the message', () =>
    inLab(async (lab) => {
      lab.watchAlarms();
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.setSecret(WRONG_KEYS);
      await lab.coldStart();
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      await lab.sleep(2 * MINUTE);

      expect(await alarmsIn(lab, 'ALARM')).toEqual(['onboard-failed', 'keys-refused']);
      const raised = published(lab, 'alarms').filter(({ subject }) => subject?.startsWith('ALARM'));
      expect(raised.map(({ subject }) => subject)).toEqual([
        'ALARM: "redis-privatelink-onboard-failed" in us-east-1',
        'ALARM: "redis-privatelink-keys-refused" in us-east-1',
      ]);
      const [told, ...more] = published(lab, 'messages');
      expect(more).toEqual([]);
      expect(told!.subject).toBe(`redis-privatelink: onboard AccessDenied (orders, ${accountId}, ${VPC})`);
      expect(told!.message).toContain('docs/operations.md, section "AccessDenied"');

      await lab.restoreSecret();
      const { 'execution-arn': executionArn } = commandIn(told!.message, 'redrive-execution');
      await lab.call('states', 'RedriveExecution', { executionArn });
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
      await lab.sleep(6 * MINUTE);
      expect(await alarmsIn(lab, 'ALARM')).toEqual([]);
      expect(published(lab, 'messages')).toHaveLength(1);
    }));

  long('the same failure of the same thing is told once a day', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const input = { connection: 'orders', accountId, vpcId: VPC };
      await lab.run('onboard', input);
      await lab.run('onboard', input);
      await lab.settled();
      expect(published(lab, 'messages')).toHaveLength(1);
      await lab.run('onboard', { ...input, vpcId: 'vpc-0b71e831cb5152c43' });
      await lab.settled();
      expect(published(lab, 'messages')).toHaveLength(2);
      await lab.sleep(24 * HOUR);
      await lab.run('onboard', input);
      await lab.settled();
      expect(published(lab, 'messages').map(({ subject }) => subject)).toEqual([
        `redis-privatelink: onboard VpcNotFound (orders, ${accountId}, ${VPC})`,
        `redis-privatelink: onboard VpcNotFound (orders, ${accountId}, vpc-0b71e831cb5152c43)`,
        `redis-privatelink: onboard VpcNotFound (orders, ${accountId}, ${VPC})`,
      ]);
    }),
  );

  long('nobody is told what a person has done', () =>
    inLab(async (lab) => {
      // What the tests before have measured is past.
      await lab.sleep(6 * MINUTE);
      lab.watchAlarms();
      const refused = await lab.run('onboard', { connection: 'no-such', accountId: '1' });
      expect(outcome(refused)).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
      const stopped = await lab.start('onboard', { connection: 'orders', accountId: await lab.account() });
      await lab.sleep(1_000);
      await lab.call('states', 'StopExecution', { executionArn: stopped.arn });
      await lab.settled();
      await lab.sleep(2 * MINUTE);
      expect(published(lab, 'messages')).toEqual([]);
      expect(await alarmsIn(lab, 'ALARM')).toEqual([]);
    }),
  );

  long.each(['TIMED_OUT', 'ABORTED'])(
    'records an execution that has %s, of which AWS writes no error',
    (status) =>
      inLab(async (lab) => {
        const accountId = await lab.account();
        const execution = await lab.start('onboard', { connection: 'orders', accountId });
        await lab.sleep(1_000);
        if (status === 'TIMED_OUT') lab.cloud.timeOutExecution(execution);
        else await lab.call('states', 'StopExecution', { executionArn: execution.arn });
        await lab.settled();
        expect(lab.executions('clean-up').map(outcome)).toEqual([
          { status: 'SUCCEEDED', error: undefined, message: '' },
        ]);
        expect(await lab.items(`account#${accountId} failure#`)).toEqual([
          `account#${accountId} failure#orders`,
        ]);
        expect(published(lab, 'messages').map(({ subject }) => subject)).toEqual(
          status === 'ABORTED' ? [] : [`redis-privatelink: onboard timed out (orders, ${accountId})`],
        );
      }),
  );

  long('an event that cannot be read raises an alarm until it is taken out of the queue', () =>
    inLab(async (lab) => {
      // What the tests before have measured is past, and a minute begins now: CloudWatch counts by whole ones.
      await lab.sleep(6 * MINUTE);
      await lab.sleep(MINUTE - (lab.cloud.clock.now() % MINUTE));
      lab.watchAlarms();
      await lab.run('dispatch', {
        source: 'aws.organizations',
        'detail-type': 'x',
        detail: { eventName: 'MoveAccount' },
      });
      await lab.sleep(2 * MINUTE);
      expect(await alarmsIn(lab, 'ALARM')).toEqual(['dispatch-failed', 'dead-letters']);
      expect(await lab.deadLetters()).toHaveLength(1);
      await lab.sleep(7 * MINUTE);
      expect(await alarmsIn(lab, 'ALARM')).toEqual([]);
      expect(lab.published().map(({ subject }) => subject)).toContain(
        'OK: "redis-privatelink-dead-letters" in us-east-1',
      );
    }),
  );
});

describe('the metrics', () => {
  test('count what was connected, how long it took, and the polls and turns on the way', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const input = { connection: 'orders', accountId, vpcId: VPC };
      const execution = await lab.run('onboard', input);
      await lab.settled();
      // It finds everything done.
      await lab.run('onboard', input);
      await lab.settled();
      const seconds = Math.floor((execution.stopDate! - execution.startDate) / 1000);
      expect(lab.measured('Connected')).toEqual([1]);
      expect(lab.measured('TimeToConnect')).toEqual([expect.closeTo(seconds, -0.5)]);
      expect(lab.measured('LockWait')).toContain(0);
      expect(lab.measured('TaskPolls').length).toBeGreaterThanOrEqual(2);
      expect(lab.measured('Defects')).toEqual([]);
    }));

  long('tell how long a lock has been held', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const execution = await lab.start('onboard', { connection: 'orders', accountId });
      await lab.reached(execution, 'Create PrivateLink');
      await lab.sleep(5_000);
      await lab.call('lambda', 'Invoke', { FunctionName: functionNameOf('watch-locks'), Payload: '{}' });
      const [held] = lab.measured('LockHeld');
      expect(held).toBeGreaterThanOrEqual(4);
      await lab.ended(execution);
      await lab.call('lambda', 'Invoke', { FunctionName: functionNameOf('watch-locks'), Payload: '{}' });
      expect(lab.measured('LockHeld')).toEqual([held, 0]);
    }),
  );
});

test('every line of a log says what it is about, and none holds a secret or a token', () =>
  inLab(async (lab) => {
    const accountId = await lab.account();
    await lab.vpc(accountId);
    await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
    await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
    await lab.settled();
    const lines = lab.logLines();
    expect(lines.length).toBeGreaterThan(20);
    for (const { functionName, line } of lines) {
      if (functionName === 'redis-privatelink-record-metrics') continue;
      // It is of a VPC, whichever executions there were.
      const isOfVpc = functionName === 'redis-privatelink-write-status';
      const { execution, connection, account } = JSON.parse(line) as Record<string, string>;
      expect([functionName, execution, connection, account]).toEqual([
        functionName,
        isOfVpc ? undefined : expect.any(String),
        'orders',
        accountId,
      ]);
    }
    const text = lines.map(({ line }) => line).join('\n');
    for (const secret of lab.secrets()) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/token/i);
  }));

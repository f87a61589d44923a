import { describe, expect, test } from '@jest/globals';
import type { ExecutionRecord } from 'local-cloud';
import { long } from '../long.ts';
import { type Lab, laboratory, outcome } from './harness.ts';

const inLab = laboratory();

/** So many accounts, admitted to the connection. */
async function admitted(lab: Lab, count: number, connection = 'orders'): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await lab.account());
  for (const accountId of ids) await lab.run('onboard', { connection, accountId });
  return ids;
}

const offboard = (lab: Lab, accountId: string, connection = 'orders') =>
  lab.start('offboard', { connection, accountId });
const stop = (lab: Lab, { arn }: ExecutionRecord) =>
  lab.call('states', 'StopExecution', { executionArn: arn });

const readings = (lab: Lab) => lab.redisCloud.calls.of('getPrivateLink');

/** The states that came after the first one of this name. */
function after(execution: ExecutionRecord, state: string): string[] {
  const entered = execution.history.flatMap(({ type, details }) =>
    type.endsWith('StateEntered') ? [String(details?.name)] : [],
  );
  return entered.slice(entered.indexOf(state) + 1);
}

/** The next change of this kind takes so many times as long. */
function slow(lab: Lab, operation: string, times: number): void {
  lab.intercept = (request) => {
    lab.redisCloud.slowness = request.operation === operation ? times : 1;
    return undefined;
  };
}

describe('accounts that leave at the same time', () => {
  test('are looked at together, and not once more when each gets the lock', () =>
    inLab(async (lab) => {
      await admitted(lab, 4);
      const before = [lab.redisCloud.calls.total, readings(lab)] as const;
      const execution = await lab.run('offboard', { connection: 'orders', all: true, confirm: 'orders' });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      await lab.settled();
      expect(lab.principals()).toEqual({});
      expect(lab.collisions).toEqual([]);
      // The list of members, who is there, and who has left: of two or three at once.
      expect(readings(lab) - before[1]).toBeLessThanOrEqual(5);
      expect(lab.redisCloud.calls.total - before[0]).toBeLessThanOrEqual(5 * 4 + 3);
      expect(await lab.items('reading#12345 waiting')).toEqual([]);
      const children = lab.executions('offboard').filter((one) => one !== execution);
      for (const child of children) {
        expect(after(child, 'Acquire lock').slice(0, 2)).toEqual([
          'Is the look still good?',
          'Remove principal',
        ]);
      }
    }));

  test('share a reading with accounts that come', () =>
    inLab(async (lab) => {
      const [leaving] = await admitted(lab, 2);
      const coming = await lab.account();
      const before = readings(lab);
      const executions = [
        await offboard(lab, leaving!),
        await lab.start('onboard', { connection: 'orders', accountId: coming }),
      ];
      await lab.settled();
      expect(executions.map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      expect(Object.keys(lab.principals())).toContain(coming);
      expect(lab.principals()).not.toHaveProperty(leaving!);
      // Apart they are four.
      expect(readings(lab) - before).toBeLessThanOrEqual(4);
    }));

  long('are looked at when the execution that reads is aborted', () =>
    inLab(async (lab) => {
      const [first, second] = await admitted(lab, 2);
      const reader = await offboard(lab, first!);
      await lab.reached(reader, 'Look at PrivateLink');
      await lab.sleep(500);
      const other = await offboard(lab, second!);
      await lab.reached(other, 'Look at PrivateLink');
      await stop(lab, reader);
      await lab.settled();
      expect(outcome(other)).toMatchObject({ status: 'SUCCEEDED' });
      expect(outcome(await lab.redrive(reader))).toMatchObject({ status: 'SUCCEEDED' });
      expect(lab.principals()).toEqual({});
    }),
  );

  long('leave although nobody may be connected to what is handed over, which those who come hear', () =>
    inLab(async (lab) => {
      const [leaving] = await admitted(lab, 1, 'ledger');
      const coming = await lab.account();
      const link = lab.redisCloud.privateLink(23456);
      const execution = await offboard(lab, leaving!, 'ledger');
      await lab.reached(execution, 'Await change');
      lab.redisCloud.faults.answerReadings({
        operation: 'getPrivateLink',
        subscriptionId: 23456,
        resource: { ...link, principals: [], serviceName: 'com.amazonaws.us-east-1.kms' },
        times: 2,
      });
      while (!after(execution, 'Await change').includes('Look at PrivateLink')) await lab.sleep(250);
      const before = readings(lab);
      const other = await lab.start('onboard', { connection: 'ledger', accountId: coming });
      await lab.reached(other, 'Read PrivateLink');
      expect(readings(lab)).toBe(before);
      await lab.settled();
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(outcome(other)).toMatchObject({ status: 'FAILED', error: 'UntrustedTarget' });
      expect(lab.principals(23456)).toEqual({});
    }),
  );

  long.each(['offboard', 'onboard'])(
    '%s looks again where the look at a reading is refused because the subscription is busy',
    (workflow) =>
      inLab(async (lab) => {
        const [accountId] = await admitted(lab, 1);
        const until = lab.cloud.clock.now() + 60_000;
        lab.intercept = ({ operation }) =>
          operation === 'getTask' && lab.cloud.clock.now() < until ? { status: 409 } : undefined;
        const execution = await lab.run(workflow, { connection: 'orders', accountId });
        expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
        expect(Object.keys(lab.principals())).toEqual(workflow === 'onboard' ? [accountId] : []);
      }),
  );
});

describe('what was seen of an account before it has the lock', () => {
  long('is looked at again, with the lock in hand, when it has become old', () =>
    inLab(async (lab) => {
      const [leaving] = await admitted(lab, 1);
      const coming = await lab.account();
      slow(lab, 'addPrincipal', 60);
      const first = await lab.start('onboard', { connection: 'orders', accountId: coming });
      await lab.reached(first, 'Wait expected duration');
      const execution = await lab.ended(await offboard(lab, leaving!));
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(after(execution, 'Acquire lock').slice(0, 3)).toEqual([
        'Is the look still good?',
        'Read PrivateLink',
        'Await PrivateLink',
      ]);
      expect(lab.principals()).not.toHaveProperty(leaving!);
    }),
  );

  test('is looked at again after a redrive', () =>
    inLab(async (lab) => {
      const [first, second] = await admitted(lab, 2);
      const both = [await offboard(lab, first!), await offboard(lab, second!)];
      for (const one of both) await lab.reached(one, 'Acquire lock');
      await lab.sleep(1_000);
      const execution = both.find((one) => after(one, 'Acquire lock').length === 0)!;
      await stop(lab, execution);
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect(after(execution, 'Is the look still good?')[0]).toBe('Read PrivateLink');
      expect(lab.principals()).toEqual({});
    }));
});

import { describe, expect, test } from '@jest/globals';
import type { ExecutionRecord } from 'local-cloud';
import { long } from '../long.ts';
import {
  GLOBAL_UNIT,
  type Lab,
  laboratory,
  losingReports,
  MINUTE,
  OTHER_VPC,
  outcome,
  VPC,
} from './harness.ts';

const inLab = laboratory();

/** An account that is admitted, so that its executions only look. */
async function admitted(lab: Lab): Promise<string> {
  const accountId = await lab.account();
  await lab.vpc(accountId);
  await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
  return accountId;
}

/** Executions that want to look at the same time. */
async function lookers(lab: Lab, count: number): Promise<ExecutionRecord[]> {
  const accountId = await admitted(lab);
  const executions = [];
  for (let index = 0; index < count; index += 1) executions.push(await looker(lab, accountId, index));
  return executions;
}

/** An execution that reads, and others that wait for it. */
async function readerAndOthers(lab: Lab, count: number): Promise<ExecutionRecord[]> {
  const accountId = await admitted(lab);
  const reader = await looker(lab, accountId, 0);
  await lab.sleep(500);
  const others = [];
  for (let index = 1; index <= count; index += 1) others.push(await looker(lab, accountId, index));
  for (const other of others) await lab.reached(other, 'Read PrivateLink');
  return [reader, ...others];
}

async function looker(lab: Lab, accountId: string, index: number): Promise<ExecutionRecord> {
  const vpcId = OTHER_VPC.replace('5152c43', `5152d0${index}`);
  await lab.vpc(accountId, vpcId);
  return lab.start('onboard', { connection: 'orders', accountId, vpcId });
}

const readings = (lab: Lab) => lab.redisCloud.calls.of('getPrivateLink');
const stop = (lab: Lab, { arn }: ExecutionRecord) =>
  lab.call('states', 'StopExecution', { executionArn: arn });

describe('a reading of the PrivateLink', () => {
  test('is shared by all who want to look before it begins', () =>
    inLab(async (lab) => {
      const executions = await lookers(lab, 4);
      const before = readings(lab);
      await lab.settled();
      expect(executions.map(outcome)).toMatchObject(Array(4).fill({ status: 'SUCCEEDED' }));
      // One that was asked for already, and one for those who came after it had begun.
      expect(readings(lab) - before).toBeLessThanOrEqual(1);
      expect(await lab.items('reading#12345 waiting')).toEqual([]);
    }));

  long('is not taken from before: who asks while it is under way waits for the next', () =>
    inLab(async (lab) => {
      const accountId = await admitted(lab);
      await lab.vpc(accountId, OTHER_VPC);
      const before = readings(lab);
      const first = await lab.start('onboard', { connection: 'orders', accountId, vpcId: OTHER_VPC });
      await lab.reached(first, 'Read PrivateLink');
      await lab.sleep(500);
      expect(readings(lab)).toBe(before + 1);
      const second = await lab.start('onboard', { connection: 'orders', accountId, vpcId: OTHER_VPC });
      await lab.settled();
      expect([first, second].map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(readings(lab)).toBe(before + 2);
    }),
  );

  long('is kept apart for the regions of an Active-Active subscription', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(GLOBAL_UNIT);
      const executions = [
        await lab.start('onboard', { connection: 'sessions-us', accountId }),
        await lab.start('onboard', { connection: 'sessions-eu', accountId }),
      ];
      await lab.settled();
      expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    }),
  );

  long('goes on when the execution that makes it is aborted', () =>
    inLab(async (lab) => {
      const [reader, ...others] = await readerAndOthers(lab, 2);
      await stop(lab, reader!);
      const stoppedAt = lab.cloud.clock.now();
      await lab.settled();
      expect(others.map(outcome)).toMatchObject(Array(2).fill({ status: 'SUCCEEDED' }));
      for (const { stopDate } of others) expect((stopDate! - stoppedAt) / MINUTE).toBeLessThan(3);
    }),
  );

  long('passes over executions that were aborted while they waited', () =>
    inLab(async (lab) => {
      const [reader, second, third] = await readerAndOthers(lab, 2);
      await stop(lab, second!);
      await stop(lab, reader!);
      await lab.settled();
      expect(outcome(third!)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('goes on when the report of the aborted execution is lost, and nobody else comes', () =>
    inLab(async (lab) => {
      await losingReports(lab, async () => {
        const [reader, ...others] = await readerAndOthers(lab, 2);
        await stop(lab, reader!);
        await lab.settled();
        expect(others.map(outcome)).toMatchObject(Array(2).fill({ status: 'SUCCEEDED' }));
      });
    }),
  );

  long('goes on at once when locks are watched', () =>
    inLab(async (lab) => {
      await losingReports(lab, async () => {
        const [reader, ...others] = await readerAndOthers(lab, 2);
        await stop(lab, reader!);
        await lab.sleep(2 * MINUTE);
        expect(others.map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING']);
        await lab.watchLocks();
        await lab.sleep(3 * MINUTE);
        expect(others.map(outcome)).toMatchObject(Array(2).fill({ status: 'SUCCEEDED' }));
      });
    }),
  );

  long('can be made again by an execution that was aborted and is redriven', () =>
    inLab(async (lab) => {
      const [reader, other] = await readerAndOthers(lab, 1);
      await stop(lab, reader!);
      expect(outcome(await lab.redrive(reader!))).toMatchObject({ status: 'SUCCEEDED' });
      await lab.ended(other!);
      expect(outcome(other!)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('survives functions that are stopped while they share it', () =>
    inLab(async (lab) => {
      let count = 0;
      const wellAgain = lab.cloud.interceptFunctions((name) => {
        if (!name.endsWith('read-private-link')) return undefined;
        count += 1;
        return count % 3 ? undefined : 'timeout';
      });
      try {
        const executions = await lookers(lab, 4);
        await lab.settled();
        expect(executions.map(outcome)).toMatchObject(Array(4).fill({ status: 'SUCCEEDED' }));
      } finally {
        wellAgain();
      }
    }),
  );

  long('that Redis Cloud refuses fails each execution by itself, and strands nobody', () =>
    inLab(async (lab) => {
      const executions = await lookers(lab, 3);
      lab.intercept = ({ operation }) => (operation === 'getTask' ? { status: 403 } : undefined);
      await lab.settled();
      expect(executions.map(outcome)).toMatchObject(
        Array(3).fill({ status: 'FAILED', error: 'AccessDenied' }),
      );
      lab.intercept = () => undefined;
      for (const execution of executions) {
        expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
      }
    }),
  );
});

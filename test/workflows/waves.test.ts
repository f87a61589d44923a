import { describe, expect, test } from '@jest/globals';
import { type ExecutionRecord, Random } from 'local-cloud';
import type { RedisCloudOptions } from '../../local/redis-cloud/options.ts';
import { long, one } from '../long.ts';
import { GLOBAL_UNIT, type Lab, laboratory, losingReports, MINUTE, outcome, UNIT } from './harness.ts';

const inLab = laboratory();

/** New accounts, all at once. */
async function wave(lab: Lab, accounts: number, connection = 'orders'): Promise<ExecutionRecord[]> {
  await lab.run('onboard', { connection, accountId: await lab.account() });
  const ids = [];
  for (let index = 0; index < accounts; index += 1) ids.push(await lab.account());
  return Promise.all(ids.map((accountId) => lab.start('onboard', { connection, accountId })));
}

const stop = (lab: Lab, { arn }: ExecutionRecord) =>
  lab.call('states', 'StopExecution', { executionArn: arn });

describe('a wave of new accounts', () => {
  one.each<[number, RedisCloudOptions['timings']]>([
    [9, {}],
    [9, { addPrincipal: 3_000 }],
    [9, { addPrincipal: 21_500, taskUnknown: 1_200 }],
  ])('of %d is admitted one by one, each within two seconds of the one before (%j)', (accounts, timings) =>
    inLab(
      async (lab) => {
        const executions = await wave(lab, accounts);
        await lab.settled();
        expect(executions.map(({ status }) => status)).toEqual(Array(accounts).fill('SUCCEEDED'));
        expect(lab.redisCloud.calls.refused).toBe(0);
        const { addPrincipal = 8_000, taskUnknown = 300 } = timings ?? {};
        const asked = executions
          .map(({ history }) => history.find(({ details }) => details?.name === 'Wait expected duration')!)
          .map(({ timestamp }) => timestamp)
          .sort((a, b) => a - b);
        // The first ones find out how long it takes: the table may remember another Redis Cloud's times.
        for (let index = 4; index < asked.length; index += 1) {
          const gap = asked[index]! - asked[index - 1]! - addPrincipal - taskUnknown;
          expect(gap).toBeLessThanOrEqual(2_000);
        }
      },
      { timings },
    ),
  );

  long('costs each as much as it costs one, however long the line is', () =>
    inLab(async (lab) => {
      const costs = [];
      for (const accounts of [4, 12]) {
        const executions = await wave(lab, accounts);
        await lab.settled();
        const total = executions.reduce((sum, { stateTransitions }) => sum + stateTransitions, 0);
        costs.push(total / accounts);
      }
      expect(costs[1]).toBeLessThanOrEqual(costs[0]! + 1);
    }),
  );

  long.each([1, 3])('leaves nobody behind, whichever executions are aborted and changes fail (%d)', (seed) =>
    inLab(async (lab) => {
      const random = new Random(seed);
      const executions = await wave(lab, 10);
      const aborted = new Set<ExecutionRecord>();
      const act = async () => {
        for (let count = 0; count < 5; count += 1) {
          await lab.sleep(random.next() * 25_000);
          const running = executions.filter(({ status }) => status === 'RUNNING');
          const chosen = running[Math.floor(random.next() * running.length)];
          if (chosen) {
            await stop(lab, chosen);
            aborted.add(chosen);
          }
          if (random.next() < 0.4) {
            lab.redisCloud.faults.failTasks({ operation: 'addPrincipal', code: 'GENERAL_ERROR' });
          }
        }
      };
      // One of the histories loses what Step Functions reports.
      await (seed % 3 === 0 ? losingReports(lab, act) : act());
      for (let count = 0; count < 4; count += 1) {
        await lab.sleep(15 * MINUTE);
        await lab.watchLocks();
      }
      await lab.settled();
      for (const execution of executions) {
        if (aborted.has(execution)) continue;
        expect(['SUCCEEDED', 'TaskFailed']).toContain(execution.error ?? execution.status);
      }
      // All that did not come to its end does when it is redriven; failures that are still to come come then.
      expect(executions.every(({ status }) => status === 'SUCCEEDED')).toBe(false);
      for (let round = 0; round < 5; round += 1) {
        const left = executions.filter(({ status }) => status !== 'SUCCEEDED');
        for (const { arn } of left) await lab.call('states', 'RedriveExecution', { executionArn: arn });
        await lab.settled();
      }
      expect(executions.map(outcome)).toMatchObject(Array(10).fill({ status: 'SUCCEEDED' }));
      expect(lab.redisCloud.calls.refused).toBe(0);
      // Redis Cloud goes on with what an aborted execution has asked for, and refuses the next change until then.
      expect(lab.collisions.splice(0).length).toBeLessThanOrEqual(aborted.size);
    }),
  );
});

describe('the budget of requests', () => {
  long('keeps everybody below the limit, over all subscriptions', () =>
    inLab(async (lab) => {
      // Each of them asks by itself, all at once.
      const accounts = [];
      for (let index = 0; index < 45; index += 1) {
        const accountId = `5555666${String(index).padStart(5, '0')}`;
        await lab.cloud.accounts.add(accountId, UNIT, { silent: true });
        accounts.push(accountId);
      }
      await lab.run('onboard', { connection: 'orders', accountId: await lab.account() });
      const executions = await Promise.all(
        accounts.flatMap((accountId) =>
          ['orders', 'ledger'].map((connection) => lab.start('endpoint-script', { connection, accountId })),
        ),
      );
      await lab.settled();
      expect(executions.length).toBe(90);
      expect(lab.redisCloud.calls.refused).toBe(0);
      expect(lab.redisCloud.calls.peakPerMinute).toBeGreaterThan(100);
      expect(lab.redisCloud.calls.peakPerMinute).toBeLessThanOrEqual(380);
    }),
  );

  long.each([
    ['for two seconds once Redis Cloud has refused one', 3, [{}], [2_000]],
    ['for twice as long each time that it refuses again', 1, [{}, {}, {}], [2_000, 4_000, 8_000]],
    ['for as long as Redis Cloud says', 3, [{ 'retry-after': '30' }], [30_000]],
    ['for a minute at most', 3, [{ 'retry-after': '86400' }], [60_000]],
  ])('is closed for everybody %s', (_, count, refusals, pauses) =>
    inLab(async (lab) => {
      const left = [...refusals];
      const arrivals: number[] = [];
      lab.intercept = () => {
        arrivals.push(lab.cloud.clock.now());
        const headers = left.shift();
        return headers && { status: 429, headers };
      };
      const executions = [];
      const all = [['orders'], ['ledger'], ['sessions-us', GLOBAL_UNIT]] as const;
      for (const [connection, unit] of all.slice(0, count)) {
        executions.push(await lab.start('onboard', { connection, accountId: await lab.account(unit) }));
      }
      await lab.settled();
      expect(executions.map(outcome)).toMatchObject(Array(count).fill({ status: 'SUCCEEDED', message: '' }));
      for (const [index, pause] of pauses.entries()) {
        const refusedAt = arrivals[index]!;
        expect(arrivals.filter((at) => at > refusedAt && at < refusedAt + pause)).toEqual([]);
      }
    }),
  );

  test('lets an execution go on within 15 seconds after Redis Cloud has refused it once', () =>
    inLab(async (lab) => {
      const connection = 'orders';
      await lab.run('onboard', { connection, accountId: await lab.account() });
      await lab.run('onboard', { connection, accountId: await lab.account() });
      const lasted = ({ startDate, stopDate }: ExecutionRecord) => stopDate! - startDate;
      const usual = lasted(await lab.run('onboard', { connection, accountId: await lab.account() }));
      for (const refused of ['getPrivateLink', 'getTask', 'addPrincipal']) {
        let left = 1;
        lab.intercept = ({ operation }) => {
          if (operation !== refused || left === 0) return undefined;
          left -= 1;
          return { status: 429 };
        };
        const execution = await lab.run('onboard', { connection, accountId: await lab.account() });
        expect(lasted(execution)).toBeLessThanOrEqual(usual + 15_000);
      }
    }));

  long('is left to others who use the keys when little is left of it', () =>
    inLab(async (lab) => {
      const arrivals: number[] = [];
      lab.intercept = ({ operation }) => {
        arrivals.push(lab.cloud.clock.now());
        return operation === 'getPrivateLink' && arrivals.length === 1
          ? { status: 404, headers: { 'x-rate-limit-remaining': '3' } }
          : undefined;
      };
      const execution = await lab.run('onboard', { connection: 'orders', accountId: await lab.account() });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(arrivals[1]! - arrivals[0]!).toBeGreaterThanOrEqual(10_000);
    }),
  );
});

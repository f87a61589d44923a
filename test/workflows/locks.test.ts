import { describe, expect, test } from '@jest/globals';
import { AwsError, type ExecutionRecord } from 'local-cloud';
import { long } from '../long.ts';
import { type Lab, laboratory, losingReports, MINUTE, outcome, VPC } from './harness.ts';

const inCloud = laboratory();

/** So that an execution waits in the queue at once: a reading that is a task waits for the change under way. */
const inLab = (work: (lab: Lab) => Promise<void>) => inCloud(work, { ways: { 'none-shape': 'http-404' } });

async function begin(lab: Lab, connection = 'orders'): Promise<ExecutionRecord> {
  const accountId = await lab.account();
  await lab.vpc(accountId);
  return lab.start('onboard', { connection, accountId, vpcId: VPC });
}

function stop(lab: Lab, execution: ExecutionRecord): Promise<unknown> {
  return lab.call('states', 'StopExecution', {
    executionArn: execution.arn,
    error: 'Stopped',
    cause: 'By hand.',
  });
}

/** Two executions, of which the first has the lock and the second waits for it. */
async function inLine(lab: Lab): Promise<[ExecutionRecord, ExecutionRecord]> {
  const first = await begin(lab);
  await lab.reached(first, 'Wait expected duration');
  const second = await begin(lab);
  await lab.reached(second, 'Acquire lock to create');
  await lab.sleep(100);
  const items = await lab.items('turn#');
  expect(items).toEqual(['turn#12345 holder', expect.stringMatching(/^turn#12345 waiting#/)]);
  return [first, second];
}

describe('the lock to change a subscription', () => {
  test('goes to the next in the queue when the execution that has it is aborted', () =>
    inLab(async (lab) => {
      const [first, second] = await inLine(lab);
      await stop(lab, first);
      await lab.ended(second);
      expect(first.status).toBe('ABORTED');
      expect(outcome(second)).toMatchObject({ status: 'SUCCEEDED' });
      // Redis Cloud goes on with what the aborted execution asked for, and refuses the next change until then.
      lab.collisions.splice(0);
      expect((second.stopDate! - first.stopDate!) / MINUTE).toBeLessThan(10);
      await lab.settled();
      expect(lab.executions('clean-up').map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }]);
    }));

  long('goes on when a clean-up that could not begin is redriven', () =>
    inLab(async (lab) => {
      const [first, second] = await inLine(lab);
      const wellAgain = lab.cloud.interceptCalls(async ({ action }, proceed) => {
        if (action === 'Invoke') throw new AwsError('AccessDeniedException', 'Not now.', 403);
        return proceed();
      });
      await stop(lab, first);
      await lab.sleep(1_000);
      const [cleanUp] = lab.executions('clean-up');
      await lab.ended(cleanUp!);
      wellAgain();
      expect(outcome(cleanUp!)).toMatchObject({ status: 'FAILED' });
      await lab.redrive(cleanUp!);
      await lab.settled();
      expect(outcome(second)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('passes over an execution that was aborted in the queue', () =>
    inLab(async (lab) => {
      const [first, second] = await inLine(lab);
      const third = await begin(lab);
      await lab.reached(third, 'Acquire lock to create');
      await stop(lab, second);
      await lab.settled();
      expect([first, second, third].map(({ status }) => status)).toEqual([
        'SUCCEEDED',
        'ABORTED',
        'SUCCEEDED',
      ]);
    }),
  );

  long('is not lost when the report of an aborted execution is', () =>
    inLab(async (lab) => {
      const [first, second] = await losingReports(lab, async () => {
        const both = await inLine(lab);
        await stop(lab, both[0]);
        await lab.sleep(5 * MINUTE);
        return both;
      });
      expect(lab.executions('clean-up')).toEqual([]);
      expect([first, second].map(({ status }) => status)).toEqual(['ABORTED', 'RUNNING']);
      // Whoever comes next sees to it.
      const third = await begin(lab);
      await lab.settled();
      expect([second, third].map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    }),
  );

  long('is not lost when nobody comes after that: locks are watched', () =>
    inLab(async (lab) => {
      const [, second] = await losingReports(lab, async () => {
        const both = await inLine(lab);
        await stop(lab, both[0]);
        await lab.sleep(5 * MINUTE);
        return both;
      });
      await lab.watchLocks();
      await lab.settled();
      expect(outcome(second)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('stays with an execution that runs, however often locks are watched', () =>
    inLab(async (lab) => {
      const [first, second] = await inLine(lab);
      for (let count = 0; count < 5; count += 1) {
        await lab.watchLocks();
        await lab.sleep(1_000);
      }
      expect(await lab.items('turn#')).toHaveLength(2);
      await lab.settled();
      expect([first, second].map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    }),
  );

  long('is taken again by an execution that was aborted with it and redriven before its change', () =>
    inLab(async (lab) => {
      const [first, second] = await inLine(lab);
      // It is stopped while it asks for its change, and the second gets the lock.
      lab.intercept = ({ operation }) => (operation === 'addPrincipal' ? { status: 503 } : undefined);
      await lab.reached(second, 'Add principal');
      await stop(lab, second);
      await lab.ended(first);
      const third = await begin(lab);
      await lab.reached(third, 'Add principal');
      await lab.call('states', 'RedriveExecution', { executionArn: second.arn });
      await lab.sleep(10_000);
      expect(second.history.some(({ details }) => details?.error === 'LockLost')).toBe(true);
      lab.intercept = () => undefined;
      await lab.settled();
      expect([second, third].map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    }),
  );

  long('is passed on by an execution that fails', () =>
    inLab(async (lab) => {
      lab.redisCloud.faults.failTasks({ operation: 'createPrivateLink', code: 'SOMETHING_NEW' });
      const [first, second] = await inLine(lab);
      await lab.settled();
      expect(outcome(first)).toMatchObject({ status: 'FAILED', error: 'TaskFailed' });
      expect(outcome(second)).toMatchObject({ status: 'SUCCEEDED' });
      // Redriven, the first goes on from where it failed, and is admitted too.
      expect(outcome(await lab.redrive(first))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('is kept apart for each subscription', () =>
    inLab(async (lab) => {
      const orders = await begin(lab, 'orders');
      const ledger = await begin(lab, 'ledger');
      await lab.reached(orders, 'Wait expected duration');
      await lab.reached(ledger, 'Acquire lock to create');
      await lab.sleep(100);
      // It has its own lock, and is told so when Redis Cloud can begin its change.
      expect(await lab.locks()).toEqual([
        'places place1',
        'places place2',
        expect.stringMatching(/^places waiting#/),
        'turn#12345 holder',
        'turn#23456 holder',
      ]);
      await lab.reached(ledger, 'Create PrivateLink');
      const isDone = ({ type, details }: { type: string; details?: { name?: unknown } | undefined }) =>
        type === 'TaskStateExited' && details?.name === 'Await change';
      expect(orders.history.some(isDone)).toBe(true);
      await lab.settled();
      expect(await lab.locks()).toEqual([]);
    }),
  );

  long('survives functions that are stopped while they hand it on', () =>
    inLab(async (lab) => {
      let count = 0;
      const wellAgain = lab.cloud.interceptFunctions((name) => {
        if (!/-(take|pass)-turn$/.test(name)) return undefined;
        count += 1;
        return count % 2 ? 'timeout' : undefined;
      });
      try {
        const executions = [await begin(lab), await begin(lab), await begin(lab)];
        await lab.settled();
        expect(executions.map(outcome)).toMatchObject(Array(3).fill({ status: 'SUCCEEDED' }));
      } finally {
        wellAgain();
      }
    }),
  );

  long('is given back when an aborted execution is redriven and ends', () =>
    inLab(async (lab) => {
      const execution = await begin(lab);
      await lab.reached(execution, 'Await change');
      await stop(lab, execution);
      await lab.sleep(MINUTE);
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('is given back when an execution that was aborted in the queue is redriven', () =>
    inLab(async (lab) => {
      const [first, second] = await inLine(lab);
      await stop(lab, second);
      await lab.sleep(1_000);
      expect(outcome(await lab.redrive(second))).toMatchObject({ status: 'SUCCEEDED' });
      await lab.ended(first);
      expect(outcome(first)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );
});

describe('an execution that failed', () => {
  test('is told to whoever listens on the bus', () =>
    inLab(async (lab) => {
      const told: unknown[] = [];
      await lab.call('events', 'PutRule', {
        Name: 'listener',
        EventBusName: 'redis-privatelink',
        EventPattern: JSON.stringify({ source: ['redis-privatelink'] }),
      });
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: 'arn:aws:sqs:us-east-1:222222222222:listener',
          },
        ],
      });
      await lab.call('sqs', 'CreateQueue', { QueueName: 'listener', Attributes: { Policy } });
      await lab.call('events', 'PutTargets', {
        Rule: 'listener',
        EventBusName: 'redis-privatelink',
        Targets: [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:222222222222:listener' }],
      });
      lab.cloud.observeDeliveries(({ event }) => {
        if (event.source === 'redis-privatelink') told.push([event['detail-type'], event.detail]);
      });
      const failed = await lab.run('onboard', {
        connection: 'orders',
        accountId: '444455500000',
        vpcId: VPC,
      });
      await lab.settled();
      expect(told).toContainEqual([
        'Execution Failed',
        expect.objectContaining({ execution: failed.arn, status: 'FAILED', error: failed.error }),
      ]);
      await lab.call('events', 'RemoveTargets', {
        Rule: 'listener',
        EventBusName: 'redis-privatelink',
        Ids: ['queue'],
      });
    }));
});

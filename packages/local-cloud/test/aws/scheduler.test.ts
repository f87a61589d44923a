import { expect, test } from '@jest/globals';
import { Access } from '../../src/aws/authorization/access.ts';
import { Iam } from '../../src/aws/iam/roles.ts';
import { Scheduler } from '../../src/aws/scheduler.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-20T09:00:00Z');
const machine = 'arn:aws:states:us-east-1:111111111111:stateMachine:m';
const owner = { accountId: '111111111111', region: 'us-east-1', arn: 'arn:aws:iam::111111111111:root' };

/** A schedule of every two hours in a fresh cloud; returns when executions were started in the first seven. */
async function startsOf(options: { fireSchedules: boolean; State?: string }): Promise<number[]> {
  const clock = new VirtualClock(START);
  const iam = new Iam({ clock });
  const services = new AwsServices();
  const membership = { organizationOf: () => undefined, isActive: () => true };
  const access = new Access({ clock, iam, membership });
  services.guard = access;
  services.register(iam);
  services.register(new Scheduler({ clock, services, access, fireSchedules: options.fireSchedules }));
  const starts: number[] = [];
  services.register({
    signingName: 'states',
    actions: { StartExecution: async () => starts.push(clock.now() - START) },
    needs: { StartExecution: () => [{ action: 'states:StartExecution', resource: machine }] },
  });
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const permission = { Effect: 'Allow', Action: 'states:StartExecution', Resource: machine };
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await services.call(
    'iam',
    'CreateRole',
    { RoleName: 'r', AssumeRolePolicyDocument: document(trust) },
    owner,
  );
  await services.call(
    'iam',
    'PutRolePolicy',
    { RoleName: 'r', PolicyName: 'p', PolicyDocument: document(permission) },
    owner,
  );
  const schedule = {
    Name: 's',
    ScheduleExpression: 'rate(2 hours)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ...(options.State && { State: options.State }),
    Target: { Arn: machine, RoleArn: 'arn:aws:iam::111111111111:role/r' },
  };
  await services.call('scheduler', 'CreateSchedule', schedule, owner);
  await Activity.run(clock, async (activity) => {
    await activity.sleep(7 * HOUR);
    // Virtual time would go on for ever.
    clock.hold();
  });
  return starts;
}

test('a schedule starts its state machine by the clock, where schedules fire', async () => {
  expect(await startsOf({ fireSchedules: true })).toEqual([2 * HOUR, 4 * HOUR, 6 * HOUR]);
  expect(await startsOf({ fireSchedules: true, State: 'DISABLED' })).toEqual([]);
  expect(await startsOf({ fireSchedules: false })).toEqual([]);
});

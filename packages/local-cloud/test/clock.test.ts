import { expect, test } from '@jest/globals';
import { Activity, LocalCloud, Standstill, VirtualClock } from '../index.ts';
import { EndingClock } from '../src/ending-clock.ts';

const START = Date.parse('2026-01-01T09:00:00Z');
const never = new Promise<never>(() => {});

test('time passes while one activity waits for two things', async () => {
  const clock = new VirtualClock(START);
  await Activity.run(clock, (activity) => Promise.all([activity.sleep(1_000), activity.sleep(5_000)]));
  expect(clock.now()).toBe(START + 5_000);
});

test('what an activity has waited for does not hold time when it has ended', async () => {
  const clock = new VirtualClock(START);
  await Activity.run(clock, async (activity) => {
    void activity.sleep(1_000);
  });
  await Activity.run(clock, (activity) => activity.sleep(5_000));
  expect(clock.now()).toBe(START + 5_000);
});

test('a standstill says what everybody waits for', async () => {
  const clock = new VirtualClock(START);
  const ofCloud = new Activity(clock, { isOfCloud: true });
  let isTold = false;
  void ofCloud.wait(never, 'an answer').catch(() => {
    isTold = true;
  });
  const waiting = Activity.run(clock, (activity) => activity.wait(never), { what: () => 'a parcel' });
  await expect(waiting).rejects.toThrow(
    'Time stands still at 2026-01-01T09:00:00.000Z: nothing works and no timer is set. What waits:\n- an answer\n- a parcel',
  );
  expect(isTold).toBe(false);
});

test('a timer that is taken away may leave a standstill', async () => {
  const clock = new VirtualClock(START);
  const timer = clock.after(1_000, () => {});
  const waiting = Activity.run(clock, (activity) => activity.wait(never));
  timer.cancel();
  await expect(waiting).rejects.toBeInstanceOf(Standstill);
  expect(clock.now()).toBe(START);
});

test('work that is slow is no standstill', async () => {
  const clock = new VirtualClock(START);
  const release = clock.hold('slow work');
  let answer = (_: string) => {};
  const answered = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const waiting = Activity.run(clock, (activity) => activity.wait(answered));
  for (let turn = 0; turn < 1_000; turn += 1) await new Promise(setImmediate);
  expect(clock.holders()).toEqual(['slow work']);
  answer('done');
  release();
  expect(await waiting).toBe('done');
});

test('nobody is told what a cloud waited for that has ended', async () => {
  const clock = new VirtualClock(START);
  const ending = new EndingClock(clock);
  const failed: unknown[] = [];
  const wait = () =>
    Activity.run(ending, (activity) => activity.sleep(1_000)).catch((error) => failed.push(error));
  void wait();
  ending.end();
  void wait();
  const waiting = Activity.run(clock, (activity) => activity.wait(never), { what: 'a parcel' });
  await expect(waiting).rejects.toMatchObject({ pending: ['a parcel'] });
  expect(failed).toEqual([]);
});

const ASK = {
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: {
        QueueUrl: '{% $states.input.queue %}',
        MessageBody: '{% $states.context.Task.Token %}',
      },
      End: true,
    },
  },
};

test('an execution whose task token nobody answers is a standstill for who waits for its end', async () => {
  const clock = new VirtualClock(START);
  const cloud = await LocalCloud.start({ clock });
  try {
    const root = cloud.root({ accountId: cloud.accounts.ids()[0]!, region: 'us-east-1' });
    const make = (service: string, action: string, input: object) =>
      cloud.call(service, action, input, root) as Promise<Record<string, string>>;
    const RoleName = 'asks';
    const policy = (rest: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
    const trust = { Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' };
    await make('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: policy(trust) });
    const PolicyDocument = policy({ Action: 'sqs:SendMessage', Resource: '*' });
    await make('iam', 'PutRolePolicy', { RoleName, PolicyName: 'sends', PolicyDocument });
    const { QueueUrl: queue } = await make('sqs', 'CreateQueue', { QueueName: 'questions' });
    const { stateMachineArn } = await make('states', 'CreateStateMachine', {
      name: 'Asks',
      definition: JSON.stringify(ASK),
      roleArn: `arn:aws:iam::${root.accountId}:role/${RoleName}`,
    });

    await expect(cloud.run(stateMachineArn!, { queue })).rejects.toThrow(
      /execution Asks:\S+ is in “Ask” since 2026-01-01T09:00:00.000Z, for an answer to its task token/,
    );
    await expect(cloud.settled()).rejects.toBeInstanceOf(Standstill);
  } finally {
    await cloud.close();
  }
});

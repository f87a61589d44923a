import { describe, expect, test } from '@jest/globals';
import { CALLER, chain, Harness, only, START } from './harness.ts';

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111111111111/queue';

function withToken(more: object = {}): object {
  return only({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl: QUEUE, MessageBody: { token: '{% $states.context.Task.Token %}' } },
    ...more,
  });
}

function queueing(receive: (token: string, harness: Harness) => unknown): Harness {
  const harness = new Harness();
  harness.stub('sqs', {
    SendMessage: ({ MessageBody }) => {
      void receive(JSON.parse(MessageBody).token, harness);
      return { MessageId: 'm-1' };
    },
  });
  return harness;
}

describe('a task token', () => {
  test('ends the task with the output that comes with it', async () => {
    const harness = queueing(async (taskToken, { clock, states }) => {
      clock.after(60_000, () =>
        states.actions.SendTaskSuccess!({ taskToken, output: '{"done":true}' }, CALLER),
      );
    });
    const execution = await harness.run(withToken());
    expect(execution.output).toBe('{"done":true}');
    expect(execution.stopDate! - START).toBe(60_000);
    expect(chain(execution).slice(2, 6)).toEqual([
      '3 TaskScheduled <- 2',
      '4 TaskStarted <- 3',
      '5 TaskSubmitted <- 4',
      '6 TaskSucceeded <- 5',
    ]);
  });

  test('may come back before the call that carried it', async () => {
    const harness = queueing((taskToken, { states }) =>
      states.actions.SendTaskSuccess!({ taskToken, output: '1' }, CALLER),
    );
    expect((await harness.run(withToken())).output).toBe('1');
  });

  test('may come back without an error: a catcher sees null', async () => {
    const harness = queueing((taskToken, { states }) =>
      states.actions.SendTaskFailure!({ taskToken }, CALLER),
    );
    const { States } = withToken() as { States: { Only: object } };
    const execution = await harness.run({
      StartAt: 'Only',
      States: {
        Only: { ...States.Only, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] },
        Caught: { Type: 'Succeed' },
      },
    });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"Error":null,"Cause":null}' });
  });

  test('fails the task with the error that comes with it', async () => {
    const harness = queueing((taskToken, { states }) =>
      states.actions.SendTaskFailure!({ taskToken, error: 'Refused', cause: 'why' }, CALLER),
    );
    expect(await harness.run(withToken())).toMatchObject({
      status: 'FAILED',
      error: 'Refused',
      cause: 'why',
    });
  });

  test('that never comes back times the task out, without a cause', async () => {
    const execution = await queueing(() => {}).run(withToken({ TimeoutSeconds: '{% 2 * 150 %}' }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout', cause: undefined });
    expect(execution.stopDate! - START).toBe(300_000);
    expect(execution.history[2]!.details).toMatchObject({ timeoutInSeconds: 300 });
    expect(execution.history.at(-2)!.type).toBe('TaskTimedOut');
  });

  test('needs its heartbeats: without them States.HeartbeatTimeout and States.Timeout both match', async () => {
    const beating = () =>
      queueing((taskToken, { clock, states }) => {
        for (const time of [50_000, 100_000])
          clock.after(time, () => states.actions.SendTaskHeartbeat!({ taskToken }, CALLER));
      });
    for (const name of ['States.HeartbeatTimeout', 'States.Timeout']) {
      const execution = await beating().run({
        StartAt: 'Only',
        States: {
          Only: {
            ...(withToken({ HeartbeatSeconds: 60 }) as { States: { Only: object } }).States.Only,
            Catch: [{ ErrorEquals: [name], Next: 'Late' }],
          },
          Late: { Type: 'Succeed' },
        },
      });
      expect(execution).toMatchObject({
        status: 'SUCCEEDED',
        output: '{"Error":"States.Timeout","Cause":""}',
      });
      expect(execution.stopDate! - START).toBe(160_000);
    }
  });

  test('is worth nothing once the task has ended, or if it never was one', async () => {
    let taskToken = '';
    const harness = queueing((token) => {
      taskToken = token;
    });
    await harness.run(withToken({ TimeoutSeconds: 1 }));
    await expect(harness.call('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
    await expect(
      harness.call('SendTaskSuccess', { taskToken: `${taskToken}0`, output: '1' }),
    ).rejects.toMatchObject({ code: 'TaskDoesNotExist' });
    await expect(harness.call('SendTaskHeartbeat', { taskToken: 'guess' })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
  });

  test('takes JSON only', async () => {
    const errors: unknown[] = [];
    const harness = queueing(async (taskToken) => {
      await harness
        .call('SendTaskSuccess', { taskToken, output: '{' })
        .catch((error: unknown) => errors.push(error));
      await harness.call('SendTaskSuccess', { taskToken, output: '2' });
    });
    expect((await harness.run(withToken())).output).toBe('2');
    expect(errors).toMatchObject([{ code: 'InvalidOutput' }]);
  });
});

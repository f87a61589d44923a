import { describe, expect, test } from '@jest/globals';
import { Harness, only, START } from './harness.ts';

describe('a nested execution', () => {
  const child = {
    StartAt: 'W',
    States: {
      W: { Type: 'Wait', Seconds: 30, Next: 'E' },
      E: { Type: 'Pass', Output: { sum: '{% $states.input.a + 1 %}' }, End: true },
    },
  };
  const parent = (machine: string, resource: string, more: object = {}) =>
    only({
      Type: 'Task',
      Resource: `arn:aws:states:::states:${resource}`,
      Arguments: { StateMachineArn: machine, Name: 'child', Input: { a: 1 } },
      ...more,
    });

  test('is awaited by sync:2, its input and output parsed', async () => {
    const harness = new Harness();
    const machine = await harness.create(child, 'child');
    const execution = await harness.run(parent(machine, 'startExecution.sync:2'));
    expect(JSON.parse(execution.output!)).toEqual({
      ExecutionArn: 'arn:aws:states:us-east-1:111111111111:execution:child:child',
      Input: { a: 1 },
      InputDetails: { Included: true },
      Name: 'child',
      Output: { sum: 2 },
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      StartDate: START,
      StateMachineArn: machine,
      Status: 'SUCCEEDED',
      StopDate: START + 30_000,
    });
    expect(execution.history.map(({ type }) => type)).toContain('TaskSubmitted');
  });

  test('is awaited by sync too, its input and output as text', async () => {
    const harness = new Harness();
    const machine = await harness.create(child, 'child');
    const output = await harness.output(parent(machine, 'startExecution.sync'));
    expect(output).toMatchObject({ Input: '{"a":1}', Output: '{"sum":2}', Status: 'SUCCEEDED' });
  });

  test('has a task token in its context, with which nobody can answer', async () => {
    const harness = new Harness();
    const machine = await harness.create(child, 'child');
    const Input = { a: 1, token: '{% $states.context.Task.Token %}' };
    const definition = only({
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: machine, Input },
    });
    const execution = await harness.start(await harness.create(definition));
    await harness.reach(10_000);
    const { token } = JSON.parse([...harness.states.executions()][1]!.input);
    expect(token).toMatch(/^AQC/);
    await expect(harness.call('SendTaskSuccess', { taskToken: token, output: '1' })).rejects.toMatchObject({
      code: 'TaskDoesNotExist',
    });
    expect((await harness.ended(execution)).status).toBe('SUCCEEDED');
  });

  test('that fails fails the task of sync:2 with its description', async () => {
    const harness = new Harness();
    const machine = await harness.create({
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'c' } },
    });
    const execution = await harness.run(parent(machine, 'startExecution.sync:2'));
    expect(execution.error).toBe('States.TaskFailed');
    expect(JSON.parse(execution.cause!)).toMatchObject({
      Error: 'Inner',
      Cause: 'c',
      Input: '{"a":1}',
      Status: 'FAILED',
    });
  });

  test('is stopped when its parent no longer waits', async () => {
    const harness = new Harness();
    const machine = await harness.create(child);
    const execution = await harness.run(parent(machine, 'startExecution.sync:2', { TimeoutSeconds: 10 }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const [, nested] = [...harness.states.executions()];
    expect(nested).toMatchObject({ name: 'child', status: 'ABORTED', stopDate: START + 10_000 });
  });

  test('is not awaited by startExecution alone', async () => {
    const harness = new Harness();
    const machine = await harness.create(child);
    const execution = await harness.run(parent(machine, 'startExecution'));
    expect(execution.stopDate).toBe(START);
    expect(JSON.parse(execution.output!)).toMatchObject({ StartDate: START });
  });

  test('whose name is taken fails the task by the integration’s name for that', async () => {
    const harness = new Harness();
    const machine = await harness.create(child);
    await harness.start(machine, { other: 1 }, 'child');
    expect((await harness.run(parent(machine, 'startExecution'))).error).toBe(
      'StepFunctions.ExecutionAlreadyExistsException',
    );
    const sdk = only({
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
      Arguments: { StateMachineArn: machine, Name: 'child', Input: '{}' },
    });
    expect((await harness.run(sdk)).error).toBe('Sfn.ExecutionAlreadyExistsException');
  });
});

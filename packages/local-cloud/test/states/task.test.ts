import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/aws/service.ts';
import { CALLER, chain, FUNCTION, Harness, named, only } from './harness.ts';

const INVOKE = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };

describe('a function', () => {
  test('called by its own ARN has the events of a function', async () => {
    const execution = await new Harness((payload) => ({ got: payload })).run(
      only({ Type: 'Task', Resource: FUNCTION, TimeoutSeconds: 5 }),
      { a: 1 },
    );
    expect(chain(execution).slice(2, 5)).toEqual([
      '3 LambdaFunctionScheduled <- 2',
      '4 LambdaFunctionStarted <- 3',
      '5 LambdaFunctionSucceeded <- 4',
    ]);
    expect(execution.history[2]!.details).toEqual({
      resource: FUNCTION,
      input: '{"a":1}',
      timeoutInSeconds: 5,
    });
    expect(execution.history[3]!.details).toBeUndefined();
    expect(execution.output).toBe('{"got":{"a":1}}');
  });

  test('called by the integration answers as the API does, with its payload parsed', async () => {
    const execution = await new Harness(() => ({ ok: true })).run(
      only({ ...INVOKE, Arguments: { FunctionName: FUNCTION, Payload: [1] } }),
    );
    expect(JSON.parse(execution.output!)).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { ok: true },
      StatusCode: 200,
    });
    expect(execution.history[2]).toMatchObject({
      type: 'TaskScheduled',
      details: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'us-east-1',
        parameters: `{"FunctionName":"${FUNCTION}","Payload":[1]}`,
      },
    });
  });

  test('fails its task by the name and with the text of its error', async () => {
    const harness = new Harness(() => {
      throw named('TaskPending', 'not yet');
    });
    const execution = await harness.run(only({ ...INVOKE, Arguments: { FunctionName: FUNCTION } }));
    const failure = { error: 'TaskPending', cause: '{"errorType":"TaskPending","errorMessage":"not yet"}' };
    expect(execution).toMatchObject(failure);
    expect(execution.history.at(-2)).toMatchObject({
      type: 'TaskFailed',
      details: { ...failure, resource: 'invoke', resourceType: 'lambda' },
    });
  });

  test('that does not exist fails its task as AWS names it', async () => {
    const harness = new Harness(() => {
      throw new AwsError('ResourceNotFoundException', 'Function not found: work', 404);
    });
    const execution = await harness.run(only({ ...INVOKE, Arguments: { FunctionName: 'work' } }));
    expect(execution.error).toBe('Lambda.ResourceNotFoundException');
    expect(execution.cause).toMatch(
      /^Function not found: work \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
  });

  test('that answers too much fails its task, and States.ALL catches that', async () => {
    const harness = new Harness(() => 'x'.repeat(262_144));
    const execution = await harness.run({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: FUNCTION,
          End: true,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
        },
        Done: { Type: 'Succeed' },
      },
    });
    expect(JSON.parse(execution.output!).Error).toBe('States.DataLimitExceeded');
  });

  test('is called as a session of the state machine’s role', async () => {
    const harness = new Harness();
    const callers: unknown[] = [];
    harness.stub('lambda', {
      Invoke: (_, caller) => {
        callers.push(caller);
        return { StatusCode: 200, Payload: '1' };
      },
    });
    await harness.ended(
      await harness.start(await harness.create(only({ Type: 'Task', Resource: FUNCTION })), {}, 'mine'),
    );
    expect(callers).toEqual([
      {
        accountId: CALLER.accountId,
        region: 'us-east-1',
        arn: 'arn:aws:sts::111111111111:assumed-role/workflow/mine',
        service: 'states.amazonaws.com',
      },
    ]);
  });
});

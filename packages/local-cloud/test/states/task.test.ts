import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/aws/service.ts';
import { CALLER, chain, FUNCTION, Harness, named, only, START } from './harness.ts';

const INVOKE = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111111111111/queue';

function withToken(more: object = {}): object {
  return only({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl: QUEUE, MessageBody: { token: '{% $states.context.Task.Token %}' } },
    ...more,
  });
}

/** A queue that gives every token it is sent to `receive`. */
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
      expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"Error":"States.Timeout"}' });
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
      StartDate: START,
      StateMachineArn: machine,
      Status: 'SUCCEEDED',
      StopDate: START + 30_000,
    });
    expect(execution.history.map(({ type }) => type)).toContain('TaskSubmitted');
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

describe('other integrations', () => {
  test('DynamoDB fails by the names of its exceptions', async () => {
    const harness = new Harness();
    const codes = ['ConditionalCheckFailedException', 'ValidationException'];
    const run = async (resource: string, code: string) => {
      harness.stub('dynamodb', {
        PutItem: () => {
          throw new AwsError(code, 'no');
        },
      });
      return (
        await harness.run(
          only({
            Type: 'Task',
            Resource: `arn:aws:states:::${resource}:putItem`,
            Arguments: { TableName: 't' },
          }),
        )
      ).error;
    };
    expect(await run('dynamodb', codes[0]!)).toBe('DynamoDB.ConditionalCheckFailedException');
    expect(await run('dynamodb', codes[1]!)).toBe('DynamoDB.AmazonDynamoDBException');
    expect(await run('aws-sdk:dynamodb', codes[0]!)).toBe('DynamoDb.ConditionalCheckFailedException');
    expect(await run('aws-sdk:dynamodb', codes[1]!)).toBe('DynamoDb.DynamoDbException');
  });

  test('the SDK’s DynamoDB writes attribute types as the SDK for Java does', async () => {
    const harness = new Harness();
    let sent: unknown;
    harness.stub('dynamodb', {
      GetItem: (input) => {
        sent = input;
        return { Item: { Bool: { S: 'x' }, held: { BOOL: true }, names: { SS: ['a'] } } };
      },
    });
    const Arguments = { TableName: 't', Key: { flag: { Bool: true } } };
    const output = await harness.output(
      only({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem', Arguments }),
    );
    expect(sent).toEqual({ TableName: 't', Key: { flag: { BOOL: true } } });
    expect(output).toEqual({ Item: { Bool: { S: 'x' }, held: { Bool: true }, names: { Ss: ['a'] } } });
  });

  test('EventBridge events name the execution and carry their detail as text', async () => {
    const harness = new Harness();
    let sent: unknown;
    harness.stub('events', {
      PutEvents: (input) => {
        sent = input;
        return { Entries: [{ EventId: 'e' }], FailedEntryCount: 0 };
      },
    });
    const machine = await harness.create(
      only({
        Type: 'Task',
        Resource: 'arn:aws:states:::events:putEvents',
        Arguments: { Entries: [{ Source: 's', DetailType: 'd', Detail: { a: 1 }, Resources: ['r'] }] },
      }),
    );
    const execution = await harness.ended(await harness.start(machine));
    expect(sent).toEqual({
      Entries: [
        { Source: 's', DetailType: 'd', Detail: '{"a":1}', Resources: ['r', machine, execution.arn] },
      ],
    });
    expect(execution.output).toBe('{"Entries":[{"EventId":"e"}],"FailedEntryCount":0}');
  });

  test('one event that EventBridge refuses fails the task', async () => {
    const harness = new Harness();
    const answer = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail' }] };
    harness.stub('events', { PutEvents: () => answer });
    const execution = await harness.run(
      only({ Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Arguments: { Entries: [{}] } }),
    );
    expect(execution).toMatchObject({ error: 'EventBridge.FailedEntry', cause: JSON.stringify(answer) });
  });

  test('an SDK integration shows times as text and members in Pascal case', async () => {
    const harness = new Harness();
    const machine = await harness.create(only({ Type: 'Pass' }), 'other');
    const describe = only({
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:describeStateMachine',
      Arguments: { StateMachineArn: machine },
    });
    expect(await harness.output(describe)).toMatchObject({
      Name: 'other',
      CreationDate: '2026-11-20T10:00:00.000Z',
    });
  });

  test('all errors of EC2 are Ec2.Ec2Exception', async () => {
    const harness = new Harness();
    harness.stub('ec2', {
      DescribeVpcs: () => {
        throw new AwsError('InvalidVpcID.NotFound', 'The vpc ID does not exist');
      },
    });
    expect(
      (
        await harness.run(
          only({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:ec2:describeVpcs', Arguments: {} }),
        )
      ).error,
    ).toBe('Ec2.Ec2Exception');
  });
});

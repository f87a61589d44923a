import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/aws/service.ts';
import { Sqs } from '../../src/aws/sqs.ts';
import { CALLER, Harness, only } from './harness.ts';

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

  test.each([
    ['sqs', 'QueueDoesNotExist', 'SQS.QueueDoesNotExistException', 'AWS.SimpleQueueService.NonExistentQueue'],
    ['sqs', 'MissingParameter', 'SQS.AmazonSQSException', 'MissingParameter'],
    ['sqs', 'InvalidParameterValue', 'SQS.AmazonSQSException', 'InvalidParameterValue'],
    ['aws-sdk:sqs', 'QueueDoesNotExist', 'Sqs.QueueDoesNotExistException', undefined],
    ['aws-sdk:sqs', 'MissingParameter', 'Sqs.SqsException', undefined],
  ])('%s names %s as AWS does', async (service, code, error, shown) => {
    const harness = new Harness();
    harness.stub('sqs', {
      SendMessage: () => {
        throw new AwsError(code, 'no');
      },
    });
    const Arguments = { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/111111111111/q', MessageBody: 'm' };
    const execution = await harness.run(
      only({ Type: 'Task', Resource: `arn:aws:states:::${service}:sendMessage`, Arguments }),
    );
    expect(execution.error).toBe(error);
    expect(execution.cause).toMatch(
      shown === undefined
        ? /^no \(Service: Sqs, Status Code: 400, Request ID: [0-9a-f-]{36}\) \(SDK Attempt Count: 1\)$/
        : new RegExp(
            `^no \\(Service: AmazonSQS; Status Code: 400; Error Code: ${shown}; Request ID: [0-9a-f-]{36}; Proxy: null\\)$`,
          ),
    );
  });

  test('a queue’s URL that is none has no host, and a message that is null is none', async () => {
    const harness = new Harness();
    harness.services.register(new Sqs({ clock: harness.clock }));
    const { QueueUrl } = (await harness.services.call('sqs', 'CreateQueue', { QueueName: 'q' }, CALLER)) as {
      QueueUrl: string;
    };
    const send = (Arguments: object) =>
      harness.run(only({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Arguments }));
    expect(await send({ QueueUrl: 'no-queue', MessageBody: 'm' })).toMatchObject({
      error: 'SQS.SdkClientException',
      cause: 'Unable to execute HTTP request: no-queue: Name or service not known',
    });
    const empty = await send({ QueueUrl, MessageBody: null });
    expect(empty.error).toBe('SQS.AmazonSQSException');
    expect(empty.cause).toMatch(
      /^The request must contain the parameter MessageBody\. \(Service: AmazonSQS; /,
    );
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

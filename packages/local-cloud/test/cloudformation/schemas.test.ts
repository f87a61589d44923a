import { describe, expect, test } from '@jest/globals';
import { schemaOf } from '../../src/cloudformation/schemas/schema.ts';
import { violationsOf } from '../../src/cloudformation/schemas/validate.ts';
import { create, logGroup } from './harness.ts';

const resource = (Type: string, Properties: object) => ({ Resources: { It: { Type, Properties } } });
const role = 'arn:aws:iam::111111111111:role/role';
const lambda = {
  Runtime: 'nodejs24.x',
  Handler: 'a.b',
  Role: role,
  Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
};
const schedule = { ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' } };
const target = { Arn: 'arn:aws:sqs:eu-west-1:111111111111:queue', RoleArn: role };

describe("AWS's schemas", () => {
  test.each([
    [
      'a property that AWS does not know, with the nearest',
      resource('AWS::Logs::LogGroup', { LogGroupname: 'a' }),
      '#: extraneous key [LogGroupname] is not permitted. The nearest is LogGroupName.',
    ],
    [
      'one within a property',
      resource('AWS::Lambda::Function', { ...lambda, Environment: { Variable: {} } }),
      '#/Environment: extraneous key [Variable] is not permitted. The nearest is Variables.',
    ],
    [
      'a missing property',
      resource('AWS::Lambda::Function', { Code: lambda.Code }),
      '#: required key [Role] not found',
    ],
    [
      'a missing one in a list',
      resource('AWS::Events::Rule', { ScheduleExpression: 'rate(1 day)', Targets: [{ Id: 'a' }] }),
      '#/Targets/0: required key [Arn] not found',
    ],
    [
      'a wrong enum',
      resource('AWS::Lambda::Function', { ...lambda, TracingConfig: { Mode: 'On' } }),
      '#/TracingConfig/Mode: failed validation constraint for keyword [enum]: Active, PassThrough',
    ],
    [
      'a wrong pattern',
      resource('AWS::Logs::LogGroup', { LogGroupName: 'a b' }),
      '#/LogGroupName: failed validation constraint for keyword [pattern]: ^[.\\-_/#A-Za-z0-9]{1,512}\\Z',
    ],
    [
      'a wrong type',
      resource('AWS::Lambda::Function', { ...lambda, Timeout: 'soon' }),
      '#/Timeout: expected type: integer, found: string',
    ],
    [
      'a number that is too small',
      resource('AWS::Lambda::Function', { ...lambda, Timeout: 0 }),
      '#/Timeout: failed validation constraint for keyword [minimum]',
    ],
    [
      'a text that is too long',
      resource('AWS::Events::Rule', { Name: 'a'.repeat(65), EventBusName: 'b'.repeat(257) }),
      /#\/EventBusName|#\/Name/,
    ],
    [
      'a wrong value within a target',
      resource('AWS::Scheduler::Schedule', {
        ...schedule,
        Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } },
      }),
      '#/Target/RetryPolicy/MaximumRetryAttempts: failed validation constraint for keyword [maximum]',
    ],
  ])('refuse %s', async (_what, template, message) => {
    await expect(async () => create(template)).rejects.toThrow(message);
  });

  test('name the resource, its type and all that is wrong', async () => {
    const template = resource('AWS::Scheduler::Schedule', { Colour: 'red', Target: target });
    await expect(async () => create(template)).rejects.toThrow(
      'It (AWS::Scheduler::Schedule): Properties validation failed for resource It with message: ' +
        '[#: extraneous key [Colour] is not permitted. The nearest is Name., ' +
        '#: required key [FlexibleTimeWindow] not found, #: required key [ScheduleExpression] not found]',
    );
  });

  test('judge what functions become', async () => {
    const fine = { Resources: { It: logGroup({ 'Fn::Join': ['-', ['a', 'b']] }) } };
    await expect(create(fine)).resolves.toBeDefined();
    const wrong = { Resources: { It: logGroup({ 'Fn::Join': [' ', ['a', 'b']] }) } };
    await expect(create(wrong)).rejects.toThrow('#/LogGroupName: failed validation constraint');
  });

  test('take texts for numbers and booleans, as CloudFormation does', () => {
    const properties = { ...lambda, Timeout: '10' };
    expect(violationsOf(properties, schemaOf('AWS::Lambda::Function')!)).toEqual([]);
  });

  test('know the attributes of a type', async () => {
    const Outputs = { It: { Value: { 'Fn::Sub': '${Log.Arn}' } } };
    await expect(create({ Resources: { Log: logGroup('a') }, Outputs })).resolves.toBeDefined();
    const Two = logGroup({ 'Fn::GetAtt': ['One', 'Arm'] });
    await expect(async () => create({ Resources: { One: logGroup('a'), Two } })).rejects.toThrow(
      'Two: the resource One of type AWS::Logs::LogGroup has no attribute Arm. The nearest is Arn.',
    );
  });

  test('leave what AWS has and the local cloud does not to be told apart', async () => {
    const template = resource('AWS::SQS::Queue', { QueueName: 'a', DeduplicationScope: 'queue' });
    await expect(async () => create(template)).rejects.toThrow(
      'It: the local cloud does not know the property DeduplicationScope of AWS::SQS::Queue, which AWS has. The nearest is DelaySeconds.',
    );
  });

  test('an unknown type is named with the nearest', async () => {
    await expect(async () => create(resource('AWS::Lambda::Funktion', {}))).rejects.toThrow(
      'It: the local cloud has no resource type AWS::Lambda::Funktion. The nearest is AWS::Lambda::Function.',
    );
  });
});

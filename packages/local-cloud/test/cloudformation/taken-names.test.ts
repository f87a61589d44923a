import { beforeEach, describe, expect, test } from '@jest/globals';
import { Access } from '../../src/aws/authorization/access.ts';
import { CloudWatch } from '../../src/aws/cloudwatch/cloudwatch.ts';
import { EventBridge } from '../../src/aws/eventbridge.ts';
import { Iam } from '../../src/aws/iam/roles.ts';
import { Logs } from '../../src/aws/logs/logs.ts';
import { Organization } from '../../src/aws/organization.ts';
import { Organizations } from '../../src/aws/organizations.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { Sns } from '../../src/aws/sns.ts';
import { Sqs } from '../../src/aws/sqs.ts';
import { Ssm } from '../../src/aws/ssm.ts';
import { VirtualClock } from '../../src/clock.ts';
import { Stacks } from '../../src/cloudformation/stacks.ts';
import { StepFunctions } from '../../src/states/step-functions.ts';

const here = { accountId: '111111111111', region: 'eu-west-1' };
const root = { ...here, arn: 'arn:aws:iam::111111111111:root' };

const trust = { Version: '2012-10-17', Statement: [] };
const role = 'arn:aws:iam::111111111111:role/role';
/** One resource of each type that has a name, and how the others refer to it. */
const named: Record<string, { properties: object; ref: string; where?: 'account' | 'world' }> = {
  'AWS::Events::EventBus': { properties: { Name: 'bus' }, ref: 'bus' },
  'AWS::Events::Rule': { properties: { Name: 'a', ScheduleExpression: 'rate(1 day)' }, ref: 'a' },
  'AWS::CloudWatch::Alarm': {
    properties: {
      AlarmName: 'a',
      Namespace: 'Ours',
      MetricName: 'Failed',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    },
    ref: 'a',
  },
  'AWS::SQS::Queue': {
    properties: { QueueName: 'a' },
    ref: 'https://sqs.eu-west-1.amazonaws.com/111111111111/a',
  },
  'AWS::SNS::Topic': { properties: { TopicName: 'a' }, ref: 'arn:aws:sns:eu-west-1:111111111111:a' },
  'AWS::StepFunctions::StateMachine': {
    properties: {
      StateMachineName: 'a',
      RoleArn: role,
      DefinitionString: '{"QueryLanguage":"JSONata","StartAt":"End","States":{"End":{"Type":"Succeed"}}}',
    },
    ref: 'arn:aws:states:eu-west-1:111111111111:stateMachine:a',
  },
  'AWS::Logs::LogGroup': { properties: { LogGroupName: 'a' }, ref: 'a' },
  'AWS::SSM::Parameter': { properties: { Name: 'a', Type: 'String', Value: 'b' }, ref: 'a' },
  'AWS::IAM::Role': {
    properties: { RoleName: 'a', AssumeRolePolicyDocument: trust },
    ref: 'a',
    where: 'account',
  },
  'AWS::KMS::Alias': { properties: { AliasName: 'alias/a', TargetKeyId: 'b' }, ref: 'alias/a' },
  'AWS::CloudWatch::Dashboard': {
    properties: { DashboardName: 'a', DashboardBody: '{}' },
    ref: 'a',
    where: 'account',
  },
  'AWS::S3::Bucket': { properties: { BucketName: 'bucket' }, ref: 'bucket', where: 'world' },
};

let services: AwsServices;
let stacks: Stacks;

beforeEach(() => {
  const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
  services = new AwsServices();
  const iam = new Iam({ clock });
  const membership = { organizationOf: () => undefined, isActive: () => true };
  const access = new Access({ clock, iam, membership });
  stacks = new Stacks({ clock, services });
  for (const service of [
    iam,
    new EventBridge({ clock, services, access, fireSchedules: false }),
    new CloudWatch({ clock, services }),
    new Sqs({ clock }),
    new Sns({ clock, services }),
    new StepFunctions({ clock, services, publish: () => undefined }),
    new Logs({ services, clock }),
    new Organizations({ organization: new Organization({ clock }) }),
    new Ssm({ clock }),
  ]) {
    services.register(service);
  }
});

const templateOf = (Type: string, Properties: object, rest: object = {}) =>
  JSON.stringify({
    Resources: { It: { Type, Properties, ...rest } },
    Outputs: { It: { Value: { Ref: 'It' } } },
  });

describe('a name', () => {
  test.each(Object.entries(named))('of %s is there once', async (type, { properties, ref, where }) => {
    const template = templateOf(type, properties);
    const { outputs } = await stacks.create('first', template, here);
    expect(outputs).toEqual({ It: ref });
    await expect(stacks.create('second', template, here)).rejects.toThrow(
      /^stack second of account 111111111111 in eu-west-1: It \(.*(already exist|exists already|AlreadyExists)/,
    );
    const elsewhere = stacks.create('first', template, { ...here, region: 'us-east-1' });
    if (where) await expect(elsewhere).rejects.toThrow(/AlreadyExists/);
    else await expect(elsewhere).resolves.toBeDefined();
    const ofAnother = stacks.create('first', template, { ...here, accountId: '222222222222' });
    if (where === 'world') await expect(ofAnother).rejects.toThrow(/AlreadyExists/);
    else await expect(ofAnother).resolves.toBeDefined();
  });

  test('that is taken outside of stacks is refused, and what has it stays as it was', async () => {
    const input = { Name: 'a', ScheduleExpression: 'rate(2 days)' };
    await services.call('events', 'PutRule', input, root);
    const template = templateOf('AWS::Events::Rule', { Name: 'a', ScheduleExpression: 'rate(1 day)' });
    await expect(stacks.create('first', template, here)).rejects.toThrow('AlreadyExists: a already exists.');
    await expect(services.call('events', 'DescribeRule', { Name: 'a' }, root)).resolves.toMatchObject({
      ScheduleExpression: 'rate(2 days)',
    });
  });

  test('is free again when its stack is deleted, unless the resource is retained', async () => {
    const properties = { Name: 'a', ScheduleExpression: 'rate(1 day)' };
    const free = await stacks.create('first', templateOf('AWS::Events::Rule', properties), here);
    await stacks.delete(free);
    const kept = templateOf('AWS::Events::Rule', properties, { DeletionPolicy: 'Retain' });
    await stacks.delete(await stacks.create('second', kept, here));
    await expect(stacks.create('third', kept, here)).rejects.toThrow('AlreadyExists');
  });

  test('is not needed by the policy of an organization, of which there is one', async () => {
    const Content = { Version: '2012-10-17', Statement: [] };
    const template = templateOf('AWS::Organizations::ResourcePolicy', { Content });
    const { outputs } = await stacks.create('first', template, here);
    expect(outputs).toEqual({ It: expect.stringMatching(/^rp-/) });
    const twice = stacks.create('second', template, here);
    await expect(twice).rejects.toThrow('AlreadyExists: ResourcePolicy already exists.');
    const member = stacks.create('first', template, { ...here, accountId: '222222222222' });
    await expect(member).rejects.toThrow('AWSOrganizationsNotInUseException');
  });

  test('of a rule on an own bus is of that bus', async () => {
    const rule = (EventBusName?: object) => ({
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'a', EventPattern: { source: ['a'] }, EventBusName },
    });
    const Resources = {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
      One: { Type: 'AWS::Events::Rule', Properties: { Name: 'a', EventPattern: { source: ['a'] } } },
      Two: rule({ Ref: 'Bus' }),
    };
    const Outputs = { It: { Value: { 'Fn::Sub': '${One} ${Two}' } } };
    const { outputs } = await stacks.create('first', JSON.stringify({ Resources, Outputs }), here);
    expect(outputs).toEqual({ It: 'a bus|a' });
  });
});

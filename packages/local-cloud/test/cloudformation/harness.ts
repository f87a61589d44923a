import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from '@jest/globals';
import { AwsError, AwsServices, type Caller } from '../../src/aws/service.ts';
import { Assets } from '../../src/cloudformation/assets.ts';
import { deploy } from '../../src/cloudformation/deploy.ts';
import type { DeployOptions } from '../../src/cloudformation/stack.ts';
import { prepare } from '../../src/cloudformation/template.ts';

/** A call of a service, as a resource made it. */
export interface Call {
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
  input: any;
  caller: Caller;
}

/** Empty before each test. */
export const calls: Call[] = [];
const services = new AwsServices();
function absent(code: string): () => never {
  return () => {
    throw new AwsError(code, 'There is none of that name.');
  };
}
/** What services answer; the others answer nothing. */
const answers: Record<string, (input: Record<string, string>, caller: Caller) => unknown> = {
  'iam:CreateRole': ({ RoleName }, { accountId }) => ({
    Role: { RoleName, RoleId: 'AROA1', Arn: `arn:aws:iam::${accountId}:role/${RoleName}` },
  }),
  'iam:CreatePolicy': ({ PolicyName }) => ({
    Policy: { Arn: `arn:aws:iam::111111111111:policy/${PolicyName}` },
  }),
  'lambda:CreateFunction': ({ FunctionName }) => ({
    FunctionName,
    FunctionArn: `arn:aws:lambda:eu-west-1:111111111111:function:${FunctionName}`,
  }),
  'states:CreateStateMachine': ({ name }) => ({
    stateMachineArn: `arn:aws:states:eu-west-1:111111111111:stateMachine:${name}`,
  }),
  'events:CreateEventBus': ({ Name }) => ({
    EventBusArn: `arn:aws:events:eu-west-1:111111111111:event-bus/${Name}`,
  }),
  'events:DescribeEventBus': () => ({ Policy: '{"Statement":[{"Sid":"first"}]}' }),
  'events:PutRule': ({ Name }) => ({ RuleArn: `arn:aws:events:eu-west-1:111111111111:rule/${Name}` }),
  'sqs:CreateQueue': ({ QueueName }) => {
    if (QueueName === 'taken') throw new AwsError('QueueNameExists', 'A queue with this name exists.');
    return { QueueUrl: `https://sqs/${QueueName}` };
  },
  'sns:CreateTopic': ({ Name }) => ({ TopicArn: `arn:aws:sns:eu-west-1:111111111111:${Name}` }),
  'secretsmanager:CreateSecret': ({ Name }) => ({
    ARN: `arn:aws:secretsmanager:eu-west-1:111111111111:secret:${Name}-AbCdEf`,
  }),
  'kms:CreateKey': () => ({
    KeyMetadata: { KeyId: 'key-1', Arn: 'arn:aws:kms:eu-west-1:111111111111:key/key-1' },
  }),
  'scheduler:CreateSchedule': ({ Name }) => ({
    ScheduleArn: `arn:aws:scheduler:eu-west-1:111111111111:schedule/default/${Name}`,
  }),
  'events:DescribeRule': absent('ResourceNotFoundException'),
  'sqs:GetQueueUrl': absent('QueueDoesNotExist'),
  'sns:GetTopicAttributes': absent('NotFound'),
  'states:DescribeStateMachine': absent('StateMachineDoesNotExist'),
  'ssm:GetParameter': ({ Name }) => ({ Parameter: { Value: `value of ${Name}` } }),
};
const silent = [
  'logs:CreateLogGroup',
  'iam:PutRolePolicy',
  'iam:AttachRolePolicy',
  'events:PutPermission',
  'events:PutTargets',
  'sqs:SetQueueAttributes',
  'dynamodb:CreateTable',
  'lambda:AddPermission',
];
const actionsOf = (service: string) =>
  Object.fromEntries(
    [...Object.keys(answers), ...silent]
      .filter((name) => name.startsWith(`${service}:`))
      .map((name) => [
        name.split(':')[1],
        (input: Record<string, string>, caller: Caller) => {
          calls.push({ action: name, input, caller });
          return answers[name]?.(input, caller) ?? {};
        },
      ]),
  );
for (const signingName of 'iam kms lambda logs scheduler states events sqs sns secretsmanager ssm dynamodb'.split(
  ' ',
)) {
  services.register({ signingName, actions: actionsOf(signingName) });
}

export const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
mkdirSync(join(directory, 'asset.abc'));
writeFileSync(
  join(directory, 'asset.def.json'),
  '{"StartAt":"Call","Name":"${Name}","Resource":"${Function}"}',
);
writeFileSync(
  join(directory, 'stack.assets.json'),
  JSON.stringify({
    files: {
      abc: { source: { path: 'asset.abc' }, destinations: { here: { objectKey: 'abc.zip' } } },
      def: { source: { path: 'asset.def.json' }, destinations: { here: { objectKey: 'def.json' } } },
    },
  }),
);
const assets = new Assets(directory);

/** Deploys a template where services record what they are asked. */
export const create = (template: object, options: Partial<DeployOptions> = {}) =>
  deploy(prepare({ Resources: { Nothing: { Type: 'AWS::CDK::Metadata' } }, ...template }), {
    accountId: '111111111111',
    region: 'eu-west-1',
    stackName: 'stack',
    services,
    assets,
    ...options,
  });
/** What a value of a template becomes. */
export const outputOf = async (value: unknown, template: object = {}, options: Partial<DeployOptions> = {}) =>
  (await create({ ...template, Outputs: { It: { Value: value } } }, options)).outputs.It;
export const logGroup = (name: unknown, rest: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: name },
  ...rest,
});

beforeEach(() => {
  calls.length = 0;
});
afterAll(() => rmSync(directory, { recursive: true }));

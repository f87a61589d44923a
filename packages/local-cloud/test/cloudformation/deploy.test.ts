import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError, AwsServices, type Caller } from '../../src/aws/service.ts';
import { Assets } from '../../src/cloudformation/assets.ts';
import { type DeployOptions, deploy } from '../../src/cloudformation/deploy.ts';
import { prepare } from '../../src/cloudformation/template.ts';

interface Call {
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
  input: any;
  caller: Caller;
}

const calls: Call[] = [];
const services = new AwsServices();
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

const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
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

const create = (template: object, options: Partial<DeployOptions> = {}) =>
  deploy(prepare({ Resources: {}, ...template }), {
    accountId: '111111111111',
    region: 'eu-west-1',
    stackName: 'stack',
    services,
    assets,
    ...options,
  });
/** What a value of a template becomes. */
const outputOf = async (value: unknown, template: object = {}, options: Partial<DeployOptions> = {}) =>
  (await create({ ...template, Outputs: { It: { Value: value } } }, options)).outputs.It;
const logGroup = (name: unknown, rest: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: name },
  ...rest,
});

beforeEach(() => {
  calls.length = 0;
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('functions of a template', () => {
  const Resources = { Log: logGroup('/log') };
  const Mappings = { Sizes: { large: { memory: 512 } } };
  const Conditions = {
    Europe: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    Never: { 'Fn::Not': [{ Condition: 'Europe' }] },
    Either: { 'Fn::Or': [{ Condition: 'Never' }, { Condition: 'Europe' }] },
    Both: { 'Fn::And': [{ Condition: 'Never' }, { Condition: 'Europe' }] },
  };

  test.each([
    [{ Ref: 'AWS::AccountId' }, '111111111111'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::StackName' }, 'stack'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'Log' }, '/log'],
    [{ 'Fn::GetAtt': ['Log', 'Arn'] }, 'arn:aws:logs:eu-west-1:111111111111:log-group:/log:*'],
    [{ 'Fn::GetAtt': 'Log.Arn' }, 'arn:aws:logs:eu-west-1:111111111111:log-group:/log:*'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Log' }, { Ref: 'AWS::NoValue' }, 1]] }, 'a-/log-1'],
    [
      { 'Fn::Sub': '${Log} in ${AWS::Region}, ${!kept}, ${Log.Arn}' },
      expect.stringMatching(/^\/log in eu-west-1, \$\{kept\}, arn:/),
    ],
    [{ 'Fn::Sub': ['${Mine}', { Mine: { Ref: 'Log' } }] }, '/log'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::FindInMap': ['Sizes', 'large', 'memory'] }, '512'],
    [{ 'Fn::If': ['Europe', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    [{ 'Fn::ImportValue': 'shared' }, 'from elsewhere'],
  ])('%j', async (value, expected) => {
    const exports = new Map([['111111111111/eu-west-1/shared', 'from elsewhere']]);
    expect(await outputOf(value, { Resources, Mappings, Conditions }, { exports })).toEqual(expected);
  });

  test.each([
    [{ 'Fn::Base64': 'x' }, /output It: .*Fn::Base64/],
    [{ Ref: 'Nobody' }, /output It: Nobody is neither/],
    [{ 'Fn::GetAtt': ['Log', 'Colour'] }, /attribute Colour of Log/],
    [{ 'Fn::Select': [5, ['a']] }, /Fn::Select/],
    [{ 'Fn::If': ['Unknown', 1, 2] }, /no condition Unknown/],
    [{ 'Fn::FindInMap': ['Sizes', 'large', 'constructor'] }, /no mapping/],
    [{ 'Fn::ImportValue': 'absent' }, /No export named absent/],
    [{ Ref: 'Log', Other: 1 }, /other keys/],
    ['{{resolve:ssm:name}}', /dynamic references/],
  ])('refuses %j', async (value, message) => {
    await expect(outputOf(value, { Resources, Mappings, Conditions })).rejects.toThrow(message);
  });

  test('leave out what is AWS::NoValue', async () => {
    const { resources } = await create({
      Resources: {
        Log: logGroup('/log', {
          Properties: { LogGroupName: '/log', RetentionInDays: { Ref: 'AWS::NoValue' } },
        }),
      },
    });
    expect(resources.get('Log')?.properties).toEqual({ LogGroupName: '/log' });
  });
});

describe('a stack', () => {
  test('is created in the order of its dependencies', async () => {
    const { resources } = await create({
      Resources: {
        First: logGroup({ 'Fn::Sub': '${Second}-1' }),
        Second: logGroup({ 'Fn::Join': ['', [{ Ref: 'Third' }, '-2']] }, { DependsOn: 'Fourth' }),
        Third: logGroup('/third'),
        Fourth: logGroup('/fourth'),
      },
    });
    expect([...resources.keys()].indexOf('Fourth')).toBeLessThan([...resources.keys()].indexOf('Second'));
    expect(resources.get('First')?.physicalId).toBe('/third-2-1');
  });

  test('leaves out the resources whose condition does not hold', async () => {
    const template = {
      Conditions: { Hub: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } },
      Resources: { Log: logGroup('/log', { Condition: 'Hub' }) },
    };
    expect((await create(template)).resources.size).toBe(0);
    expect((await create(template, { region: 'us-east-1' })).resources.size).toBe(1);
  });

  test('gives names as CloudFormation does, the same in every run', async () => {
    const template = { Resources: { Log: { Type: 'AWS::Logs::LogGroup' } } };
    const name = async (accountId: string) => (await create(template, { accountId })).resources.get('Log');
    const first = await name('111111111111');
    expect(first?.physicalId).toMatch(/^stack-Log-[0-9A-F]{12}$/);
    expect((await name('111111111111'))?.physicalId).toBe(first?.physicalId);
    expect((await name('222222222222'))?.physicalId).not.toBe(first?.physicalId);
    const stackName = 'a-stack-with-a-name-that-is-much-longer-than-a-role-may-be-called';
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
    const long = await create({ Resources: { Role: role } }, { stackName });
    expect(long.resources.get('Role')?.physicalId).toMatch(/^a-stack.{1,40}-Role-[0-9A-F]{12}$/);
    expect(long.resources.get('Role')?.physicalId.length).toBeLessThanOrEqual(64);
  });

  test('takes parameters, checks them and reads stored ones', async () => {
    const Parameters = {
      Size: { Type: 'String', Default: 'small', AllowedValues: ['small', 'large'] },
      Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/here' },
    };
    const value = { 'Fn::Sub': '${Size}, ${Stored}' };
    expect(await outputOf(value, { Parameters })).toBe('small, value of /here');
    expect(await outputOf(value, { Parameters }, { parameters: { Size: 'large' } })).toMatch(/^large/);
    await expect(outputOf(value, { Parameters }, { parameters: { Size: 'huge' } })).rejects.toThrow(/Size/);
    await expect(outputOf(value, { Parameters }, { parameters: { Colour: 'x' } })).rejects.toThrow(/Colour/);
    await expect(outputOf('x', { Parameters: { Must: { Type: 'String' } } })).rejects.toThrow(/Must/);
  });

  test('holds its rules', async () => {
    const template = (version: string) => ({
      Parameters: { Version: { Type: 'String', Default: version } },
      Rules: {
        Check: {
          Assertions: [
            {
              Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'Version' }] }] },
              AssertDescription: 'too old',
            },
          ],
        },
      },
    });
    await expect(create(template('2'))).rejects.toThrow('rule Check: too old');
    expect((await create(template('6'))).outputs).toEqual({});
  });

  test('exports its outputs', async () => {
    const exports = new Map<string, string>();
    const Outputs = { It: { Value: 'value', Export: { Name: { 'Fn::Sub': '${AWS::StackName}-it' } } } };
    await create({ Outputs }, { exports });
    expect(exports.get('111111111111/eu-west-1/stack-it')).toBe('value');
    await expect(create({ Outputs }, { exports })).rejects.toThrow(/exported already/);
  });

  test.each([
    [{ Resources: { Trace: { Type: 'AWS::XRay::Group' } } }, /Trace: .*AWS::XRay::Group/],
    [
      { Resources: { Log: { Type: 'AWS::Logs::LogGroup', Properties: { Colour: 1 } } } },
      /Log: .*Colour of AWS::Logs::LogGroup/,
    ],
    [{ Resources: { Log: logGroup('x', { CreationPolicy: {} }) } }, /Log: .*CreationPolicy/],
    [{ Resources: { Log: logGroup({ Ref: 'Nobody' }) } }, /Log: Nobody/],
    [{ Resources: { Log: logGroup('x', { DependsOn: 'Nobody' }) } }, /Log: Nobody/],
    [{ Transform: 'AWS::Serverless-2016-10-31' }, /Transform/],
    [
      { Resources: { One: logGroup({ Ref: 'Two' }), Two: logGroup({ Ref: 'One' }) } },
      /Circular dependency between resources: One, Two, One/,
    ],
  ])('refuses %j', async (template, message) => {
    await expect(async () => create(template)).rejects.toThrow(message);
  });

  test('says which resource a service refused', async () => {
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'taken' } };
    await expect(create({ Resources: { Queue } })).rejects.toThrow(
      'Queue (AWS::SQS::Queue): QueueNameExists: A queue with this name exists.',
    );
  });
});

describe('resources', () => {
  const inputsOf = (action: string) =>
    calls.filter((call) => call.action === action).map((call) => call.input);

  test('a role has its trust policy, its managed and its inline policies', async () => {
    const document = { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
    await create({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'worker',
            AssumeRolePolicyDocument: { Statement: [] },
            ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
            Policies: [{ PolicyName: 'inline', PolicyDocument: document }],
          },
        },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'default', PolicyDocument: document, Roles: [{ Ref: 'Role' }] },
        },
      },
    });
    expect(inputsOf('iam:CreateRole')[0]).toMatchObject({
      RoleName: 'worker',
      AssumeRolePolicyDocument: '{"Statement":[]}',
    });
    expect(inputsOf('iam:AttachRolePolicy')).toEqual([
      { RoleName: 'worker', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    ]);
    expect(inputsOf('iam:PutRolePolicy').map((input) => input.PolicyName)).toEqual(['inline', 'default']);
    expect(calls[0]?.caller).toEqual({
      accountId: '111111111111',
      region: 'eu-west-1',
      arn: 'arn:aws:iam::111111111111:root',
    });
  });

  const lambda = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'function',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'role',
      Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
      Tags: [{ Key: 'a', Value: 'b' }],
    },
  };

  test('a function runs from the directory of its asset', async () => {
    await create({ Resources: { Lambda: lambda } });
    expect(inputsOf('lambda:CreateFunction')[0]).toMatchObject({
      FunctionName: 'function',
      Code: { Directory: join(directory, 'asset.abc') },
      Tags: { a: 'b' },
    });
    const Properties = { ...lambda.Properties, Code: { S3Key: 'absent.zip' } };
    await expect(create({ Resources: { Lambda: { ...lambda, Properties } } })).rejects.toThrow(
      'Lambda: there is no asset absent.zip in the cloud assembly.',
    );
  });

  const machine = (properties: object) => ({
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: 'role',
      DefinitionS3Location: { Bucket: 'assets', Key: 'def.json' },
      DefinitionSubstitutions: { Name: 'a "name"', Function: { 'Fn::GetAtt': ['Lambda', 'Arn'] } },
      LoggingConfiguration: {
        Level: 'ALL',
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'log' } }],
      },
      TracingConfiguration: { Enabled: true },
      ...properties,
    },
  });

  test('a state machine has its definition with the substitutions made', async () => {
    const { resources } = await create({ Resources: { Machine: machine({}), Lambda: lambda } });
    const input = inputsOf('states:CreateStateMachine')[0];
    expect(JSON.parse(input.definition)).toEqual({
      StartAt: 'Call',
      Name: 'a "name"',
      Resource: 'arn:aws:lambda:eu-west-1:111111111111:function:function',
    });
    expect(input).toMatchObject({
      type: 'STANDARD',
      loggingConfiguration: {
        level: 'ALL',
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'log' } }],
      },
      tracingConfiguration: { enabled: true },
    });
    expect(resources.get('Machine')?.physicalId).toMatch(/:stateMachine:Machine-[0-9A-F]{12}$/);
  });

  test('a state machine with a placeholder that nothing fills is refused', async () => {
    const Machine = machine({ DefinitionSubstitutions: { Name: 'x' } });
    await expect(create({ Resources: { Machine } })).rejects.toThrow(
      'Machine: DefinitionSubstitutions has nothing for ${Function}.',
    );
  });

  test('a state machine takes its definition from the template too', async () => {
    const own = { DefinitionS3Location: { Ref: 'AWS::NoValue' }, DefinitionSubstitutions: { A: 1 } };
    await create({ Resources: { Text: machine({ ...own, DefinitionString: '{"a":${A}}' }) } });
    await create({ Resources: { Object: machine({ ...own, Definition: { a: '${A}' } }) } });
    expect(inputsOf('states:CreateStateMachine').map((input) => input.definition)).toEqual([
      '{"a":1}',
      '{"a":"1"}',
    ]);
  });

  test('a bus has its policy statements and rules with targets', async () => {
    const { resources } = await create({
      Resources: {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
        Policy: {
          Type: 'AWS::Events::EventBusPolicy',
          Properties: {
            EventBusName: { Ref: 'Bus' },
            StatementId: 'second',
            Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' },
          },
        },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            Name: 'rule',
            EventBusName: { Ref: 'Bus' },
            EventPattern: { source: ['a'] },
            Targets: [{ Id: 'T', Arn: 'arn' }],
          },
        },
      },
    });
    const policy = JSON.parse(inputsOf('events:PutPermission')[0].Policy);
    expect(policy.Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['first', 'second']);
    expect(inputsOf('events:PutRule')[0]).toMatchObject({ EventPattern: '{"source":["a"]}' });
    expect(inputsOf('events:PutTargets')[0]).toEqual({
      Rule: 'rule',
      EventBusName: 'bus',
      Targets: [{ Id: 'T', Arn: 'arn' }],
    });
    expect(resources.get('Rule')?.physicalId).toBe('bus|rule');
  });

  test('a queue has its attributes as strings, and its policy', async () => {
    await create({
      Resources: {
        Queue: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            QueueName: 'queue',
            MessageRetentionPeriod: 1209600,
            RedrivePolicy: { maxReceiveCount: 3 },
          },
        },
        Policy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Queue' }],
            PolicyDocument: { Statement: [{ Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }] },
          },
        },
      },
    });
    expect(inputsOf('sqs:CreateQueue')[0]).toEqual({
      QueueName: 'queue',
      Attributes: { MessageRetentionPeriod: '1209600', RedrivePolicy: '{"maxReceiveCount":3}' },
    });
    expect(inputsOf('sqs:SetQueueAttributes')[0]).toEqual({
      QueueUrl: 'https://sqs/queue',
      Attributes: { Policy: '{"Statement":[{"Resource":"arn:aws:sqs:eu-west-1:111111111111:queue"}]}' },
    });
  });

  test('a secret has a generated value, in a template if it has one', async () => {
    const secret = (GenerateSecretString: object) => ({
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: 'secret', GenerateSecretString },
    });
    await create({ Resources: { Plain: secret({}) } });
    await create({
      Resources: {
        Keys: secret({
          SecretStringTemplate: '{"user":"a"}',
          GenerateStringKey: 'password',
          PasswordLength: 100,
        }),
      },
    });
    const [plain, keys] = inputsOf('secretsmanager:CreateSecret').map((input) => input.SecretString);
    expect(plain).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(JSON.parse(keys)).toEqual({ user: 'a', password: expect.stringMatching(/^[A-Za-z0-9]{100}$/) });
  });

  test('a table is created with its key and without what the local cloud does not do', async () => {
    const { resources } = await create({
      Resources: {
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName: 'table',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
            BillingMode: 'PAY_PER_REQUEST',
            SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'key-1' },
            TableClass: 'STANDARD',
          },
        },
      },
    });
    expect(inputsOf('dynamodb:CreateTable')[0]).toMatchObject({
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'key-1' },
    });
    expect(inputsOf('dynamodb:CreateTable')[0]).not.toHaveProperty('TableClass');
    expect(resources.get('Table')?.attributes.Arn).toBe(
      'arn:aws:dynamodb:eu-west-1:111111111111:table/table',
    );
  });
});

import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { calls, create, directory } from './harness.ts';

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
      Role: 'arn:aws:iam::111111111111:role/role',
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
      RoleArn: 'arn:aws:iam::111111111111:role/role',
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

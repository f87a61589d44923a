import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Conditions, conditionsHold } from 'local-cloud';
import { MEMBER_ACTIONS, type MemberFunction, onlyLooks } from '../../lambdas/aws/call/actions.ts';
import { DEFAULT_NAMES } from '../../lib/names.ts';

const { HUB_STACK, MEMBER_STACK, ORGANIZATION_STACK } = DEFAULT_NAMES;

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
  Properties: any;
}
interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  Condition?: object;
}

function template(stack: string): Resource[] {
  const text = readFileSync(`dist/test/${stack}.template.json`, 'utf8');
  return Object.values((JSON.parse(text) as { Resources: Record<string, Resource> }).Resources);
}
const hub = template(HUB_STACK);
const member = template(MEMBER_STACK);
const organization = template(`${ORGANIZATION_STACK}-us-east-1`);

/** The properties of the resources of a type, of which there is at least one. */
function properties(resources: Resource[], type: string) {
  const found = resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  expect(found).not.toEqual([]);
  return found;
}

function statements(resources: Resource[]): Statement[] {
  return properties(resources, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

describe('the stacks', () => {
  test('grant no action on every resource, but for those that AWS cannot limit', () => {
    // "Actions, resources, and condition keys" of the Service Authorization Reference.
    const unlimited = [
      /^ec2:Describe/,
      /^ram:Get/,
      /^organizations:ListAccounts$/,
      /^xray:Put/,
      /^xray:GetSampling/,
      /^logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries)$/,
      /^logs:(PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
    ];
    const tooWide = [hub, member, organization]
      .flatMap(statements)
      .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*')
      .flatMap(({ Action }) => Action)
      .filter((action) => !unlimited.some((pattern) => pattern.test(action)));
    expect(tooWide).toEqual([]);
  });

  test('grant no wildcard of actions, but for those that CDK grants on the key', () => {
    const wild = [hub, member, organization]
      .flatMap(statements)
      .flatMap(({ Action }) => Action)
      .filter((action) => action.includes('*') && !action.startsWith('kms:'));
    expect(wild).toEqual([]);
  });

  test('give every target of every rule a dead-letter queue', () => {
    for (const template of [hub, member, organization]) {
      for (const { Targets } of properties(template, 'AWS::Events::Rule')) {
        for (const target of Targets) expect(target.DeadLetterConfig?.Arn).toBeDefined();
      }
    }
  });

  test('encrypt what they keep with the key of the stack', () => {
    expect(properties(hub, 'AWS::KMS::Key')).toEqual([expect.objectContaining({ EnableKeyRotation: true })]);
    for (const secret of properties(hub, 'AWS::SecretsManager::Secret'))
      expect(secret.KmsKeyId).toBeDefined();
    for (const table of properties(hub, 'AWS::DynamoDB::Table')) {
      expect(table.SSESpecification.KMSMasterKeyId).toBeDefined();
    }
    for (const queue of properties(hub, 'AWS::SQS::Queue')) expect(queue.KmsMasterKeyId).toBeDefined();
    for (const log of properties(hub, 'AWS::Logs::LogGroup')) {
      expect(log).toEqual(expect.objectContaining({ KmsKeyId: expect.anything(), RetentionInDays: 365 }));
    }
  });

  test('admit only forwarders of the organization to the bus', () => {
    expect(properties(hub, 'AWS::Events::EventBusPolicy')).toEqual([
      expect.objectContaining({
        Statement: expect.objectContaining({
          Effect: 'Allow',
          Action: 'events:PutEvents',
          Condition: expect.objectContaining({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
        }),
      }),
      expect.objectContaining({ Statement: expect.objectContaining({ Effect: 'Deny' }) }),
    ]);
  });

  test('believe announcements of the hub only', () => {
    const rules = properties(hub, 'AWS::Events::Rule').filter(({ EventPattern }) =>
      EventPattern?.source?.includes('redis-privatelink'),
    );
    expect(rules).not.toEqual([]);
    for (const { EventPattern } of rules) expect(EventPattern.account).toEqual(['222222222222']);
  });

  test('let only the hub with the external id assume the connector role', () => {
    const role = properties(member, 'AWS::IAM::Role').find(
      ({ RoleName }) => RoleName === 'redis-privatelink-connector',
    );
    const named = (calls: MemberFunction[]) => ({
      StringEquals: {
        'sts:ExternalId': '5b1f6c1e-8f1d-4a5e-9d0c-2f6f3f0a7c44',
        'aws:PrincipalOrgID': 'o-a1b2c3d4e5',
      },
      ArnEquals: {
        'aws:PrincipalArn': calls.map((call) => `arn:*:iam::222222222222:role/redis-privatelink-hub-${call}`),
      },
    });
    const calls = Object.keys(MEMBER_ACTIONS) as MemberFunction[];
    const [changing, looking, ...more] = role.AssumeRolePolicyDocument.Statement;
    expect(changing.Condition).toEqual(named(calls.filter((call) => !onlyLooks(call))));
    expect(looking.Condition).toEqual({
      ...named(calls.filter(onlyLooks)),
      StringLike: { 'sts:RoleSessionName': 'look*' },
    });
    expect(more).toEqual([]);
  });

  test('let the connector role change nothing in a session of a function that only looks', () => {
    const [connector] = properties(member, 'AWS::IAM::Policy').filter(({ PolicyName }) =>
      PolicyName.startsWith('Connector'),
    );
    const [allowed, denied] = ['Allow', 'Deny'].map((effect) =>
      connector.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === effect),
    );
    expect(denied).toMatchObject([{ Resource: '*', Condition: { StringLike: { 'aws:userid': '*:look*' } } }]);
    const changing = allowed
      .flatMap(({ Action }: Statement) => [Action].flat())
      .filter((action: string) => !/:(Describe|Get|List)/.test(action));
    // Which contracts there are decides what is allowed, and not what is denied.
    expect(denied[0].Action).toEqual([...new Set([...changing, 'ec2:ModifyVpcEndpoint'])].sort());
  });

  test('let the connector make no endpoint to a service of AWS, whether or not the request names its service', () => {
    const [make] = statements(member).filter(
      ({ Action, Resource }) =>
        [Action].flat().includes('ec2:CreateVpcEndpoint') &&
        JSON.stringify(Resource).includes('vpc-endpoint/'),
    );
    const holds = (service?: string) =>
      conditionsHold(make!.Condition as Conditions, {
        'aws:RequestedRegion': 'us-east-1',
        'aws:RequestTag/redis-privatelink:managed-by': 'redis-privatelink',
        'ec2:VpceServiceName': service,
      });
    for (const service of [undefined, 'com.amazonaws.vpce.us-east-1.vpce-svc-0abc']) {
      expect([service, holds(service)]).toEqual([service, true]);
    }
    for (const service of [
      'com.amazonaws.us-east-1.kms',
      'com.amazonaws.eusc-de-east-1.kms',
      'cn.com.amazonaws.cn-north-1.ecr',
      'com.amazonaws.s3-global.accesspoint',
      'aws.sagemaker.us-east-1.notebook',
    ]) {
      expect([service, holds(service)]).toEqual([service, false]);
    }
  });

  test('name nothing alike that may meet in the management account', () => {
    const named = (resources: Resource[]) =>
      resources.flatMap(({ Type, Properties }) =>
        [Properties?.QueueName, Properties?.RoleName, Properties?.Name]
          .filter((name) => typeof name === 'string')
          .map((name) => `${Type} ${name}`),
      );
    expect(named(member)).not.toEqual([]);
    expect(named(organization).filter((name) => named(member).includes(name))).toEqual([]);
  });

  test('run every function on arm64 with tracing', () => {
    for (const made of properties(hub, 'AWS::Lambda::Function')) {
      expect(made).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
    }
  });
});

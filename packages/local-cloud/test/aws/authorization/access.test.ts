import { beforeEach, describe, expect, test } from '@jest/globals';
import { Access } from '../../../src/aws/authorization/access.ts';
import type { Need } from '../../../src/aws/authorization/need.ts';
import { policySource } from '../../../src/aws/authorization/record.ts';
import { Ec2 } from '../../../src/aws/ec2/ec2.ts';
import { Iam } from '../../../src/aws/iam/roles.ts';
import type { Statement } from '../../../src/aws/iam.ts';
import { Kms } from '../../../src/aws/kms.ts';
import { ProviderSide } from '../../../src/aws/provider.ts';
import { AwsServices, type Caller } from '../../../src/aws/service.ts';
import { Sqs } from '../../../src/aws/sqs.ts';
import { VirtualClock } from '../../../src/clock.ts';

const own = '222222222222';
const other = '444455556666';
const region = 'us-east-1';
const root = (accountId: string): Caller => ({ accountId, region, arn: `arn:aws:iam::${accountId}:root` });
const session: Caller = { accountId: own, region, arn: `arn:aws:sts::${own}:assumed-role/worker/session` };
const roleArn = `arn:aws:iam::${own}:role/worker`;
const queueArn = (accountId: string) => `arn:aws:sqs:${region}:${accountId}:letters`;

let services: AwsServices;
let access: Access;

beforeEach(async () => {
  const clock = new VirtualClock(0);
  const iam = new Iam({ clock });
  const kms = new Kms({ clock });
  const membership = {
    organizationOf: (accountId: string) => (accountId === own ? 'o-one' : undefined),
    isActive: () => true,
  };
  access = new Access({ clock, iam, membership, keyPolicy: (arn) => kms.policyOf(arn) });
  services = new AwsServices();
  services.guard = access;
  const provider = new ProviderSide({ clock });
  for (const service of [iam, kms, new Sqs({ clock }), new Ec2({ clock, provider })])
    services.register(service);
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const role = { RoleName: 'worker', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) };
  await services.call('iam', 'CreateRole', role, root(own));
});

/** What the worker's role may do from now on. */
function allow(...statements: Partial<Statement>[]): Promise<unknown> {
  const Statement = statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one }));
  const input = { RoleName: 'worker', PolicyName: 'work', PolicyDocument: JSON.stringify({ Statement }) };
  return services.call('iam', 'PutRolePolicy', input, root(own));
}

/** What is said to a caller that is refused; undefined if it is not. */
function refusal(need: Partial<Need>, caller = session): string | undefined {
  try {
    access.require(caller, { action: 'sqs:SendMessage', resource: queueArn(own), ...need });
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const admitting = (Principal: Statement['Principal'], Effect: Statement['Effect'] = 'Allow'): Statement[] => [
  { Effect, Principal, Action: 'sqs:*', Resource: '*' },
];

describe('within an account', () => {
  test('the role’s policies or the resource’s decide, and the message says which is missing', async () => {
    expect(refusal({ policy: [] })).toBe(
      `AccessDenied: User: ${session.arn} is not authorized to perform: sqs:SendMessage on resource: ${queueArn(own)} because no identity-based policy allows the sqs:SendMessage action`,
    );
    expect(refusal({ policy: admitting({ AWS: roleArn }) })).toBeUndefined();
    await allow({ Action: 'sqs:Send*' });
    expect(refusal({ policy: [] })).toBeUndefined();
    expect(refusal({ action: 'sqs:ReceiveMessage', policy: [] })).toContain('sqs:ReceiveMessage');
  });

  test('a policy that names the account leaves it to the account’s own policies', () => {
    expect(refusal({ policy: admitting({ AWS: own }) })).toContain('identity-based');
  });

  test('an explicit deny of either side wins', async () => {
    await allow({ Action: '*' });
    expect(refusal({ policy: admitting('*', 'Deny') })).toContain(
      'with an explicit deny in a resource-based policy',
    );
    await allow({ Action: '*' }, { Effect: 'Deny', Action: 'sqs:*' });
    expect(refusal({ policy: admitting('*') })).toContain(
      'with an explicit deny in an identity-based policy',
    );
  });

  test('the root user has every permission, and a session of a role that is gone none', () => {
    expect(refusal({ policy: [] }, root(own))).toBeUndefined();
    const gone = { ...session, arn: `arn:aws:sts::${own}:assumed-role/gone/session` };
    expect(refusal({ policy: [] }, gone)).toContain('is not authorized');
  });
});

describe('across accounts', () => {
  const resource = queueArn(other);

  test('both sides must allow', async () => {
    expect(refusal({ resource, policy: admitting({ AWS: own }) })).toContain('no identity-based policy');
    await allow({ Action: 'sqs:*' });
    expect(refusal({ resource, policy: [] })).toContain('no resource-based policy');
    expect(refusal({ resource, policy: admitting({ AWS: own }) })).toBeUndefined();
  });

  test('the resource’s policy sees the caller’s organization, role and account', async () => {
    await allow({ Action: 'sqs:*' });
    const only = (Condition: Statement['Condition']) => [{ ...admitting('*')[0]!, Condition }] as Statement[];
    const members = only({
      StringEquals: { 'aws:PrincipalOrgID': 'o-one' },
      ArnLike: { 'aws:PrincipalArn': roleArn },
    });
    expect(refusal({ resource, policy: members })).toBeUndefined();
    const strangers = only({ StringEquals: { 'aws:PrincipalOrgID': 'o-two' } });
    expect(refusal({ resource, policy: strangers })).toContain('no resource-based policy');
  });
});

test('a service comes in by the resource’s policy alone, which sees for what it acts', () => {
  const rule = `arn:aws:events:${region}:${own}:rule/one`;
  const events = { accountId: own, region, arn: rule, service: 'events.amazonaws.com' };
  const admitted = [
    {
      ...admitting({ Service: 'events.amazonaws.com' })[0]!,
      Condition: { StringEquals: { 'aws:SourceAccount': own }, ArnEquals: { 'aws:SourceArn': rule } },
    },
  ] as Statement[];
  expect(refusal({ policy: admitted }, events)).toBeUndefined();
  expect(refusal({ policy: admitted }, { ...events, arn: `${rule}-2` })).toContain(
    'User: events.amazonaws.com is not',
  );
});

describe('a queue with a key of its own', () => {
  const send = async () => {
    const QueueUrl = `https://sqs/${own}/letters`;
    return services.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' }, session);
  };
  const makeQueue = async (policy?: object) => {
    const key = { Policy: policy && JSON.stringify({ Statement: policy }) };
    const { KeyMetadata } = (await services.call('kms', 'CreateKey', key, root(own))) as {
      KeyMetadata: { Arn: string };
    };
    const queue = { QueueName: 'letters', Attributes: { KmsMasterKeyId: KeyMetadata.Arn } };
    await services.call('sqs', 'CreateQueue', queue, root(own));
  };

  test('asks its sender for the key', async () => {
    await makeQueue();
    await allow({ Action: ['sqs:SendMessage', 'kms:GenerateDataKey'] });
    await expect(send()).rejects.toMatchObject({
      code: 'KmsAccessDenied',
      message: expect.stringContaining('is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:'),
    });
    const viaSqs = { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } };
    await allow(
      { Action: 'sqs:SendMessage' },
      { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Condition: viaSqs },
    );
    await expect(send()).resolves.toBeDefined();
  });

  test('lets nobody use a key whose policy does not say so', async () => {
    await makeQueue({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'kms:*',
      Resource: '*',
    });
    await allow({ Action: '*' });
    await expect(send()).rejects.toMatchObject({
      message: expect.stringContaining(
        'because no resource-based policy allows the kms:GenerateDataKey action',
      ),
    });
  });
});

describe('EC2', () => {
  const create = (Tags: object[]) =>
    services.call(
      'ec2',
      'CreateSecurityGroup',
      {
        GroupName: 'g',
        Description: 'd',
        VpcId: 'vpc-0a71e831cb5152c43',
        TagSpecifications: Tags.length > 0 ? [{ ResourceType: 'security-group', Tags }] : undefined,
      },
      session,
    );
  const ours = [{ Key: 'by', Value: 'us' }];

  test('asks for the VPC, for the new group with its tags, and for tagging at creation', async () => {
    const onVpc = { Action: 'ec2:CreateSecurityGroup', Resource: `arn:aws:ec2:*:${own}:vpc/*` };
    const onGroup = {
      Action: 'ec2:CreateSecurityGroup',
      Resource: `arn:aws:ec2:*:${own}:security-group/*`,
      Condition: {
        StringEquals: { 'aws:RequestTag/by': 'us' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['by'] },
      },
    };
    const tagging = {
      Action: 'ec2:CreateTags',
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } },
    };
    const refused = (part: string) => ({
      code: 'UnauthorizedOperation',
      message: expect.stringContaining(part),
    });
    await allow(onGroup, tagging);
    await expect(create(ours)).rejects.toMatchObject(refused(':vpc/vpc-0a71e831cb5152c43'));
    await allow(onVpc, onGroup);
    await expect(create(ours)).rejects.toMatchObject(refused('ec2:CreateTags'));
    await allow(onVpc, onGroup, tagging);
    await expect(create([])).rejects.toMatchObject(refused('security-group/*'));
    await expect(create([...ours, { Key: 'more', Value: '1' }])).rejects.toMatchObject(
      refused('security-group/*'),
    );
    await expect(create(ours)).rejects.toMatchObject({ code: 'InvalidVpcID.NotFound' });
  });

  test('knows the tags of what is there, and tagging it later is no creation', async () => {
    await services.call('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, root(own));
    const { SecurityGroups } = (await services.call('ec2', 'DescribeSecurityGroups', {}, root(own))) as {
      SecurityGroups: { GroupId: string }[];
    };
    const GroupId = SecurityGroups[0]!.GroupId;
    const remove = () => services.call('ec2', 'DeleteSecurityGroup', { GroupId }, session);
    await allow(
      { Action: 'ec2:DeleteSecurityGroup', Condition: { StringEquals: { 'aws:ResourceTag/by': 'us' } } },
      {
        Action: 'ec2:CreateTags',
        Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } },
      },
    );
    const tag = { Resources: [GroupId], Tags: ours };
    await expect(remove()).rejects.toMatchObject({ code: 'UnauthorizedOperation' });
    await expect(services.call('ec2', 'CreateTags', tag, session)).rejects.toMatchObject({
      code: 'UnauthorizedOperation',
    });
    await services.call('ec2', 'CreateTags', tag, root(own));
    await expect(remove()).rejects.toMatchObject({ code: 'CannotDelete' });
  });
});

test('refuses a role an action whose permissions the local cloud does not know', async () => {
  await allow({ Action: '*' });
  await expect(
    services.call('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, session),
  ).rejects.toMatchObject({
    code: 'UnknownOperationException',
    message: 'The local cloud does not know which permissions ec2:CreateVpc asks.',
  });
});

describe('the record', () => {
  const statement = { Effect: 'Allow', Resource: ['*', queueArn(own)], Action: ['sqs:SendMessage', 'sqs:*'] };
  const useOf = (said: object, action: string, resource: string) =>
    access.record.useOf(policySource(roleArn, 'work'), said, action, resource);

  test('counts what allowed a call, and where nothing else would have', async () => {
    await allow(statement as Statement);
    refusal({ policy: [] });
    expect(useOf(statement, 'sqs:SendMessage', '*')).toEqual({ count: 1, alone: 0 });
    expect(useOf(statement, 'sqs:*', queueArn(own))).toEqual({ count: 1, alone: 0 });
    const narrow = { Effect: 'Allow', Resource: queueArn(own), Action: 'sqs:SendMessage' };
    await allow(narrow as Statement);
    refusal({ policy: [] });
    expect(useOf(narrow, 'sqs:SendMessage', queueArn(own))).toEqual({ count: 1, alone: 1 });
    expect(useOf(narrow, 'sqs:ReceiveMessage', queueArn(own))).toEqual({ count: 0, alone: 0 });
  });

  test('keeps what was refused, with the role', () => {
    refusal({ policy: [] });
    expect(access.record.denials).toMatchObject([
      {
        principal: session.arn,
        role: roleArn,
        action: 'sqs:SendMessage',
        resource: queueArn(own),
        absent: false,
      },
    ]);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { CloudFormation } from '../../src/aws/cloudformation.ts';
import { EventSource } from '../../src/aws/events.ts';
import { Iam } from '../../src/aws/iam/roles.ts';
import { Ids } from '../../src/aws/ids.ts';
import { Logs } from '../../src/aws/logs/logs.ts';
import { Organization } from '../../src/aws/organization.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { Sqs } from '../../src/aws/sqs.ts';
import { Ssm } from '../../src/aws/ssm.ts';
import { VirtualClock } from '../../src/clock.ts';
import { StackSets } from '../../src/cloudformation/stack-sets.ts';
import { type DeployedStack, Stacks } from '../../src/cloudformation/stacks.ts';

const place = { accountId: '111111111111', region: 'eu-west-1' };
const caller = { ...place, arn: 'arn:aws:iam::111111111111:root' };

let clock: VirtualClock;
let services: AwsServices;
let stacks: Stacks;

beforeEach(() => {
  clock = new VirtualClock(Date.parse('2026-11-20T10:15:30Z'));
  services = new AwsServices();
  stacks = new Stacks({ clock, services });
  const organization = new Organization({ clock, managementAccountId: place.accountId });
  const events = new EventSource({ clock, ids: new Ids('events'), publish: () => {} });
  const stackSets = new StackSets({ clock, organization, stacks, events });
  for (const service of [
    new CloudFormation({ stacks, stackSets }),
    new Iam({ clock }),
    new Logs({ services, clock }),
    new Sqs({ clock }),
    new Ssm({ clock }),
  ])
    services.register(service);
});

const queue = (properties: object = {}, rest: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
  ...rest,
});
const parameter = (Value: unknown, properties: object = {}, rest: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value, ...properties },
  ...rest,
});
const logGroup = (LogGroupName: string, rest: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName },
  ...rest,
});
const policy = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const role = (properties: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }, ...properties },
});
const text = (Resources: object, rest: object = {}) => JSON.stringify({ Resources, ...rest });
const create = (Resources: object, rest: object = {}) => stacks.create('stack', text(Resources, rest), place);
const update = (stack: DeployedStack, Resources: object, rest: object = {}) =>
  stacks.update(stack, text(Resources, rest));

// biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
const ask = (service: string, action: string, input: object = {}): Promise<any> =>
  services.call(service, action, input, caller);
const queues = async (): Promise<string[]> =>
  ((await ask('sqs', 'ListQueues')).QueueUrls ?? []).map((url: string) => url.split('/').at(-1));
const groups = async (): Promise<string[]> =>
  (await ask('logs', 'DescribeLogGroups')).logGroups.map(
    ({ logGroupName }: { logGroupName: string }) => logGroupName,
  );
const storedValue = async (Name: string) => (await ask('ssm', 'GetParameter', { Name })).Parameter.Value;

describe('an update', () => {
  test('changes in place what can be changed, with all that it keeps', async () => {
    const stack = await create({ Queue: queue({ QueueName: 'letters' }) });
    const QueueUrl = stack.resources.get('Queue')!.physicalId;
    await ask('sqs', 'SendMessage', { QueueUrl, MessageBody: 'kept' });
    clock.after(60_000, () => {});
    const changes = await update(stack, { Queue: queue({ QueueName: 'letters', VisibilityTimeout: 7 }) });
    expect(changes).toEqual([
      {
        logicalId: 'Queue',
        type: 'AWS::SQS::Queue',
        action: 'Modify',
        properties: ['VisibilityTimeout'],
        left: false,
      },
    ]);
    expect(stack.resources.get('Queue')!.physicalId).toBe(QueueUrl);
    const { Attributes } = await ask('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({ VisibilityTimeout: '7', ApproximateNumberOfMessages: '1' });
    expect(stack.status).toBe('UPDATE_COMPLETE');
  });

  test('replaces what can be set at the creation only, lets others follow, and then deletes the old one', async () => {
    const resources = (QueueName: string) => ({
      Name: parameter({ 'Fn::GetAtt': ['Queue', 'QueueName'] }, { Name: '/queue' }),
      Queue: queue({ QueueName }),
    });
    const stack = await create(resources('first'));
    const changes = await update(stack, resources('second'));
    expect(changes.map(({ logicalId, action, properties }) => [logicalId, action, properties])).toEqual([
      ['Queue', 'Replace', ['QueueName']],
      ['Name', 'Modify', ['Value']],
    ]);
    expect(await queues()).toEqual(['second']);
    expect(await storedValue('/queue')).toBe('second');
    expect(stack.resources.get('Name')!.attributes.Value).toBe('second');
  });

  test('gives what replaces something a name of its own where CloudFormation gives the names', async () => {
    const stack = await create({ Role: role({ Path: '/before/' }) });
    const before = stack.resources.get('Role')!.physicalId;
    await update(stack, { Role: role({ Path: '/after/' }) });
    const after = stack.resources.get('Role')!.physicalId;
    expect(after).toMatch(/^stack-Role-[0-9A-F]{12}$/);
    expect(after).not.toBe(before);
    expect((await ask('iam', 'ListRoles')).Roles).toMatchObject([{ RoleName: after, Path: '/after/' }]);
  });

  test('refuses to replace what has a name that stays, and leaves everything as it was', async () => {
    const resources = (name: string, Path: string) => ({
      First: logGroup(name),
      Role: role({ RoleName: 'it', Path }),
    });
    const stack = await create(resources('/first', '/before/'));
    await expect(update(stack, resources('/other', '/after/'))).rejects.toThrow(
      /stack stack of account 111111111111 in eu-west-1: CloudFormation cannot update a stack when a custom-named resource requires replacing\. Rename Role/,
    );
    expect(await groups()).toEqual(['/first']);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.resources.get('First')!.physicalId).toBe('/first');
    // It can be updated again.
    await update(stack, resources('/other', '/before/'));
    expect(stack.status).toBe('UPDATE_COMPLETE');
  });

  test('undoes what it has added, changed and replaced when a service refuses something', async () => {
    const stack = await create({
      Changed: parameter('before', { Name: '/changed' }),
      Replaced: queue({ QueueName: 'first' }),
    });
    const refused = {
      Added: logGroup('/added'),
      Changed: parameter('after', { Name: '/changed' }),
      Replaced: queue({ QueueName: 'second' }),
      Wrong: parameter('x'.repeat(5000), {}, { DependsOn: ['Added', 'Changed', 'Replaced'] }),
    };
    await expect(update(stack, refused)).rejects.toThrow(/Wrong/);
    expect(await groups()).toEqual([]);
    expect(await storedValue('/changed')).toBe('before');
    expect(await queues()).toEqual(['first']);
    expect([...stack.resources.keys()]).toEqual(['Changed', 'Replaced']);
  });

  test('deletes what is gone, the last first, and only when all else is done', async () => {
    const stack = await create({ One: logGroup('/one'), Two: logGroup('/two'), Kept: logGroup('/kept') });
    const deleted: string[] = [];
    services.intervene((call, proceed) => {
      if (call.action === 'DeleteLogGroup')
        deleted.push((call.input as { logGroupName: string }).logGroupName);
      return proceed();
    });
    const changes = await update(stack, { Kept: logGroup('/kept'), Three: logGroup('/three') });
    expect(changes.map(({ logicalId, action }) => [logicalId, action])).toEqual([
      ['Three', 'Add'],
      ['One', 'Remove'],
      ['Two', 'Remove'],
    ]);
    expect(deleted).toEqual(['/two', '/one']);
    expect(await groups()).toEqual(['/kept', '/three']);
  });

  test('keeps what its policies retain: of what is gone, and of what is replaced', async () => {
    const stack = await create({
      Gone: logGroup('/gone', { DeletionPolicy: 'Retain' }),
      Other: logGroup('/before', { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' }),
    });
    const changes = await update(stack, {
      Other: logGroup('/after', { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' }),
    });
    expect(changes.map(({ logicalId, physicalId, left }) => [logicalId, physicalId, left])).toEqual([
      ['Other', '/before', true],
      ['Gone', '/gone', true],
    ]);
    expect(await groups()).toEqual(['/after', '/before', '/gone']);
  });

  test('has succeeded where something cannot be deleted: that is left, and named', async () => {
    const Stays = logGroup('/stays');
    const stack = await create({ Gone: queue({ QueueName: 'gone' }), Stays });
    await ask('sqs', 'DeleteQueue', { QueueUrl: stack.resources.get('Gone')!.physicalId });
    const [change] = await update(stack, { Stays });
    expect(change).toMatchObject({
      action: 'Remove',
      left: true,
      reason: expect.stringMatching(/^Gone \(AWS::SQS/),
    });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect([...stack.resources.keys()]).toEqual(['Stays']);
  });

  test('refuses another type under the same logical id before it does anything', async () => {
    const stack = await create({ It: queue({ QueueName: 'it' }) });
    await expect(update(stack, { It: logGroup('/it'), More: logGroup('/more') })).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [It]',
    );
    expect(await groups()).toEqual([]);
  });

  test('refuses to change what another stack imports', async () => {
    const exporting = (Value: string) => ({ Outputs: { It: { Value, Export: { Name: 'it' } } } });
    const Resources = { Log: logGroup('/log') };
    const stack = await create(Resources, exporting('first'));
    const imported = parameter({ 'Fn::ImportValue': 'it' }, { Name: '/imported' });
    await stacks.create('other', text({ Imported: imported }), place);
    await expect(update(stack, Resources, exporting('second'))).rejects.toThrow(
      /cannot be updated or deleted/,
    );
    await expect(update(stack, Resources)).rejects.toThrow(/cannot be updated or deleted/);
    await expect(stacks.delete(stack)).rejects.toThrow(/cannot be deleted/);
  });

  test('is asked for by UpdateStack, which refuses to do nothing', async () => {
    await create({ Log: logGroup('/log') });
    const input = { StackName: 'stack', TemplateBody: text({ Log: logGroup('/other') }) };
    await ask('cloudformation', 'UpdateStack', input);
    expect(await groups()).toEqual(['/other']);
    const { Stacks: described } = await ask('cloudformation', 'DescribeStacks', { StackName: 'stack' });
    expect(described).toMatchObject([{ StackStatus: 'UPDATE_COMPLETE', LastUpdatedTime: expect.any(Date) }]);
    await expect(ask('cloudformation', 'UpdateStack', input)).rejects.toThrow(
      'No updates are to be performed.',
    );
  });

  test('gives a role exactly what the template says', async () => {
    const first = { PolicyName: 'first', PolicyDocument: policy('sqs:SendMessage') };
    const second = { PolicyName: 'second', PolicyDocument: policy('sqs:ReceiveMessage') };
    const stack = await create({ Role: role({ RoleName: 'it', Policies: [first] }) });
    await update(stack, { Role: role({ RoleName: 'it', Policies: [second], MaxSessionDuration: 7200 }) });
    expect(await ask('iam', 'ListRolePolicies', { RoleName: 'it' })).toMatchObject({
      PolicyNames: ['second'],
    });
    const { Role } = await ask('iam', 'GetRole', { RoleName: 'it' });
    expect(Role).toMatchObject({ MaxSessionDuration: 7200 });
  });
});

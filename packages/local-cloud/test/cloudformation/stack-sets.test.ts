import { beforeEach, describe, expect, test } from '@jest/globals';
import { CloudFormation } from '../../src/aws/cloudformation.ts';
import { type CloudEvent, EventSource } from '../../src/aws/events.ts';
import { Iam } from '../../src/aws/iam/roles.ts';
import { Ids } from '../../src/aws/ids.ts';
import { Organization, STACK_SETS } from '../../src/aws/organization.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { Sqs } from '../../src/aws/sqs.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';
import { StackSets } from '../../src/cloudformation/stack-sets.ts';
import { Stacks } from '../../src/cloudformation/stacks.ts';

const MANAGEMENT = '111111111111';
const HUB = '222222222222';
const MEMBER = '444455556666';
const UNIT = 'ou-ab12-workload';
const template = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'events' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: { 'Fn::Sub': 'forwarder-${AWS::Region}' },
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      },
    },
  },
};
const set = {
  StackSetName: 'members',
  TemplateBody: JSON.stringify(template),
  Capabilities: ['CAPABILITY_NAMED_IAM'],
  PermissionModel: 'SERVICE_MANAGED',
  AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
};

let clock: VirtualClock;
let services: AwsServices;
let organization: Organization;
let stacks: Stacks;
let stackSets: StackSets;
let published: CloudEvent[];

beforeEach(() => {
  clock = new VirtualClock(Date.parse('2026-11-20T10:15:30Z'));
  services = new AwsServices();
  organization = new Organization({
    clock,
    id: 'o-a1b2c3d4e5',
    managementAccountId: MANAGEMENT,
    delegatedAdministrators: [HUB],
  });
  organization.addOrganizationalUnit('Workloads', undefined, UNIT);
  stacks = new Stacks({ clock, services });
  services.register(new Iam({ clock }));
  services.register(new Sqs({ clock }));
  published = [];
  const publish = (event: CloudEvent) => published.push(event);
  const events = new EventSource({ clock, ids: new Ids('stack events'), publish });
  stackSets = new StackSets({ clock, organization, stacks, events });
  services.register(new CloudFormation({ stacks, stackSets }));
});

// biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
function ask(action: string, input: object, accountId = MANAGEMENT): Promise<any> {
  const caller = { accountId, region: 'us-east-1', arn: `arn:aws:iam::${accountId}:root` };
  return services.call('cloudformation', action, input, caller);
}

async function create({ regions = ['us-east-1'], units = [UNIT], changes = {} } = {}): Promise<void> {
  await ask('CreateStackSet', { ...set, ...changes });
  await ask('CreateStackInstances', {
    StackSetName: 'members',
    DeploymentTargets: { OrganizationalUnitIds: units },
    Regions: regions,
  });
}

async function instances(): Promise<string[]> {
  const { Summaries } = await ask('ListStackInstances', { StackSetName: 'members' });
  return Summaries.map(
    ({ Account, Region, Status, StackInstanceStatus: { DetailedStatus } }: never) =>
      `${Account} ${Region} ${Status} ${DetailedStatus}`,
  );
}

const passMinutes = (minutes: number) => Activity.run(clock, (activity) => activity.sleep(minutes * 60_000));

describe('a StackSet', () => {
  test('deploys to the accounts below its units, and never to the management account', async () => {
    const inner = organization.addOrganizationalUnit('Inner', UNIT);
    organization.addAccount(MEMBER, { parentId: inner, silent: true });
    await create({ units: ['r-ab12'] });
    expect(await instances()).toEqual([
      `${HUB} us-east-1 CURRENT SUCCEEDED`,
      `${MEMBER} us-east-1 CURRENT SUCCEEDED`,
    ]);
    expect(stacks.in({ accountId: MEMBER, region: 'us-east-1' })).toEqual([
      expect.objectContaining({ name: expect.stringMatching(/^StackSet-members-[0-9a-f-]{36}$/) }),
    ]);
    expect(stacks.in({ accountId: MANAGEMENT, region: 'us-east-1' })).toEqual([]);
  });

  test('follows accounts that join, some minutes later, and that leave', async () => {
    await create({ regions: ['us-east-1', 'eu-west-1'] });
    organization.addAccount(MEMBER, { parentId: UNIT });
    await passMinutes(1);
    expect(await instances()).toEqual([]);
    await passMinutes(4);
    expect(await instances()).toEqual([
      `${MEMBER} eu-west-1 CURRENT SUCCEEDED`,
      `${MEMBER} us-east-1 CURRENT SUCCEEDED`,
    ]);

    organization.moveAccount(MEMBER, 'r-ab12');
    await passMinutes(5);
    expect(await instances()).toEqual([]);
    expect(stacks.in({ accountId: MEMBER, region: 'us-east-1' })).toEqual([]);

    organization.moveAccount(MEMBER, UNIT);
    await passMinutes(5);
    expect(await instances()).toHaveLength(2);
  });

  test('tells the account when a stack has come to it', async () => {
    await create({ regions: ['us-east-1', 'eu-west-1'] });
    organization.addAccount(MEMBER, { parentId: UNIT });
    await passMinutes(5);
    const told = published.filter(({ source }) => source === 'aws.cloudformation');
    expect(told.map(({ account, region }) => `${account} ${region}`)).toEqual([
      `${MEMBER} eu-west-1`,
      `${MEMBER} us-east-1`,
    ]);
    const [stack] = stacks.in({ accountId: MEMBER, region: 'us-east-1' });
    expect(told[1]).toMatchObject({
      'detail-type': 'CloudFormation Stack Status Change',
      resources: [stack!.id],
      detail: { 'stack-id': stack!.id, 'status-details': { status: 'CREATE_COMPLETE' } },
    });
  });

  test('that retains its stacks leaves them behind, in the way of new ones', async () => {
    organization.addAccount(MEMBER, { parentId: UNIT, silent: true });
    await create({ changes: { AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true } } });
    organization.moveAccount(MEMBER, 'r-ab12');
    await passMinutes(5);
    expect(await instances()).toEqual([]);
    expect(stacks.in({ accountId: MEMBER, region: 'us-east-1' })).toHaveLength(1);
    organization.moveAccount(MEMBER, UNIT);
    await passMinutes(5);
    expect(await instances()).toEqual([`${MEMBER} us-east-1 OUTDATED FAILED`]);
  });

  test('keeps what an account gets that joins while another one leaves', async () => {
    organization.addAccount(MEMBER, { parentId: UNIT, silent: true });
    await create({ regions: ['us-east-1', 'eu-west-1'] });
    organization.removeAccount(MEMBER);
    await passMinutes(2);
    organization.addAccount('444455557777', { parentId: UNIT, silent: true });
    await stackSets.catchUp();
    await passMinutes(10);
    expect(await instances()).toEqual([
      '444455557777 eu-west-1 CURRENT SUCCEEDED',
      '444455557777 us-east-1 CURRENT SUCCEEDED',
    ]);
    expect(stacks.in({ accountId: '444455557777', region: 'us-east-1' })).toHaveLength(1);
  });

  test('passes over suspended accounts, and leaves what they have', async () => {
    organization.addAccount(MEMBER, { parentId: UNIT, silent: true });
    await create();
    organization.closeAccount(MEMBER);
    organization.addAccount('444455557777', { parentId: UNIT, silent: true });
    organization.closeAccount('444455557777', { silent: true });
    await passMinutes(10);
    expect(await instances()).toEqual([`${MEMBER} us-east-1 CURRENT SUCCEEDED`]);
  });

  test('goes no further than the failures that it tolerates, and says why an account failed', async () => {
    organization.addAccount(MEMBER, { parentId: UNIT, silent: true });
    organization.addAccount('444455557777', { parentId: UNIT, silent: true });
    await services.call(
      'iam',
      'CreateRole',
      {
        RoleName: 'forwarder-eu-west-1',
        AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      },
      { accountId: MEMBER, region: 'eu-west-1', arn: `arn:aws:iam::${MEMBER}:root` },
    );
    await create({ regions: ['us-east-1', 'eu-west-1'] });
    expect(await instances()).toEqual([
      `${MEMBER} eu-west-1 OUTDATED FAILED`,
      '444455557777 eu-west-1 OUTDATED CANCELLED',
      `${MEMBER} us-east-1 OUTDATED CANCELLED`,
      '444455557777 us-east-1 OUTDATED CANCELLED',
    ]);
    const { Summaries } = await ask('ListStackInstances', { StackSetName: 'members' });
    expect(Summaries[0].StatusReason).toMatch(/Role \(AWS::IAM::Role\): EntityAlreadyExists/);
  });

  test.each<[string, object, RegExp]>([
    ['a template that is too large', { TemplateBody: ' '.repeat(51_201) }, /51201 bytes.*51200/],
    ['named roles without the capability', { Capabilities: [] }, /CAPABILITY_NAMED_IAM/],
    ['permissions of its own', { PermissionModel: 'SELF_MANAGED' }, /SERVICE_MANAGED/],
    ['the call of a delegated administrator', { CallAs: 'DELEGATED_ADMIN' }, /CallAs/],
    [
      'a property that the local cloud does not know',
      { AdministrationRoleARN: 'x' },
      /AdministrationRoleARN/,
    ],
  ])('is refused for %s', async (_what, changes, message) => {
    await expect(ask('CreateStackSet', { ...set, ...changes })).rejects.toThrow(message);
  });

  test('is refused without trusted access, for a unit that does not exist, and to other accounts', async () => {
    await expect(create({ units: ['ou-ab12-nowhere0'] })).rejects.toThrow(
      /ou-ab12-nowhere0 could not be found/,
    );
    await expect(ask('DescribeStackSet', { StackSetName: 'members' }, MEMBER)).rejects.toThrow(/management/);
    organization.setTrust(STACK_SETS, false);
    await expect(ask('CreateStackSet', { ...set, StackSetName: 'more' })).rejects.toThrow(
      /enable organizations access/,
    );
    await expect(ask('ActivateOrganizationsAccess', {}, MEMBER)).rejects.toThrow(/management/);
    await ask('ActivateOrganizationsAccess', {});
    await ask('CreateStackSet', { ...set, StackSetName: 'more' });
  });
});

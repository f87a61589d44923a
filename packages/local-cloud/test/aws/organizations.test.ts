import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudEvent } from '../../src/aws/events.ts';
import { Organization } from '../../src/aws/organization.ts';
import { Organizations } from '../../src/aws/organizations.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { VirtualClock } from '../../src/clock.ts';

const management = '111111111111';
const hub = '222222222222';
const member = '333333333333';
const start = Date.parse('2026-11-20T10:15:28Z');

let clock: VirtualClock;
let organization: Organization;
let published: { event: CloudEvent; accountId: string; region: string; at: number }[];

beforeEach(() => {
  clock = new VirtualClock(start);
  published = [];
  organization = new Organization({
    clock,
    id: 'o-exampleorgid',
    managementAccountId: management,
    delegatedAdministrators: [hub],
    homeRegion: 'eu-west-1',
    publish: (event, accountId, region) => published.push({ event, accountId, region, at: clock.now() }),
  });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into
function ask(action: string, input: object = {}, accountId = hub): Promise<any> {
  const services = new AwsServices();
  services.register(new Organizations({ organization }));
  const arn = `arn:aws:iam::${accountId}:root`;
  return services.call('organizations', action, input, { accountId, region: 'us-east-1', arn });
}

/** Lets all timers fire that are set by now. */
function passTime(): Promise<void> {
  return new Promise((resolve) => clock.after(60_000, resolve));
}

describe('what an organization answers', () => {
  test('an account with its state and the path of nested units', async () => {
    const workloads = organization.addOrganizationalUnit('Workloads');
    const production = organization.addOrganizationalUnit('Production', workloads);
    organization.addAccount(member, { parentId: production, silent: true });

    const { Account } = await ask('DescribeAccount', { AccountId: member });

    expect(Account).toMatchObject({ Id: member, Status: 'ACTIVE', State: 'ACTIVE' });
    expect(Account.Paths).toEqual([`o-exampleorgid/r-ab12/${workloads}/${production}/${member}/`]);
    expect(await ask('ListParents', { ChildId: member })).toEqual({
      Parents: [{ Id: production, Type: 'ORGANIZATIONAL_UNIT' }],
    });
    expect(await ask('ListParents', { ChildId: workloads })).toEqual({
      Parents: [{ Id: 'r-ab12', Type: 'ROOT' }],
    });
  });

  test('all accounts, page by page, each once', async () => {
    for (let number = 0; number < 43; number += 1) {
      organization.addAccount(String(400_000_000_000 + number), { silent: true });
    }
    const sizes: number[] = [];
    const seen = new Set<string>();
    let NextToken: string | undefined;
    do {
      const answer = await ask('ListAccounts', { NextToken });
      sizes.push(answer.Accounts.length);
      for (const { Id } of answer.Accounts) seen.add(Id);
      NextToken = answer.NextToken;
    } while (NextToken);
    expect(sizes).toEqual([20, 20, 5]);
    expect(seen.size).toBe(45);
  });

  test('only the accounts and units right below a parent', async () => {
    const workloads = organization.addOrganizationalUnit('Workloads');
    const production = organization.addOrganizationalUnit('Production', workloads);
    organization.addAccount(member, { parentId: production, silent: true });

    expect((await ask('ListAccountsForParent', { ParentId: workloads })).Accounts).toEqual([]);
    const { Accounts } = await ask('ListAccountsForParent', { ParentId: production });
    expect(Accounts.map(({ Id }: { Id: string }) => Id)).toEqual([member]);
    const { OrganizationalUnits } = await ask('ListOrganizationalUnitsForParent', { ParentId: workloads });
    expect(OrganizationalUnits).toMatchObject([{ Id: production, Name: 'Production' }]);
  });

  test('the delegated administrator', async () => {
    const { DelegatedAdministrators } = await ask('ListDelegatedAdministrators');
    expect(DelegatedAdministrators).toMatchObject([{ Id: hub, Status: 'ACTIVE' }]);
  });

  test.each([
    ['DescribeAccount', { AccountId: '999999999999' }, 'AccountNotFoundException'],
    ['DescribeAccount', { AccountId: '__proto__' }, 'InvalidInputException'],
    ['ListAccountsForParent', { ParentId: 'ou-ab12-gone' }, 'ParentNotFoundException'],
    ['ListParents', { ChildId: '999999999999' }, 'ChildNotFoundException'],
    ['DescribeOrganizationalUnit', { OrganizationalUnitId: 'ou-1' }, 'OrganizationalUnitNotFoundException'],
    ['ListAccounts', { NextToken: 'bm9uc2Vuc2U' }, 'InvalidInputException'],
    ['ListAccounts', { MaxResults: 21 }, 'InvalidInputException'],
  ])('%s of %j is refused', async (action, input, name) => {
    await expect(ask(action, input)).rejects.toMatchObject({ name });
  });
});

describe('who may ask', () => {
  test('management account and delegated administrator everything, a member about its organization only', async () => {
    organization.addAccount(member, { silent: true });
    await expect(ask('ListAccounts', {}, management)).resolves.toBeDefined();
    await expect(ask('ListAccounts', {}, member)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect((await ask('DescribeOrganization', {}, member)).Organization.Id).toBe('o-exampleorgid');
  });

  test('nobody from outside', async () => {
    for (const action of ['DescribeOrganization', 'ListAccounts']) {
      await expect(ask(action, {}, '999999999999')).rejects.toMatchObject({
        name: 'AWSOrganizationsNotInUseException',
      });
    }
  });
});

describe('the resource-based policy of an organization', () => {
  const allow = (Action: string, rest: object = {}) => ({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${member}:root` },
    Action,
    Resource: '*',
    ...rest,
  });
  const put = (...statements: object[]) =>
    ask(
      'PutResourcePolicy',
      { Content: JSON.stringify({ Version: '2012-10-17', Statement: statements }) },
      management,
    );
  const denied = { name: 'AccessDeniedException' };

  beforeEach(() => organization.addAccount(member, { silent: true }));

  test('lets an account read exactly what it says', async () => {
    await put(allow('organizations:ListAccounts'));
    await expect(ask('ListAccounts', {}, member)).resolves.toBeDefined();
    await expect(ask('DescribeAccount', { AccountId: member }, member)).rejects.toMatchObject(denied);
    await expect(ask('ListAccounts', {}, '444444444444')).rejects.toMatchObject({
      name: 'AWSOrganizationsNotInUseException',
    });
  });

  test('heeds resources, conditions and denials', async () => {
    const Resource = `arn:aws:organizations::${management}:account/o-exampleorgid/${member}`;
    await put(allow('organizations:DescribeAccount', { Resource }));
    await expect(ask('DescribeAccount', { AccountId: member }, member)).resolves.toBeDefined();
    await expect(ask('DescribeAccount', { AccountId: hub }, member)).rejects.toMatchObject(denied);
    await put(allow('organizations:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } } }));
    await expect(ask('ListAccounts', {}, member)).rejects.toMatchObject(denied);
    await put(allow('organizations:*'), allow('organizations:ListAccounts', { Effect: 'Deny' }));
    await expect(ask('ListAccounts', {}, member)).rejects.toMatchObject(denied);
  });

  test('lets nobody else change anything, not even the policy', async () => {
    await put(allow('organizations:*'));
    const move = { AccountId: member, SourceParentId: 'r-ab12', DestinationParentId: 'r-ab12' };
    await expect(ask('MoveAccount', move, member)).rejects.toMatchObject(denied);
    await expect(ask('PutResourcePolicy', { Content: '{}' }, member)).rejects.toMatchObject(denied);
    await expect(ask('DeleteResourcePolicy', {}, hub)).rejects.toMatchObject(denied);
  });

  test('is there, is replaced and goes', async () => {
    const none = { name: 'ResourcePolicyNotFoundException' };
    await expect(ask('DescribeResourcePolicy', {}, management)).rejects.toMatchObject(none);
    await put(allow('organizations:ListAccounts'));
    await put(allow('organizations:ListRoots'));
    const { ResourcePolicy } = await ask('DescribeResourcePolicy', {}, management);
    expect(JSON.parse(ResourcePolicy.Content).Statement).toEqual([allow('organizations:ListRoots')]);
    await ask('DeleteResourcePolicy', {}, management);
    await expect(ask('DeleteResourcePolicy', {}, management)).rejects.toMatchObject(none);
  });

  test.each(['', '[]', '{"Statement":[{}]}', `{"Statement":[],"Id":"${'x'.repeat(40_000)}"}`])(
    'is no other text (%#)',
    async (Content) => {
      await expect(ask('PutResourcePolicy', { Content }, management)).rejects.toMatchObject({
        name: 'InvalidInputException',
      });
    },
  );
});

describe('what an organization tells', () => {
  test('a new account, in us-east-1 of the management account, a few seconds later', async () => {
    organization.addAccount(member);
    expect(published).toEqual([]);
    await passTime();

    expect(published).toMatchObject([{ accountId: management, region: 'us-east-1', at: start + 5000 }]);
    expect(published[0]!.event).toMatchObject({
      'detail-type': 'AWS Service Event via CloudTrail',
      source: 'aws.organizations',
      account: management,
      time: '2026-11-20T10:15:33Z',
      detail: {
        eventName: 'CreateAccountResult',
        eventSource: 'organizations.amazonaws.com',
        serviceEventDetails: {
          createAccountStatus: {
            state: 'SUCCEEDED',
            accountName: '****',
            accountId: member,
            completedTimestamp: 'Nov 20, 2026 10:15:28 AM',
          },
        },
      },
    });
  });

  test('an account that somebody creates is asked after by its request, and lands in the root', async () => {
    const { CreateAccountStatus: asked } = await ask(
      'CreateAccount',
      { Email: 'shop@example.com', AccountName: 'shop' },
      management,
    );
    expect(asked).toMatchObject({ State: 'IN_PROGRESS', AccountName: 'shop' });
    expect(asked.AccountId).toBeUndefined();

    const { CreateAccountStatus: done } = await ask('DescribeCreateAccountStatus', {
      CreateAccountRequestId: asked.Id,
    });
    expect(done).toMatchObject({ State: 'SUCCEEDED', AccountId: expect.stringMatching(/^\d{12}$/) });
    expect(await ask('ListParents', { ChildId: done.AccountId })).toEqual({
      Parents: [{ Id: organization.rootId, Type: 'ROOT' }],
    });
    await passTime();
    expect(published.map(({ event }) => event.detail.eventName)).toEqual(['CreateAccountResult']);
    await expect(ask('CreateAccount', { Email: 'x@example.com', AccountName: 'x' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('moves, closings and removals, with their effect', async () => {
    const workloads = organization.addOrganizationalUnit('Workloads');
    organization.addAccount(member, { silent: true });

    organization.moveAccount(member, workloads);
    organization.closeAccount(member);
    expect((await ask('DescribeAccount', { AccountId: member })).Account).toMatchObject({
      State: 'SUSPENDED',
    });
    expect(organization.isActive(member)).toBe(false);
    organization.removeAccount(member);
    expect(organization.organizationOf(member)).toBeUndefined();
    await passTime();

    expect(published.map(({ event }) => event.detail)).toMatchObject([
      {
        eventName: 'MoveAccount',
        eventType: 'AwsApiCall',
        requestParameters: { accountId: member, sourceParentId: 'r-ab12', destinationParentId: workloads },
      },
      {
        eventName: 'CloseAccountResult',
        serviceEventDetails: { closeAccountStatus: { accountId: member, state: 'SUCCEEDED' } },
      },
      { eventName: 'RemoveAccountFromOrganization', requestParameters: { accountId: member } },
    ]);
  });

  test('an account that Control Tower has enrolled, in its home Region', async () => {
    const workloads = organization.addOrganizationalUnit('Workloads');
    organization.addAccount(member, { parentId: workloads, name: 'orders-prod', silent: true });
    organization.controlTowerEnrolled(member);
    await passTime();

    expect(published).toMatchObject([{ accountId: management, region: 'eu-west-1' }]);
    expect(published[0]!.event).toMatchObject({
      source: 'aws.controltower',
      detail: {
        eventName: 'CreateManagedAccount',
        serviceEventDetails: {
          createManagedAccountStatus: {
            organizationalUnit: { organizationalUnitName: 'Workloads', organizationalUnitId: workloads },
            account: { accountName: 'orders-prod', accountId: member },
            state: 'SUCCEEDED',
          },
        },
      },
    });
  });
});

import { expect, test } from '@jest/globals';
import type { CloudEvent } from '../../src/aws/events.ts';
import { Organization } from '../../src/aws/organization.ts';
import { Activity, VirtualClock } from '../../src/clock.ts';

const management = '111111111111';
const member = '444455556666';

function prepare() {
  const clock = new VirtualClock(Date.parse('2026-11-20T10:15:28Z'));
  const events: CloudEvent[] = [];
  const organization = new Organization({
    clock,
    id: 'o-exampleorgid',
    managementAccountId: management,
    delegatedAdministrators: ['222222222222'],
    publish: (event, accountId, region) => {
      expect([accountId, region]).toEqual([management, 'us-east-1']);
      events.push(event);
    },
  });
  const pass = () => Activity.run(clock, (activity) => activity.sleep(5_000));
  return { organization, events, pass };
}

test('an account is told with the path to it through nested units', () => {
  const { organization } = prepare();
  const outer = organization.addOrganizationalUnit('Workloads');
  const inner = organization.addOrganizationalUnit('Production', outer);
  organization.addAccount(member, { parentId: inner, silent: true });
  expect(organization.accountView(member)!.Paths).toEqual([
    `o-exampleorgid/r-ab12/${outer}/${inner}/${member}/`,
  ]);
});

test('what happens to an account is told in the management account', async () => {
  const { organization, events, pass } = prepare();
  const unit = organization.addOrganizationalUnit('Workloads');
  organization.addAccount(member);
  organization.moveAccount(member, unit);
  organization.controlTowerEnrolled(member);
  organization.closeAccount(member);
  organization.removeAccount(member);
  await pass();

  expect(events.map(({ source, detail }) => [source, (detail as { eventName: string }).eventName])).toEqual([
    ['aws.organizations', 'CreateAccountResult'],
    ['aws.organizations', 'MoveAccount'],
    ['aws.controltower', 'CreateManagedAccount'],
    ['aws.organizations', 'CloseAccountResult'],
    ['aws.organizations', 'RemoveAccountFromOrganization'],
  ]);
  expect(events[0]!.detail).toMatchObject({
    serviceEventDetails: {
      createAccountStatus: {
        state: 'SUCCEEDED',
        accountName: '****',
        accountId: member,
        requestedTimestamp: 'Nov 20, 2026 10:13:28 AM',
        completedTimestamp: 'Nov 20, 2026 10:15:28 AM',
      },
    },
  });
  expect(events[1]!.detail).toMatchObject({
    requestParameters: { accountId: member, sourceParentId: 'r-ab12', destinationParentId: unit },
  });
});

test('a closed account stays and is not active; a removed one is gone', () => {
  const { organization } = prepare();
  organization.addAccount(member);
  organization.closeAccount(member);
  expect(organization.isActive(member)).toBe(false);
  expect(organization.organizationOf(member)).toBe('o-exampleorgid');
  organization.removeAccount(member);
  expect(organization.organizationOf(member)).toBeUndefined();
});

test('units and accounts that do not exist are refused', () => {
  const { organization } = prepare();
  const refused = (name: string) => expect.objectContaining({ code: name });
  expect(() => organization.addAccount(member, { parentId: 'ou-none' })).toThrow(
    refused('ParentNotFoundException'),
  );
  expect(() => organization.closeAccount(member)).toThrow(refused('AccountNotFoundException'));
  expect(() => organization.addAccount('__proto__')).toThrow(refused('InvalidInputException'));
});

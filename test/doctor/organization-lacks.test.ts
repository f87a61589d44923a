import { describe, jest } from '@jest/globals';
import type { Ground } from '../../proof/bench/ground.ts';
import { call, HUB, keepEnvironment, MANAGEMENT, MEMBER, UNIT } from './deployment.ts';
import { type Lack, none, testLacks } from './lacks.ts';

jest.setTimeout(60_000);
keepEnvironment();

const trail = `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/organization`;

const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';
const organizations = (ground: Ground, action: string, input: object) =>
  call(ground, 'organizations', action, input, MANAGEMENT);
const withdrawHub = (ground: Ground) => organizations(ground, 'DeleteResourcePolicy', {});
const delegateHub = (ground: Ground) =>
  organizations(ground, 'RegisterDelegatedAdministrator', { AccountId: HUB, ServicePrincipal: STACK_SETS });
const OTHERS = {
  Sid: 'BackupTeam',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::555555555555:root' },
  Action: 'organizations:ListRoots',
  Resource: '*',
};
const put = (ground: Ground, ...statements: object[]) =>
  organizations(ground, 'PutResourcePolicy', {
    Content: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
const ofHub = (Action: string[], rest: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: HUB },
  Action,
  Resource: '*',
  ...rest,
});

const lacks: Record<string, Lack> = {
  'another organization': {
    as: MANAGEMENT,
    lack: none,
    look: { changed: { id: 'o-zzzzzzzzzz' } },
    says: [
      /^missing: the account 111111111111 is of the organization o-a1b2c3d4e5, and the configuration is for o-zzzzzzzzzz => use the credentials of .* or correct organization\.id/,
    ],
  },
  'another management account': {
    as: HUB,
    lack: none,
    look: { changed: { managementAccountId: '999988887777' } },
    says: [
      /^missing: the management account of o-a1b2c3d4e5 is 111111111111, and the configuration says 999988887777/,
      /deployed with another configuration/,
    ],
  },
  'all features': {
    as: MEMBER,
    lack: ({ cloud }) => {
      cloud.interceptCalls(async ({ action }, proceed) => {
        const answer = (await proceed()) as { Organization: object };
        if (action !== 'DescribeOrganization') return answer;
        return { Organization: { ...answer.Organization, FeatureSet: 'CONSOLIDATED_BILLING' } };
      });
    },
    says: [
      /^missing: the organization has not all features enabled => aws organizations enable-all-features/,
    ],
  },
  'trusted access': {
    as: MANAGEMENT,
    lack: (ground) =>
      call(ground, 'organizations', 'DisableAWSServiceAccess', { ServicePrincipal: STACK_SETS }, MANAGEMENT),
    says: [/^missing: StackSets has no trusted access.*=> aws cloudformation activate-organizations-access/],
  },
  'the delegation, seen by the management account': {
    as: MANAGEMENT,
    lack: withdrawHub,
    says: [
      /^missing: the organization's delegation policy does not let the hub account 222222222222 call organizations:DescribeAccount, organizations:DescribeOrganizationalUnit, organizations:ListAccounts: it may ask not at all => aws organizations put-resource-policy --content '\{"Version":"2012-10-17","Statement":\[\{"Sid":"RedisPrivatelink222222222222DescribesAccounts"/,
    ],
  },
  'the delegation, which the organization stack is to make': {
    as: MANAGEMENT,
    lack: withdrawHub,
    look: { changed: { delegationPolicy: true } },
    says: [/=> npx cdk deploy -c config=config\/privatelink\.yaml redis-privatelink-organization-us-east-1$/],
  },
  'the delegation, where there is a policy with something else': {
    as: MANAGEMENT,
    lack: (ground) => put(ground, OTHERS, ofHub(['organizations:Describe*'])),
    // The stack cannot make it; and what is there stays.
    look: { changed: { delegationPolicy: true } },
    says: [
      /call organizations:ListAccounts: it may ask not at all => aws organizations put-resource-policy --content '.*"Sid":"BackupTeam".*"Sid":"RedisPrivatelink222222222222ListsAccounts"/,
    ],
  },
  'the delegation, where the policy has conditions': {
    as: MANAGEMENT,
    lack: (ground) =>
      put(ground, ofHub(['organizations:*'], { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } })),
    says: [/call organizations:DescribeAccount, .*: it may ask not at all/],
  },
  'the policy, and asks as an administrator': {
    as: MANAGEMENT,
    lack: async (ground) => {
      await withdrawHub(ground);
      await delegateHub(ground);
    },
    says: [/: it may ask only as an administrator of StackSets => aws organizations put-resource-policy/],
  },
  'nothing, and is an administrator still': {
    as: MANAGEMENT,
    lack: delegateHub,
    says: [
      /^missing: the hub account 222222222222 is a delegated administrator of StackSets, which may deploy anything into every account, and does not need it => aws organizations deregister-delegated-administrator --account-id 222222222222 --service-principal member\.org\.stacksets/,
    ],
  },
  'the delegation, seen by the hub': {
    as: HUB,
    lack: withdrawHub,
    says: [
      /^cannot tell: whether the hub account may ask Organizations \(why: AccessDenied on organizations:ListAccounts\); if the caller has the permission, it may not => npm run doctor .* in the management account/,
      /^cannot tell: the organizational units \(why: AccessDenied on organizations:DescribeOrganizationalUnit\)/,
    ],
  },
  'an organizational unit': {
    as: MANAGEMENT,
    lack: none,
    look: { changed: { organizationalUnits: [UNIT, 'ou-ab12-nowhere0'] } },
    says: [
      /^missing: organization\.organizationalUnits names ou-ab12-nowhere0, which does not exist => aws organizations list-roots/,
      /^missing: the StackSet redis-privatelink-member is not as configured: it deploys to ou-ab12-l3zc8b3h => npx cdk deploy -c config=config\/privatelink\.yaml redis-privatelink-organization-us-east-1$/,
    ],
  },
  'a trail': {
    as: MEMBER,
    lack: (ground) => call(ground, 'cloudtrail', 'DeleteTrail', { Name: trail }, MANAGEMENT),
    says: [
      /^missing: no CloudTrail trail records management events in us-east-1 => aws cloudtrail create-trail/,
    ],
  },
  'a trail that logs': {
    as: MANAGEMENT,
    lack: (ground) => call(ground, 'cloudtrail', 'StopLogging', { Name: trail }, MANAGEMENT),
    says: [
      /^missing: no CloudTrail trail in us-east-1 is logging.* => aws cloudtrail start-logging --region us-east-1 --name arn:aws:cloudtrail/,
    ],
  },
  'the template of this version': {
    as: MANAGEMENT,
    lack: none,
    look: { body: '{}' },
    says: [/^missing: the StackSet redis-privatelink-member is not as configured: its template is not that/],
  },
  'a member stack that came up': {
    as: MANAGEMENT,
    lack: async (ground) => {
      const accountId = '444455557777';
      await call(
        ground,
        'iam',
        'CreateRole',
        {
          RoleName: 'redis-privatelink-connector',
          AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
        },
        accountId,
      );
      await ground.cloud.accounts.add(accountId, UNIT, { silent: true });
    },
    says: [
      /^missing: the member stack of 444455557777 in us-east-1 is OUTDATED \(FAILED\): .*EntityAlreadyExists.*=> aws cloudformation update-stack-set .*Accounts=444455557777/,
    ],
  },
  'a StackSet that has ended': {
    as: MANAGEMENT,
    lack: async ({ cloud, activity }) => {
      await cloud.accounts.add('444455557777', UNIT, { silent: false });
      await activity.sleep(100_000);
    },
    says: [
      /^missing: the StackSet is still working on 444455557777 in us-east-1 => aws cloudformation list-stack-set-operations/,
    ],
  },
  'the member stack': {
    as: '444455558888',
    lack: ({ cloud }) => cloud.accounts.add('444455558888', undefined, { silent: true }),
    says: [
      /^missing: the stack redis-privatelink-member is not deployed in us-east-1 => npm run doctor.*by hand: AWS_REGION=us-east-1 npx cdk deploy -c config=config\/privatelink\.yaml redis-privatelink-member$/,
    ],
  },
  'an account of the organization': {
    as: '999988887777',
    lack: none,
    says: [
      /^missing: the account 999988887777 is in no organization, .* => use the credentials of the management account 111111111111, the hub account 222222222222 or a member account/,
    ],
  },
};

describe('a deployment that lacks', () => testLacks(lacks));

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { callerIn, placeOf } from '../../doctor/caller.ts';
import { checks } from '../../doctor/checks/index.ts';
import { Examination, examine } from '../../doctor/examination.ts';
import type { Finding } from '../../doctor/finding.ts';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { type Ground, onGround } from '../../proof/bench/ground.ts';

jest.setTimeout(60_000);

const MANAGEMENT = '111111111111';
const HUB = '222222222222';
const MEMBER = '444455556666';
const UNIT = 'ou-ab12-l3zc8b3h';
const CONFIG = 'config/privatelink.yaml';
const configuration = loadConfiguration(CONFIG);
const { Resources } = JSON.parse(
  readFileSync('dist/test/redis-privatelink-organization-us-east-1.template.json', 'utf8'),
) as { Resources: Record<string, { Type: string; Properties: { TemplateBody: string } }> };
const template = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudFormation::StackSet')!
  .Properties.TemplateBody;

const KEYS = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
let before: (string | undefined)[];
beforeEach(() => {
  before = KEYS.map((key) => process.env[key]);
});
afterEach(() => {
  KEYS.forEach((key, index) => {
    if (before[index] === undefined) delete process.env[key];
    else process.env[key] = before[index];
  });
});

interface Look {
  as: string | { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  changed?: Partial<Configuration['organization']>;
  body?: string;
  /** Milliseconds after the cloud's time. */
  later?: number;
}

/** What the doctor finds in a cloud, with the credentials of an account's root user or of a session. */
async function look(
  { cloud }: Ground,
  { as, changed, body = template, later = 0 }: Look,
): Promise<Finding[]> {
  process.env.AWS_ENDPOINT_URL = cloud.url;
  process.env.AWS_ACCESS_KEY_ID = typeof as === 'string' ? as : as.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = typeof as === 'string' ? 'any' : as.secretAccessKey;
  if (typeof as === 'string') delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = as.sessionToken;
  const given = { ...configuration, organization: { ...configuration.organization, ...changed } };
  const caller = await callerIn('us-east-1');
  const examination = new Examination({
    configuration: given,
    config: CONFIG,
    place: placeOf(caller, given),
    accountId: caller.accountId,
    now: cloud.clock.now() + later,
    memberTemplate: async () => body,
  });
  return examine(examination, checks);
}

/** What is not well, each with its command. */
function amiss(findings: Finding[]): string[] {
  return findings
    .filter(({ status }) => status === 'missing' || status === 'cannot tell')
    .map(({ status, text, command }) => `${status}: ${text}${command ? ` => ${command}` : ''}`);
}

const topic = `arn:aws:sns:us-east-1:${HUB}:redis-privatelink-alerts`;

/** A deployment with a member account. */
function deployed(
  work: (ground: Ground) => Promise<void>,
  { reconciled = true }: { reconciled?: boolean } = {},
): Promise<void> {
  return onGround({ contract: 'resource-share', assembly: 'dist/test' }, async (ground) => {
    const { cloud, activity } = ground;
    await cloud.accounts.add(MEMBER, UNIT, { silent: true });
    if (reconciled) {
      await cloud.start('reconcile', {});
      await cloud.settled(activity);
    }
    const listener = { TopicArn: topic, Protocol: 'sqs', Endpoint: `arn:aws:sqs:us-east-1:${HUB}:alerts` };
    await call(ground, 'sqs', 'CreateQueue', { QueueName: 'alerts' });
    await call(ground, 'sns', 'Subscribe', listener);
    await work(ground);
  });
}

const call = ({ cloud }: Ground, service: string, action: string, input: object, accountId = HUB) =>
  cloud.call(service, action, input, cloud.root({ accountId, region: 'us-east-1' })) as Promise<never>;

const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';
const withdrawHub = (ground: Ground) => {
  const input = { AccountId: HUB, ServicePrincipal: STACK_SETS };
  return call(ground, 'organizations', 'DeregisterDelegatedAdministrator', input, MANAGEMENT);
};

describe('a deployment that lacks nothing', () => {
  test('is well from every account, and each says what the others are to be asked', () =>
    deployed(async (ground) => {
      for (const as of [MANAGEMENT, HUB, MEMBER]) {
        const findings = await look(ground, { as });
        expect(amiss(findings)).toEqual([]);
        expect(findings.filter(({ status }) => status === 'ok').length).toBeGreaterThan(3);
        expect(findings.at(-1)).toMatchObject({
          status: 'elsewhere',
          text: expect.stringMatching(/^look from /),
        });
      }
    }));

  test('shows nothing of the secret', () =>
    deployed(async (ground) => {
      const { SecretString } = await call(ground, 'secretsmanager', 'GetSecretValue', {
        SecretId: configuration.redisCloud.secretName,
      });
      const told = JSON.stringify(await look(ground, { as: HUB }));
      for (const key of Object.values(JSON.parse(SecretString))) expect(told).not.toContain(key);
    }));
});

interface Lack {
  as: string;
  lack: (ground: Ground) => Promise<unknown> | unknown;
  look?: Omit<Look, 'as'>;
  says: RegExp[];
  /** A reconciliation has run. It takes a while to start its functions. */
  reconciled?: boolean;
}

const deadLetters = `https://sqs.us-east-1.amazonaws.com/${HUB}/redis-privatelink-dead-letters`;
const trail = `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/organization`;
const secretId = configuration.redisCloud.secretName;
const none = () => {};
const NEVER_RECONCILED =
  /^missing: no reconciliation has ended well yet => aws stepfunctions start-execution .*redis-privatelink-reconcile/;

async function unsubscribe(ground: Ground): Promise<void> {
  const { Subscriptions } = (await call(ground, 'sns', 'ListSubscriptionsByTopic', { TopicArn: topic })) as {
    Subscriptions: { SubscriptionArn: string }[];
  };
  for (const { SubscriptionArn } of Subscriptions)
    await call(ground, 'sns', 'Unsubscribe', { SubscriptionArn });
}

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
      /^missing: the hub account 222222222222 is no delegated administrator.*=> aws organizations register-delegated-administrator --account-id 222222222222/,
    ],
  },
  'the delegation, seen by the hub': {
    as: HUB,
    lack: withdrawHub,
    says: [
      /^cannot tell: trusted access of StackSets \(why: AccessDenied on organizations:ListAWSServiceAccessForOrganization\)/,
      /^cannot tell: whether the hub account is a delegated administrator \(why: AccessDenied.*=> aws organizations register-delegated-administrator/,
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
  'the bootstrap': {
    as: HUB,
    lack: (ground) => call(ground, 'ssm', 'DeleteParameter', { Name: '/cdk-bootstrap/hnb659fds/version' }),
    says: [
      /^missing: us-east-1 is not bootstrapped for the CDK => npx cdk bootstrap aws:\/\/222222222222\/us-east-1$/,
    ],
  },
  'a newer bootstrap': {
    as: HUB,
    lack: (ground) =>
      call(ground, 'ssm', 'PutParameter', {
        Name: '/cdk-bootstrap/hnb659fds/version',
        Value: '5',
        Overwrite: true,
      }),
    says: [/^missing: us-east-1 has version 5 of the CDK bootstrap, and needs 6 => npx cdk bootstrap/],
  },
  'the configuration of the hub stack': {
    as: HUB,
    lack: none,
    look: { changed: { externalId: 'another-external-id-0000' } },
    says: [
      /^missing: the stack redis-privatelink-hub was deployed with another configuration.*=> npx cdk diff -c config=config\/privatelink\.yaml redis-privatelink-hub, then npx cdk deploy/,
    ],
  },
  'keys in the secret': {
    as: HUB,
    lack: (ground) =>
      call(ground, 'secretsmanager', 'PutSecretValue', {
        SecretId: secretId,
        SecretString: '{"apiKey":"a"}',
      }),
    says: [
      /^missing: the secret redis-privatelink\/redis-cloud does not hold \{"apiKey","secretKey"\} => aws secretsmanager put-secret-value/,
    ],
  },
  'a secret that stays': {
    as: HUB,
    lack: (ground) => call(ground, 'secretsmanager', 'DeleteSecret', { SecretId: secretId }),
    says: [
      /^missing: the secret redis-privatelink\/redis-cloud is to be deleted => aws secretsmanager restore-secret/,
    ],
  },
  'a bus that admits the organization': {
    as: HUB,
    lack: (ground) =>
      call(ground, 'events', 'PutPermission', {
        EventBusName: 'redis-privatelink',
        Policy: busPolicy({
          Effect: 'Allow',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } },
        }),
      }),
    says: [
      /^missing: the policy of the event bus does not admit the organization o-a1b2c3d4e5 => aws events describe-event-bus/,
    ],
  },
  'a bus that does not refuse': {
    as: HUB,
    lack: (ground) =>
      call(ground, 'events', 'PutPermission', {
        EventBusName: 'redis-privatelink',
        Policy: busPolicy({ Effect: 'Deny' }),
      }),
    says: [
      /^missing: the policy of the event bus refuses events, in its statement Somebody => aws events remove-permission .*--statement-id Somebody$/,
    ],
  },
  'an empty queue': {
    as: HUB,
    lack: (ground) => call(ground, 'sqs', 'SendMessage', { QueueUrl: deadLetters, MessageBody: '{}' }),
    says: [/^missing: 1 events wait in the queue redis-privatelink-dead-letters.*=> aws sqs receive-message/],
  },
  'a quiet alarm': {
    as: HUB,
    lack: async (ground) => {
      const stop = ground.cloud.watchAlarms();
      await call(ground, 'sqs', 'SendMessage', { QueueUrl: deadLetters, MessageBody: '{}' });
      await ground.activity.sleep(15 * 60_000);
      stop();
    },
    says: [
      /^missing: 1 events wait in the queue/,
      /^missing: the alarm redis-privatelink-[\w-]* is in ALARM: .*=> aws cloudwatch describe-alarms --region us-east-1 --alarm-names redis-privatelink-/,
    ],
  },
  'a subscription to the topic': {
    as: HUB,
    lack: unsubscribe,
    says: [
      /^missing: the topic .*:redis-privatelink-alerts has no subscription.*=> aws sns subscribe --region us-east-1/,
    ],
  },
  'a confirmed subscription': {
    as: HUB,
    lack: async (ground) => {
      await unsubscribe(ground);
      const input = { TopicArn: topic, Protocol: 'email', Endpoint: 'operators@example.com' };
      await call(ground, 'sns', 'Subscribe', input);
    },
    says: [
      /^missing: the topic .* has only subscriptions that nobody has confirmed => open the message that AWS has sent to operators@example\.com/,
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
  'a recent reconciliation': {
    reconciled: true,
    as: HUB,
    lack: none,
    look: { later: 13 * 3_600_000 },
    says: [
      /^missing: the last reconciliation that ended well was at 2026-11-20T09:0.*=> aws stepfunctions start-execution/,
    ],
  },
  'a complete reconciliation': {
    reconciled: true,
    as: HUB,
    lack: async (ground) => {
      const { cloud, activity } = ground;
      const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [] };
      await call(
        ground,
        'iam',
        'UpdateAssumeRolePolicy',
        {
          RoleName: 'redis-privatelink-connector',
          PolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
        },
        MEMBER,
      );
      await cloud.start('reconcile', {});
      await cloud.settled(activity);
    },
    says: [
      /^missing: the reconciliation of 2026-11-20T.* could not look at 1 things.*=> aws stepfunctions describe-execution/,
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

function busPolicy(statement: object): string {
  const Resource = `arn:aws:events:us-east-1:${HUB}:event-bus/redis-privatelink`;
  const common = { Sid: 'Somebody', Principal: '*', Action: 'events:PutEvents', Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...common, ...statement }] });
}

describe('a deployment that lacks', () => {
  test('a reconciliation is told so, with the command that mends it', () =>
    deployed(
      async (ground) => {
        expect(amiss(await look(ground, { as: HUB }))).toEqual([expect.stringMatching(NEVER_RECONCILED)]);
      },
      { reconciled: false },
    ));

  test.each(Object.entries(lacks))('%s is told so, with the command that mends it', (_what, lack) =>
    deployed(
      async (ground) => {
        await lack.lack(ground);
        const found = amiss(await look(ground, { as: lack.as, ...lack.look }));
        const about = found.filter((line) => lack.reconciled || !NEVER_RECONCILED.test(line));
        expect(about).toEqual(lack.says.map((pattern) => expect.stringMatching(pattern)));
      },
      { reconciled: lack.reconciled ?? false },
    ),
  );
});

describe('an account in which nothing is deployed', () => {
  test('is told what to do first, and nothing twice', () =>
    onGround({ contract: 'resource-share', assembly: 'dist/test' }, async (ground) => {
      const changed = { hubAccountId: '333333333333' };
      await ground.cloud.accounts.add('333333333333', undefined, { silent: true });
      const found = amiss(await look(ground, { as: '333333333333', changed }));
      expect(found).toEqual([
        expect.stringMatching(/^cannot tell: trusted access/),
        expect.stringMatching(/^cannot tell: whether the hub account is a delegated administrator/),
        expect.stringMatching(/^cannot tell: the organizational units/),
        expect.stringMatching(/not bootstrapped/),
        expect.stringMatching(
          /^missing: the stack redis-privatelink-hub is not deployed in us-east-1 => npx cdk deploy/,
        ),
        expect.stringMatching(/^missing: the secret redis-privatelink\/redis-cloud does not exist/),
        expect.stringMatching(/^missing: the event bus redis-privatelink does not exist/),
      ]);
    }));
});

describe('somebody without permissions', () => {
  test('is told what cannot be told, and why', () =>
    deployed(async (ground) => {
      const trust = {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: 'sts:AssumeRole' },
        ],
      };
      const AssumeRolePolicyDocument = JSON.stringify(trust);
      await call(ground, 'iam', 'CreateRole', { RoleName: 'onlooker', AssumeRolePolicyDocument });
      const { Credentials } = (await call(ground, 'sts', 'AssumeRole', {
        RoleArn: `arn:aws:iam::${HUB}:role/onlooker`,
        RoleSessionName: 'somebody',
      })) as { Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string } };
      const as = {
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      };
      const found = amiss(await look(ground, { as }));
      for (const line of found) expect(line).toMatch(/^cannot tell: .*why: AccessDenied on \w+:\w+\)/);
      expect(found).toContainEqual(
        expect.stringMatching(
          /^cannot tell: the hub stack \(why: AccessDenied on cloudformation:DescribeStacks\)$/,
        ),
      );
      expect(found).toContainEqual(
        expect.stringMatching(/^cannot tell: the secret .*AccessDenied on secretsmanager:DescribeSecret/),
      );

      await call(ground, 'iam', 'PutRolePolicy', {
        RoleName: 'onlooker',
        PolicyName: 'Look',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource: '*' }],
        }),
      });
      const again = await look(ground, { as });
      expect(again).toContainEqual({
        status: 'ok',
        text: expect.stringMatching(
          /^the secret .* was filled \(it cannot be read from here: AccessDenied on secretsmanager:GetSecretValue\)$/,
        ),
      });
    }));
});

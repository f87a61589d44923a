import { describe, jest } from '@jest/globals';
import type { Ground } from '../../proof/bench/ground.ts';
import { call, configuration, HUB, keepEnvironment, MEMBER, topic } from './deployment.ts';
import { type Lack, none, testLacks } from './lacks.ts';

jest.setTimeout(60_000);
keepEnvironment();

const deadLetters = `https://sqs.us-east-1.amazonaws.com/${HUB}/redis-privatelink-dead-letters`;
const secretId = configuration.redisCloud.accounts[0]!.secretName;

async function unsubscribe(ground: Ground): Promise<void> {
  const { Subscriptions } = (await call(ground, 'sns', 'ListSubscriptionsByTopic', { TopicArn: topic })) as {
    Subscriptions: { SubscriptionArn: string }[];
  };
  for (const { SubscriptionArn } of Subscriptions)
    await call(ground, 'sns', 'Unsubscribe', { SubscriptionArn });
}

function busPolicy(statement: object): string {
  const Resource = `arn:aws:events:us-east-1:${HUB}:event-bus/redis-privatelink`;
  const common = { Sid: 'Somebody', Principal: '*', Action: 'events:PutEvents', Resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...common, ...statement }] });
}

const lacks: Record<string, Lack> = {
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
};

describe('a deployment that lacks', () => testLacks(lacks));

import { DescribeAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Credentials } from '../../src/aws/credentials.ts';
import { Organization } from '../../src/aws/organization.ts';
import { Organizations } from '../../src/aws/organizations.ts';
import { SecretsManager } from '../../src/aws/secrets-manager.ts';
import { AwsServices } from '../../src/aws/service.ts';
import { Sns } from '../../src/aws/sns.ts';
import { Sqs } from '../../src/aws/sqs.ts';
import { Ssm } from '../../src/aws/ssm.ts';
import { type Front, startFront } from '../../src/aws/wire/front.ts';
import { VirtualClock } from '../../src/clock.ts';

const account = '222222222222';
const config = { region: 'us-east-1', credentials: { accessKeyId: account, secretAccessKey: 'any' } };
const environment = process.env.AWS_ENDPOINT_URL;

let front: Front;
let clock: VirtualClock;

beforeAll(async () => {
  clock = new VirtualClock(Date.parse('2026-11-20T10:15:28Z'));
  const organization = new Organization({
    clock,
    id: 'o-exampleorgid',
    managementAccountId: '111111111111',
    delegatedAdministrators: [account],
  });
  const services = new AwsServices();
  services.register(new Organizations({ organization }));
  services.register(new SecretsManager({ clock }));
  services.register(new Sqs({ clock, endpoint: () => front.url }));
  services.register(new Sns({ clock, services }));
  services.register(new Ssm({ clock }));
  front = await startFront({ services, credentials: new Credentials({ clock }), clock });
  process.env.AWS_ENDPOINT_URL = front.url;
});

afterAll(async () => {
  if (environment === undefined) delete process.env.AWS_ENDPOINT_URL;
  else process.env.AWS_ENDPOINT_URL = environment;
  await front.close();
});

test('an SQS client sends, receives with attributes, and deletes', async () => {
  const sqs = new SQSClient(config);
  const Attributes = { MessageRetentionPeriod: '1209600', KmsMasterKeyId: 'alias/key' };
  await sqs.send(new CreateQueueCommand({ QueueName: 'letters', Attributes }));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'letters' }));
  const MessageAttributes = { note: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) } };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grüße', MessageAttributes }));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  expect(Messages).toMatchObject([
    { Body: 'grüße', MessageAttributes, Attributes: { SentTimestamp: '1795169728000' } },
  ]);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
  const counted = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(counted.Attributes).toMatchObject({
    ...Attributes,
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
});

test('an SNS client reaches a queue through a topic', async () => {
  const sqs = new SQSClient(config);
  const sns = new SNSClient(config);
  const Endpoint = `arn:aws:sqs:us-east-1:${account}:inbox`;
  const Policy = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:*',
      Resource: Endpoint,
    },
  });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'inbox', Attributes: { Policy } }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alarms' }));
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'alarm' } };
  await sns.send(new PublishCommand({ TopicArn, Message: 'It failed.', MessageAttributes }));
  await new Promise<void>((resolve) => clock.after(1000, resolve));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
  );
  expect(Messages).toMatchObject([{ Body: 'It failed.', MessageAttributes }]);
});

test('clients of Secrets Manager, Parameter Store and Organizations read what is there', async () => {
  const secrets = new SecretsManagerClient(config);
  await secrets.send(new CreateSecretCommand({ Name: 'keys', SecretString: '{}', KmsKeyId: 'alias/key' }));
  const secret = await secrets.send(new GetSecretValueCommand({ SecretId: 'keys' }));
  expect(secret).toMatchObject({ SecretString: '{}', CreatedDate: new Date(clock.now()) });

  const ssm = new SSMClient(config);
  await ssm.send(new PutParameterCommand({ Name: '/app/url', Value: 'one', Type: 'String' }));
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: '/app' }));
  expect(Parameters).toMatchObject([{ Name: '/app/url', Value: 'one', Version: 1 }]);

  const organizations = new OrganizationsClient(config);
  const { Account } = await organizations.send(new DescribeAccountCommand({ AccountId: account }));
  expect(Account).toMatchObject({
    Id: account,
    State: 'ACTIVE',
    Paths: [`o-exampleorgid/r-ab12/${account}/`],
  });
});

test('clients throw the errors of the services by name', async () => {
  const QueueUrl = `${front.url}/${account}/gone`;
  const TopicArn = `arn:aws:sns:us-east-1:${account}:gone`;
  const failures = [
    new SQSClient(config).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    new SNSClient(config).send(new PublishCommand({ TopicArn, Message: 'x' })),
    new SecretsManagerClient(config).send(new GetSecretValueCommand({ SecretId: 'gone' })),
    new OrganizationsClient(config).send(new DescribeAccountCommand({ AccountId: '999999999999' })),
  ].map((sent) => sent.catch(({ name }: Error) => name));
  expect(await Promise.all(failures)).toEqual([
    'QueueDoesNotExist',
    'NotFoundException',
    'ResourceNotFoundException',
    'AccountNotFoundException',
  ]);
});

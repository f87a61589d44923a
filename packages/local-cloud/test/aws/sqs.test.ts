import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsServices, type Caller } from '../../src/aws/service.ts';
import { Sqs } from '../../src/aws/sqs.ts';
import { VirtualClock } from '../../src/clock.ts';
import { guard } from './guard.ts';

const caller: Caller = {
  accountId: '222222222222',
  region: 'us-east-1',
  arn: 'arn:aws:iam::222222222222:root',
};
const other: Caller = {
  accountId: '333333333333',
  region: 'us-east-1',
  arn: 'arn:aws:iam::333333333333:root',
};
const queueArn = 'arn:aws:sqs:us-east-1:222222222222:letters';
const ruleArn = 'arn:aws:events:us-east-1:222222222222:rule/arrivals';

let clock: VirtualClock;
let services: AwsServices;

beforeEach(() => {
  clock = new VirtualClock(0);
  services = new AwsServices();
  services.register(new Sqs({ clock }));
  services.guard = guard(clock);
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into
async function ask(action: string, input: object, by = caller): Promise<any> {
  return services.call('sqs', action, input, by);
}

async function createQueue(Attributes: Record<string, string> = {}): Promise<string> {
  return (await ask('CreateQueue', { QueueName: 'letters', Attributes })).QueueUrl;
}

async function bodies(input: object): Promise<string[]> {
  const { Messages = [] } = await ask('ReceiveMessage', { MaxNumberOfMessages: 10, ...input });
  return Messages.map(({ Body }: { Body: string }) => Body);
}

function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(seconds * 1000, resolve));
}

describe('a message', () => {
  test('is hidden for the visibility timeout after it was received', async () => {
    const QueueUrl = await createQueue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'hello' });
    expect(await bodies({ QueueUrl })).toEqual(['hello']);
    await pass(29);
    expect(await bodies({ QueueUrl })).toEqual([]);
    await pass(1);
    const { Messages } = await ask('ReceiveMessage', {
      QueueUrl,
      AttributeNames: ['All'],
      VisibilityTimeout: 5,
    });
    expect(Messages[0].Attributes).toEqual({
      SenderId: '222222222222',
      SentTimestamp: '0',
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: '0',
    });
    await pass(5);
    expect(await bodies({ QueueUrl })).toEqual(['hello']);
  });

  test('is waited for at most 20 seconds', async () => {
    const QueueUrl = await createQueue({});
    await expect(ask('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 21 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('Value 21 for parameter WaitTimeSeconds is invalid'),
    });
    expect((await ask('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 })).Messages).toBeUndefined();
  });

  test('is gone when it is deleted by its newest receipt, and not by an older one', async () => {
    const QueueUrl = await createQueue({ VisibilityTimeout: '0' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'hello' });
    const receive = async () => (await ask('ReceiveMessage', { QueueUrl })).Messages[0].ReceiptHandle;
    const older = await receive();
    const newest = await receive();
    await ask('DeleteMessage', { QueueUrl, ReceiptHandle: older });
    expect(await receive()).not.toBe(newest);
    await ask('DeleteMessage', { QueueUrl, ReceiptHandle: await receive() });
    expect(await bodies({ QueueUrl })).toEqual([]);
    await expect(ask('DeleteMessage', { QueueUrl, ReceiptHandle: 'x' })).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  });

  test('comes after its delay and leaves at the end of the retention period', async () => {
    const QueueUrl = await createQueue({ MessageRetentionPeriod: '60', VisibilityTimeout: '0' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'late', DelaySeconds: 10 });
    expect(await bodies({ QueueUrl })).toEqual([]);
    await pass(10);
    expect(await bodies({ QueueUrl })).toEqual(['late']);
    await pass(50);
    expect(await bodies({ QueueUrl })).toEqual([]);
  });

  test('brings the attributes that the receiver names', async () => {
    const QueueUrl = await createQueue();
    const MessageAttributes = {
      RULE_ARN: { DataType: 'String', StringValue: ruleArn },
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
    };
    await ask('SendMessage', { QueueUrl, MessageBody: 'hello', MessageAttributes });
    const { Messages } = await ask('ReceiveMessage', {
      QueueUrl,
      MessageAttributeNames: ['ERROR.*', 'ERROR_CODE'],
    });
    expect(Messages[0].MessageAttributes).toEqual({ ERROR_CODE: MessageAttributes.ERROR_CODE });
  });

  test.each([
    ['', 'MissingParameter'],
    ['\u0000', 'InvalidMessageContents'],
    ['x'.repeat(1025), 'InvalidParameterValue'],
  ])('%.10j is refused', async (MessageBody, name) => {
    const QueueUrl = await createQueue({ MaximumMessageSize: '1024' });
    await expect(ask('SendMessage', { QueueUrl, MessageBody })).rejects.toMatchObject({ name });
  });
});

describe('a queue', () => {
  test('counts what is visible, hidden and delayed', async () => {
    const QueueUrl = await createQueue();
    for (const DelaySeconds of [0, 0, 0, 60])
      await ask('SendMessage', { QueueUrl, MessageBody: 'x', DelaySeconds });
    await ask('ReceiveMessage', { QueueUrl });
    const { Attributes } = await ask('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      QueueArn: queueArn,
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      MessageRetentionPeriod: '345600',
      SqsManagedSseEnabled: 'true',
    });
    await ask('PurgeQueue', { QueueUrl });
    await pass(61);
    expect(await bodies({ QueueUrl })).toEqual([]);
  });

  test('is encrypted by a key or by SQS, not by both', async () => {
    const QueueUrl = await createQueue({ KmsMasterKeyId: 'alias/key', MessageRetentionPeriod: '1209600' });
    const AttributeNames = ['KmsMasterKeyId', 'SqsManagedSseEnabled', 'MessageRetentionPeriod'];
    const before = await ask('GetQueueAttributes', { QueueUrl, AttributeNames });
    expect(before.Attributes).toEqual({
      KmsMasterKeyId: 'alias/key',
      SqsManagedSseEnabled: 'false',
      MessageRetentionPeriod: '1209600',
    });
    await ask('SetQueueAttributes', { QueueUrl, Attributes: { SqsManagedSseEnabled: 'true' } });
    const after = await ask('GetQueueAttributes', { QueueUrl, AttributeNames });
    expect(after.Attributes).toEqual({ SqsManagedSseEnabled: 'true', MessageRetentionPeriod: '1209600' });
  });

  test('is created once, and not again with other attributes', async () => {
    const QueueUrl = await createQueue({ VisibilityTimeout: '60' });
    expect(await createQueue({ VisibilityTimeout: '60' })).toBe(QueueUrl);
    await expect(createQueue({ VisibilityTimeout: '61' })).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  test('is gone when it is deleted, and its name is free a minute later', async () => {
    const QueueUrl = await createQueue();
    await ask('DeleteQueue', { QueueUrl });
    await expect(ask('SendMessage', { QueueUrl, MessageBody: 'x' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await expect(createQueue()).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    await pass(60);
    await expect(createQueue()).resolves.toBe(QueueUrl);
  });

  test('is listed in its own account and Region', async () => {
    const QueueUrl = await createQueue();
    expect(await ask('ListQueues', { QueueNamePrefix: 'let' })).toEqual({ QueueUrls: [QueueUrl] });
    expect(await ask('ListQueues', {}, other)).toEqual({});
    expect(await ask('ListQueues', {}, { ...caller, region: 'eu-west-1' })).toEqual({});
  });

  test.each([
    ['MessageRetentionPeriod', '59', 'InvalidAttributeValue'],
    ['DelaySeconds', '-1', 'InvalidAttributeValue'],
    ['Policy', '{', 'InvalidAttributeValue'],
    ['RedrivePolicy', '{}', 'InvalidAttributeName'],
    ['RedriveAllowPolicy', 'x', 'InvalidAttributeValue'],
    ['RedriveAllowPolicy', '{"redrivePermission":"some"}', 'InvalidAttributeValue'],
    ['RedriveAllowPolicy', '{"redrivePermission":"byQueue"}', 'InvalidAttributeValue'],
    ['__proto__x', '1', 'InvalidAttributeName'],
  ])('refuses %s=%s', async (attribute, value, name) => {
    await expect(createQueue({ [attribute]: value })).rejects.toMatchObject({ name });
  });
});

describe('the policy of a queue', () => {
  const rule: Caller = { ...caller, arn: ruleArn, service: 'events.amazonaws.com' };
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      },
    ],
  });
  const refused = { name: 'AccessDenied' };

  test('lets the one rule of EventBridge send, and no other', async () => {
    const QueueUrl = await createQueue();
    const send = (by: Caller) => ask('SendMessage', { QueueUrl, MessageBody: 'x' }, by);
    await expect(send(rule)).rejects.toMatchObject(refused);
    await ask('SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
    await expect(send(rule)).resolves.toBeDefined();
    await expect(send({ ...rule, arn: `${ruleArn}-2` })).rejects.toMatchObject(refused);
    await expect(ask('ReceiveMessage', { QueueUrl }, rule)).rejects.toMatchObject(refused);
  });

  test('keeps other accounts out and needs no word for the owner', async () => {
    const QueueUrl = await createQueue({ Policy });
    await expect(ask('SendMessage', { QueueUrl, MessageBody: 'x' }, other)).rejects.toMatchObject(refused);
    await expect(ask('SendMessage', { QueueUrl, MessageBody: 'x' })).resolves.toBeDefined();
  });
});

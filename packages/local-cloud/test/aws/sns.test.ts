import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsServices, type Caller } from '../../src/aws/service.ts';
import { Sns } from '../../src/aws/sns.ts';
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
const topicArn = 'arn:aws:sns:us-east-1:222222222222:alarms';
const queueArn = 'arn:aws:sqs:us-east-1:222222222222:inbox';
const Policy = JSON.stringify({
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  },
});

let clock: VirtualClock;
let services: AwsServices;
let sns: Sns;
let QueueUrl: string;

beforeEach(async () => {
  clock = new VirtualClock(0);
  services = new AwsServices();
  sns = new Sns({ clock, services });
  services.register(sns);
  services.register(new Sqs({ clock }));
  services.guard = guard(clock);
  QueueUrl = (await ask('sqs', 'CreateQueue', { QueueName: 'inbox', Attributes: { Policy } })).QueueUrl;
  await ask('sns', 'CreateTopic', { Name: 'alarms', Attributes: { DisplayName: 'Alarms' } });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into
function ask(service: string, action: string, input: object, by = caller): Promise<any> {
  return services.call(service, action, input, by);
}

function subscribe(Attributes = {}) {
  return ask('sns', 'Subscribe', { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes });
}

function deliver(): Promise<void> {
  return new Promise((resolve) => clock.after(1000, resolve));
}

async function received() {
  await deliver();
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  return (await ask('sqs', 'ReceiveMessage', input)).Messages ?? [];
}

const MessageAttributes = { kind: { DataType: 'String', StringValue: 'alarm' } };

describe('a published message', () => {
  test('invokes the subscribed function with a record, as the topic', async () => {
    const invoked: {
      input: { FunctionName: string; InvocationType: string; Payload: Buffer };
      by: Caller;
    }[] = [];
    services.register({
      signingName: 'lambda',
      actions: {
        Invoke: (input, by) => {
          invoked.push({ input, by });
          return { StatusCode: 202 };
        },
      },
      needs: { Invoke: () => [] },
    });
    const Endpoint = 'arn:aws:lambda:us-east-1:222222222222:function:tell';
    const { SubscriptionArn } = await ask('sns', 'Subscribe', {
      TopicArn: topicArn,
      Protocol: 'lambda',
      Endpoint,
    });
    await ask('sns', 'Publish', { TopicArn: topicArn, Message: 'It failed.', MessageAttributes });
    await deliver();
    expect(invoked).toMatchObject([
      {
        input: { FunctionName: Endpoint, InvocationType: 'Event' },
        by: { service: 'sns.amazonaws.com', arn: topicArn },
      },
    ]);
    expect(JSON.parse(invoked[0]!.input.Payload.toString())).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          EventSubscriptionArn: SubscriptionArn,
          Sns: {
            Type: 'Notification',
            TopicArn: topicArn,
            Subject: null,
            Message: 'It failed.',
            MessageAttributes: { kind: { Type: 'String', Value: 'alarm' } },
          },
        },
      ],
    });
    const Attributes = { RawMessageDelivery: 'true' };
    await expect(
      ask('sns', 'Subscribe', { TopicArn: topicArn, Protocol: 'lambda', Endpoint, Attributes }),
    ).rejects.toThrow('RawMessageDelivery');
  });

  test('reaches the subscribed queue in its envelope', async () => {
    await subscribe();
    const { MessageId } = await ask('sns', 'Publish', {
      TopicArn: topicArn,
      Subject: 'Look',
      Message: 'It failed.',
      MessageAttributes,
    });
    const [{ Body }] = await received();
    expect(JSON.parse(Body)).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: 'Look',
      Message: 'It failed.',
      Timestamp: '1970-01-01T00:00:00.000Z',
      MessageAttributes: { kind: { Type: 'String', Value: 'alarm' } },
    });
    expect(sns.published).toMatchObject([
      { message: 'It failed.', subject: 'Look', deliveries: [{ endpoint: queueArn, error: undefined }] },
    ]);
  });

  test('reaches it as it is where raw delivery is asked for', async () => {
    await subscribe({ RawMessageDelivery: 'true' });
    await ask('sns', 'Publish', { TopicArn: topicArn, Message: 'It failed.', MessageAttributes });
    expect(await received()).toMatchObject([{ Body: 'It failed.', MessageAttributes }]);
  });

  test('that the queue does not admit is lost, and it is seen why', async () => {
    await subscribe();
    await ask('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } });
    await ask('sns', 'Publish', { TopicArn: topicArn, Message: 'It failed.' });
    expect(await received()).toEqual([]);
    expect(sns.published[0]!.deliveries).toMatchObject([{ error: expect.stringContaining('AccessDenied') }]);
  });

  test.each([
    [{ TopicArn: `${topicArn}-2`, Message: 'x' }, 'NotFoundException'],
    [{ TopicArn: topicArn, Message: '' }, 'InvalidParameterException'],
    [{ TopicArn: topicArn, Message: 'x', Subject: 'two\nlines' }, 'InvalidParameterException'],
    [{ TopicArn: topicArn, Message: '{}', MessageStructure: 'json' }, 'InvalidParameterException'],
  ])('%j is refused', async (input, name) => {
    await expect(ask('sns', 'Publish', input)).rejects.toMatchObject({ name });
    expect(sns.published).toEqual([]);
  });
});

describe('a topic', () => {
  test('is created once, and not again with other attributes', async () => {
    expect(await ask('sns', 'CreateTopic', { Name: 'alarms' })).toEqual({ TopicArn: topicArn });
    const changed = { Name: 'alarms', Attributes: { DisplayName: 'Others' } };
    await expect(ask('sns', 'CreateTopic', changed)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const { Topics } = await ask('sns', 'ListTopics', {});
    expect(Topics).toEqual([{ TopicArn: topicArn }]);
    expect((await ask('sns', 'ListTopics', {}, other)).Topics).toEqual([]);
  });

  test('admits others by its policy only', async () => {
    const alarm = {
      ...caller,
      arn: 'arn:aws:events:us-east-1:222222222222:rule/r',
      service: 'events.amazonaws.com',
    };
    const publish = (by: Caller) => ask('sns', 'Publish', { TopicArn: topicArn, Message: 'x' }, by);
    for (const by of [alarm, other]) {
      await expect(publish(by)).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
    }
    const statement = {
      Effect: 'Allow',
      Principal: { Service: alarm.service },
      Action: 'sns:Publish',
      Resource: '*',
    };
    await ask('sns', 'SetTopicAttributes', {
      TopicArn: topicArn,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({ Statement: [statement] }),
    });
    await expect(publish(alarm)).resolves.toBeDefined();
    await expect(publish(other)).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  });

  test('has a queue as subscriber once, until it leaves', async () => {
    const { SubscriptionArn } = await subscribe();
    expect(await subscribe()).toEqual({ SubscriptionArn });
    const list = () => ask('sns', 'ListSubscriptionsByTopic', { TopicArn: topicArn });
    expect((await list()).Subscriptions).toMatchObject([{ SubscriptionArn, Endpoint: queueArn }]);
    await ask('sns', 'Unsubscribe', { SubscriptionArn });
    expect((await list()).Subscriptions).toEqual([]);
    const sms = { TopicArn: topicArn, Protocol: 'sms', Endpoint: '+15550100' };
    await expect(ask('sns', 'Subscribe', sms)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('waits for an address to be confirmed, and sends it nothing', async () => {
    const email = { TopicArn: topicArn, Protocol: 'email', Endpoint: 'a@example.com' };
    expect(await ask('sns', 'Subscribe', email)).toEqual({ SubscriptionArn: 'pending confirmation' });
    const { Subscriptions } = await ask('sns', 'ListSubscriptionsByTopic', { TopicArn: topicArn });
    expect(Subscriptions).toEqual([
      expect.objectContaining({ SubscriptionArn: 'PendingConfirmation', Endpoint: 'a@example.com' }),
    ]);
    const { Attributes } = await ask('sns', 'GetTopicAttributes', { TopicArn: topicArn });
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsPending: '1' });
    await ask('sns', 'Publish', { TopicArn: topicArn, Message: 'x' });
    await deliver();
    expect(sns.published.map(({ deliveries }) => deliveries)).toEqual([[]]);
  });

  test('is gone when it is deleted', async () => {
    await ask('sns', 'DeleteTopic', { TopicArn: topicArn });
    await ask('sns', 'DeleteTopic', { TopicArn: topicArn });
    await expect(ask('sns', 'GetTopicAttributes', { TopicArn: topicArn })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

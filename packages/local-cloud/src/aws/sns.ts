import { Activity, type Clock } from '../clock.ts';
import { useOfKey } from './authorization/keys.ts';
import { type Need, onResource, withoutResources } from './authorization/need.ts';
import { partitionOf } from './iam/roles.ts';
import { type Statement, statementsOf } from './iam.ts';
import { Ids } from './ids.ts';
import { acceptOnly } from './members.ts';
import { pageOf } from './pages.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from './service.ts';
import { checkMessageAttributes, type MessageAttributes } from './sqs/message-attributes.ts';

interface Tag {
  Key: string;
  Value: string;
}

interface Subscription {
  readonly arn: string;
  readonly protocol: 'sqs' | 'lambda' | 'email';
  /** ARN of a queue or of a function, or an address. */
  readonly endpoint: string;
  readonly isRaw: boolean;
}

/** What SNS shows in place of the ARN of a subscription that nobody has confirmed. */
const PENDING = 'PendingConfirmation';

interface Topic {
  readonly arn: string;
  readonly ownerId: string;
  readonly region: string;
  attributes: Map<string, string>;
  policy: Statement[];
  tags: Tag[];
  subscriptions: Subscription[];
}

interface PublishInput {
  TopicArn: string;
  Message: string;
  Subject?: string;
  MessageAttributes?: MessageAttributes;
}

interface SubscribeInput {
  TopicArn: string;
  Protocol: string;
  Endpoint: string;
  Attributes?: Record<string, string>;
  ReturnSubscriptionArn?: boolean;
}

/** A message that was published, and what became of it. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: MessageAttributes;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  /** One for each subscription that was tried, with the error of a failed one. */
  readonly deliveries: { endpoint: string; error: string | undefined }[];
}

/** What may be subscribed, with its account. */
const ENDPOINTS = {
  sqs: /^arn:[\w-]+:sqs:[\w-]+:(\d{12}):[\w-]+$/,
  lambda: /^arn:[\w-]+:lambda:[\w-]+:(\d{12}):function:[\w-]+$/,
};

/** From publishing to the queue or the function. */
const DELIVERY_MS = 100;

/** Subscriptions and topics a page (API reference of ListTopics). */
const PAGE = 100;

/**
 * Simple Notification Service: standard topics that deliver to queues and functions. Notifications carry no signature, since nothing here holds AWS's signing key.
 */
export class Sns implements AwsService {
  readonly signingName = 'sns';
  readonly #clock: Clock;
  readonly #services: AwsServices;
  readonly #ids = new Ids('sns');
  readonly #topics = new Map<string, Topic>();
  readonly #published: PublishedMessage[] = [];
  readonly #observers: ((message: PublishedMessage) => void)[] = [];

  /** @param services where the queues are */
  constructor(options: { clock: Clock; services: AwsServices }) {
    this.#clock = options.clock;
    this.#services = options.services;
  }

  /** Everything that was published, in order. */
  get published(): readonly PublishedMessage[] {
    return this.#published;
  }

  /** Calls back for every message when it is published. */
  observe(observer: (message: PublishedMessage) => void): void {
    this.#observers.push(observer);
  }

  readonly actions: Record<string, Action> = {
    CreateTopic: (input, caller) => this.#create(input, caller),
    DeleteTopic: ({ TopicArn }: { TopicArn: string }, caller) => {
      // Deleting what is not there is no error (API reference of DeleteTopic).
      if (this.#topics.has(TopicArn)) this.#topics.delete(this.#topic(TopicArn, caller).arn);
      return {};
    },
    ListTopics: ({ NextToken }: { NextToken?: string }, caller) => {
      const own = [...this.#topics.values()].filter(
        ({ ownerId, region }) => ownerId === caller.accountId && region === caller.region,
      );
      const { items, nextToken } = page(own, 'topics', NextToken);
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: nextToken };
    },
    GetTopicAttributes: ({ TopicArn }: { TopicArn: string }, caller) => {
      const topic = this.#topic(TopicArn, caller);
      const counts: [string, string][] = [
        ['TopicArn', topic.arn],
        ['Owner', topic.ownerId],
        ['SubscriptionsConfirmed', String(confirmed(topic).length)],
        ['SubscriptionsPending', String(topic.subscriptions.length - confirmed(topic).length)],
      ];
      return { Attributes: Object.fromEntries([...topic.attributes, ...counts]) };
    },
    SetTopicAttributes: (
      input: { TopicArn: string; AttributeName: string; AttributeValue?: string },
      caller,
    ) => {
      const topic = this.#topic(input.TopicArn, caller);
      setAttributes(topic, { [input.AttributeName]: input.AttributeValue ?? '' });
      return {};
    },
    ListTagsForResource: ({ ResourceArn }: { ResourceArn: string }, caller) => ({
      Tags: this.#topic(ResourceArn, caller).tags,
    }),
    Subscribe: (input: SubscribeInput, caller) => this.#subscribe(input, caller),
    Unsubscribe: ({ SubscriptionArn }: { SubscriptionArn: string }) => {
      const topic = this.#topics.get(SubscriptionArn.split(':').slice(0, 6).join(':'));
      // Here, too, what is not there is no error.
      if (!topic) return {};
      topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== SubscriptionArn);
      return {};
    },
    ListSubscriptionsByTopic: ({ TopicArn, NextToken }: { TopicArn: string; NextToken?: string }, caller) => {
      const { subscriptions, ownerId } = this.#topic(TopicArn, caller);
      const { items, nextToken } = page(subscriptions, `subscriptions of ${TopicArn}`, NextToken);
      const views = items.map(({ arn: SubscriptionArn, protocol: Protocol, endpoint: Endpoint }) => ({
        SubscriptionArn,
        Owner: ownerId,
        Protocol,
        Endpoint,
        TopicArn,
      }));
      return { Subscriptions: views, NextToken: nextToken };
    },
    Publish: (input: PublishInput, caller) => this.#publish(input, caller),
  };

  readonly needs = {
    ...withoutResources('sns', 'ListTopics'),
    ...onResource(
      'sns',
      ['GetTopicAttributes', 'ListSubscriptionsByTopic', 'SetTopicAttributes', 'Subscribe'],
      ({ TopicArn }) => this.#policyOf(TopicArn),
    ),
    ...onResource('sns', ['ListTagsForResource'], ({ ResourceArn }) => this.#policyOf(ResourceArn)),
    // "Configure AWS KMS permissions": a publisher to an encrypted topic uses its key.
    Publish: ({ TopicArn }: { TopicArn: string }, caller: Caller) => [
      { action: 'sns:Publish', ...this.#policyOf(TopicArn) },
      ...useOfKey(
        this.#topics.get(TopicArn)?.attributes.get('KmsMasterKeyId'),
        'sns',
        caller,
        ['GenerateDataKey', 'Decrypt'],
        { 'aws:sns:topicArn': TopicArn },
      ),
    ],
  };

  #policyOf(arn: string): Omit<Need, 'action'> {
    return { resource: arn, policy: this.#topics.get(arn)?.policy ?? [] };
  }

  #create(input: { Name: string; Attributes?: Record<string, string>; Tags?: Tag[] }, caller: Caller) {
    acceptOnly(input, ['Name', 'Attributes', 'Tags'], 'InvalidParameterException');
    const { Name, Attributes = {}, Tags = [] } = input;
    if (!/^[\w-]{1,256}$/.test(Name)) {
      throw invalid('Topic Name. Names have letters, numbers, _ and -. The local cloud has no FIFO topics');
    }
    const { accountId, region } = caller;
    const arn = `arn:${partitionOf(region)}:sns:${region}:${accountId}:${Name}`;
    const known = this.#topics.get(arn);
    if (known) {
      const different = Object.keys(Attributes).find(
        (name) => (known.attributes.get(name) ?? '') !== String(Attributes[name]),
      );
      if (different) throw invalid(`Attributes Reason: Topic already exists with different ${different}`);
      return { TopicArn: arn };
    }
    const topic: Topic = {
      arn,
      ownerId: accountId,
      region,
      attributes: new Map(),
      policy: [],
      tags: Tags,
      subscriptions: [],
    };
    setAttributes(topic, Attributes);
    this.#topics.set(arn, topic);
    return { TopicArn: arn };
  }

  #subscribe(input: SubscribeInput, caller: Caller) {
    const topic = this.#topic(input.TopicArn, caller);
    const { Protocol, Endpoint, Attributes = {} } = input;
    if (Protocol === 'email') return this.#subscribeAddress(topic, input);
    if (Protocol !== 'sqs' && Protocol !== 'lambda') {
      throw invalid(`Protocol: the local cloud delivers to sqs and lambda, not to ${Protocol}`);
    }
    const [, accountId] = ENDPOINTS[Protocol].exec(Endpoint ?? '') ?? [];
    if (!accountId) throw invalid(`${Protocol === 'sqs' ? 'SQS' : 'Lambda'} endpoint ARN`);
    // AWS would ask the endpoint's account for a confirmation.
    if (accountId !== caller.accountId) throw invalid('Endpoint: the local cloud confirms no subscriptions');
    // Raw messages are for SQS, Firehose and HTTP ("Amazon SNS raw message delivery").
    acceptOnly(Attributes, Protocol === 'sqs' ? ['RawMessageDelivery'] : [], 'InvalidParameterException');
    const isRaw = Attributes.RawMessageDelivery === 'true';
    const known = topic.subscriptions.find(({ endpoint }) => endpoint === Endpoint);
    if (known && known.isRaw !== isRaw) {
      throw invalid('Attributes Reason: Subscription already exists with different attributes');
    }
    if (known) return { SubscriptionArn: known.arn };
    const arn = `${topic.arn}:${this.#ids.uuid()}`;
    topic.subscriptions.push({ arn, protocol: Protocol, endpoint: Endpoint, isRaw });
    return { SubscriptionArn: arn };
  }

  /** Nobody here reads mail, so nobody confirms: the subscription stays pending and gets nothing. */
  #subscribeAddress(topic: Topic, { Endpoint, Attributes = {} }: SubscribeInput) {
    if (!/^[^@\s]+@[^@\s]+$/.test(Endpoint)) throw invalid('Email address');
    acceptOnly(Attributes, [], 'InvalidParameterException');
    if (!topic.subscriptions.some(({ endpoint }) => endpoint === Endpoint)) {
      topic.subscriptions.push({ arn: PENDING, protocol: 'email', endpoint: Endpoint, isRaw: false });
    }
    return { SubscriptionArn: 'pending confirmation' };
  }

  #publish(input: PublishInput, caller: Caller) {
    acceptOnly(input, ['TopicArn', 'Message', 'Subject', 'MessageAttributes'], 'InvalidParameterException');
    const { TopicArn, Message, Subject, MessageAttributes = {} } = input;
    const topic = this.#topic(TopicArn, caller);
    if (!Message) throw invalid('Empty message');
    if (Buffer.byteLength(Message) > 262_144) throw invalid('Message too long');
    if (Subject !== undefined && !/^[!-~][ -~]{0,98}$/.test(Subject)) throw invalid('Subject');
    checkMessageAttributes(MessageAttributes, 'InvalidParameterValueException');
    const message: PublishedMessage = {
      messageId: this.#ids.uuid(),
      topicArn: topic.arn,
      subject: Subject,
      message: Message,
      attributes: structuredClone(MessageAttributes),
      publishedAt: this.#clock.now(),
      deliveries: [],
    };
    this.#published.push(message);
    for (const observer of this.#observers) observer(message);
    for (const subscription of confirmed(topic)) {
      this.#clock.after(DELIVERY_MS, () => {
        void Activity.run(this.#clock, () => this.#deliver(topic, subscription, message));
      });
    }
    return { MessageId: message.messageId };
  }

  /** A queue that refuses the message does not get it again, as SNS does not retry a client's error. */
  async #deliver(topic: Topic, subscription: Subscription, message: PublishedMessage): Promise<void> {
    const { endpoint } = subscription;
    const [, , , region = ''] = endpoint.split(':');
    const caller: Caller = {
      accountId: topic.ownerId,
      region,
      arn: topic.arn,
      service: 'sns.amazonaws.com',
    };
    let error: string | undefined;
    try {
      if (subscription.protocol === 'lambda') await this.#invoke(subscription, message, caller);
      else await this.#enqueue(subscription, message, caller);
    } catch (reason) {
      error = `${(reason as Error).name}: ${(reason as Error).message}`;
    }
    message.deliveries.push({ endpoint, error });
  }

  async #enqueue(
    { endpoint, isRaw }: Subscription,
    message: PublishedMessage,
    caller: Caller,
  ): Promise<void> {
    const [, , , , accountId, name] = endpoint.split(':');
    const queue = { QueueName: name, QueueOwnerAWSAccountId: accountId };
    const { QueueUrl } = (await this.#services.call('sqs', 'GetQueueUrl', queue, caller)) as {
      QueueUrl: string;
    };
    const content = isRaw
      ? { MessageBody: message.message, MessageAttributes: message.attributes }
      : { MessageBody: JSON.stringify(notification(message)) };
    await this.#services.call('sqs', 'SendMessage', { QueueUrl, ...content }, caller);
  }

  /** An event with one record ("Invoking Lambda functions with Amazon SNS notifications"). */
  async #invoke({ arn, endpoint }: Subscription, message: PublishedMessage, caller: Caller): Promise<void> {
    const { MessageAttributes = {}, ...rest } = notification(message);
    const record = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: arn,
      Sns: { ...rest, Subject: rest.Subject ?? null, MessageAttributes },
    };
    const request = {
      FunctionName: endpoint,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify({ Records: [record] })),
    };
    await this.#services.call('lambda', 'Invoke', request, caller);
  }

  #topic(arn: string, caller: Caller): Topic {
    const topic = this.#topics.get(arn);
    if (!topic || topic.region !== caller.region) {
      throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    }
    return topic;
  }
}

function confirmed({ subscriptions }: Topic): Subscription[] {
  return subscriptions.filter(({ arn }) => arn !== PENDING);
}

function page<T>(all: readonly T[], listing: string, token: string | undefined) {
  return pageOf(all, { listing, limit: PAGE, token, invalidToken: 'InvalidParameterException' });
}

/** Sets what is known here; an empty value takes the attribute away. */
function setAttributes(topic: Topic, changes: Record<string, string>): void {
  acceptOnly(changes, ['DisplayName', 'KmsMasterKeyId', 'Policy'], 'InvalidParameterException');
  if (changes.Policy !== undefined) topic.policy = readPolicy(changes.Policy);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') topic.attributes.delete(name);
    else topic.attributes.set(name, String(value));
  }
}

function readPolicy(document: string): Statement[] {
  if (document === '') return [];
  try {
    return statementsOf(document);
  } catch (error) {
    throw invalid(`Policy Reason: ${(error as Error).message}`);
  }
}

function notification({ messageId, topicArn, subject, message, attributes, publishedAt }: PublishedMessage) {
  const values = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const Value = StringValue ?? Buffer.from(BinaryValue!).toString('base64');
    return [name, { Type: DataType, Value }];
  });
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject,
    Message: message,
    Timestamp: new Date(publishedAt).toISOString(),
    MessageAttributes: values.length > 0 ? Object.fromEntries(values) : undefined,
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${message}`);
}

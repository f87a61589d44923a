import type { Clock } from '../clock.ts';
import { useOfKey } from './authorization/keys.ts';
import { type Need, onResource, withoutResources } from './authorization/need.ts';
import { partitionOf } from './iam/roles.ts';
import { Ids } from './ids.ts';
import { acceptOnly } from './members.ts';
import { pageOf } from './pages.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';
import {
  checkMessageAttributes,
  type MessageAttributes,
  md5OfAttributes,
  sizeOf,
} from './sqs/message-attributes.ts';
import { md5, Queue } from './sqs/queue.ts';

interface CreateQueueInput {
  QueueName: string;
  Attributes?: Record<string, string>;
  tags?: Record<string, string>;
}

interface SendMessageInput {
  QueueUrl: string;
  MessageBody: string;
  DelaySeconds?: number;
  MessageAttributes?: MessageAttributes;
}

interface ReceiveMessageInput {
  QueueUrl: string;
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  AttributeNames?: string[];
  MessageAttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
}

/** What XML 1.0 admits, as the API reference of SendMessage lists it. */
const sendable = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

/**
 * Simple Queue Service: standard queues. A long poll that finds nothing answers at once, because whoever asks holds the clock.
 */
export class Sqs implements AwsService {
  readonly signingName = 'sqs';
  readonly #clock: Clock;
  readonly #endpoint: () => string | undefined;
  readonly #ids = new Ids('sqs');
  /** By Region, account and name. */
  readonly #queues = new Map<string, Queue>();
  readonly #deletedAt = new Map<string, number>();

  /**
   * @param endpoint where queue URLs point, once it is known. SDK clients call the host of a queue's URL, so it
   *   has to be the front's. Without it, queue URLs are those of AWS and only good within the process.
   */
  constructor(options: { clock: Clock; endpoint?: () => string | undefined }) {
    this.#clock = options.clock;
    this.#endpoint = options.endpoint ?? (() => undefined);
  }

  /** How many messages of a queue can be received; undefined without such a queue. */
  visibleMessages(queue: { accountId: string; region: string; name: string }): number | undefined {
    const found = this.#queues.get(`${queue.region}/${queue.accountId}/${queue.name}`);
    return found && Number(found.view(this.#clock.now()).get('ApproximateNumberOfMessages'));
  }

  readonly actions: Record<string, Action> = {
    CreateQueue: (input: CreateQueueInput, caller) => this.#create(input, caller),
    DeleteQueue: ({ QueueUrl }: { QueueUrl: string }, caller) => {
      const key = keyOf(QueueUrl, caller);
      this.#queue(key);
      this.#queues.delete(key);
      this.#deletedAt.set(key, this.#clock.now());
      return {};
    },
    GetQueueUrl: (input: { QueueName: string; QueueOwnerAWSAccountId?: string }, caller) => {
      const { QueueName, QueueOwnerAWSAccountId: ownerId = caller.accountId } = input;
      const key = `${caller.region}/${ownerId}/${QueueName}`;
      return { QueueUrl: this.#url(this.#queue(key), caller) };
    },
    GetQueueAttributes: (input: { QueueUrl: string; AttributeNames?: string[] }, caller) => {
      const queue = this.#open(input.QueueUrl, caller);
      const all = queue.view(this.#clock.now());
      const names = input.AttributeNames ?? [];
      const unknown = names.find((name) => !knownAttribute(name) && !all.has(name));
      if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      const wanted = [...all].filter(([name]) => names.includes('All') || names.includes(name));
      return { Attributes: wanted.length > 0 ? Object.fromEntries(wanted) : undefined };
    },
    SetQueueAttributes: (input: { QueueUrl: string; Attributes: Record<string, string> }, caller) => {
      const queue = this.#open(input.QueueUrl, caller);
      queue.attributes = queue.attributes.with(input.Attributes);
      queue.changedAt = this.#clock.now();
      return {};
    },
    ListQueues: (input, caller) => this.#list(input, caller),
    ListQueueTags: ({ QueueUrl }: { QueueUrl: string }, caller) => ({
      Tags: Object.fromEntries(this.#open(QueueUrl, caller).tags),
    }),
    TagQueue: ({ QueueUrl, Tags }: { QueueUrl: string; Tags: Record<string, string> }, caller) => {
      const queue = this.#open(QueueUrl, caller);
      for (const [key, value] of Object.entries(Tags)) queue.tags.set(key, value);
      return {};
    },
    UntagQueue: ({ QueueUrl, TagKeys }: { QueueUrl: string; TagKeys: string[] }, caller) => {
      const queue = this.#open(QueueUrl, caller);
      for (const key of TagKeys) queue.tags.delete(key);
      return {};
    },
    PurgeQueue: ({ QueueUrl }: { QueueUrl: string }, caller) => {
      this.#open(QueueUrl, caller).purge(this.#clock.now());
      return {};
    },
    SendMessage: (input: SendMessageInput, caller) => this.#send(input, caller),
    ReceiveMessage: (input: ReceiveMessageInput, caller) => this.#receive(input, caller),
    DeleteMessage: (input: { QueueUrl: string; ReceiptHandle: string }, caller) => {
      this.#open(input.QueueUrl, caller).delete(input.ReceiptHandle);
      return {};
    },
  };

  readonly needs = {
    ...withoutResources('sqs', 'ListQueues'),
    ...onResource(
      'sqs',
      ['DeleteMessage', 'GetQueueAttributes', 'ListQueueTags', 'PurgeQueue', 'SetQueueAttributes'],
      ({ QueueUrl }, caller) => this.#policyOf(QueueUrl, caller),
    ),
    // Who works for a queue's ARN, as services do, finds the way to the URL whatever policies say of GetQueueUrl.
    GetQueueUrl: ({ QueueName, QueueOwnerAWSAccountId }: Record<string, string>, caller: Caller) =>
      caller.service && caller.service !== 'states.amazonaws.com'
        ? []
        : [
            {
              action: 'sqs:GetQueueUrl',
              ...this.#policyOf(
                `https://sqs/${QueueOwnerAWSAccountId ?? caller.accountId}/${QueueName}`,
                caller,
              ),
            },
          ],
    // "Configure KMS permissions for Amazon SQS": a producer generates a data key, and decrypts it to verify it.
    SendMessage: ({ QueueUrl }: { QueueUrl: string }, caller: Caller) => [
      { action: 'sqs:SendMessage', ...this.#policyOf(QueueUrl, caller) },
      ...this.#useOfKey(QueueUrl, caller, 'GenerateDataKey', 'Decrypt'),
    ],
    ReceiveMessage: ({ QueueUrl }: { QueueUrl: string }, caller: Caller) => [
      { action: 'sqs:ReceiveMessage', ...this.#policyOf(QueueUrl, caller) },
      ...this.#useOfKey(QueueUrl, caller, 'Decrypt'),
    ],
  };

  #policyOf(url: string, { region }: Caller): Omit<Need, 'action'> {
    const [, accountId = '', name = ''] = queueUrl.exec(url) ?? [];
    const queue = this.#queues.get(`${region}/${accountId}/${name}`);
    const resource = queue?.arn ?? `arn:${partitionOf(region)}:sqs:${region}:${accountId}:${name}`;
    return { resource, policy: queue?.attributes.policy ?? [] };
  }

  #useOfKey(url: string, caller: Caller, ...actions: string[]): Need[] {
    const [, accountId = '', name = ''] = queueUrl.exec(url) ?? [];
    const queue = this.#queues.get(`${caller.region}/${accountId}/${name}`);
    return useOfKey(queue?.attributes.keyId, 'sqs', caller, actions, { 'aws:sqs:arn': queue?.arn ?? '' });
  }

  #create(input: CreateQueueInput, caller: Caller) {
    const { QueueName, Attributes = {}, tags = {} } = input;
    if (!/^[\w-]{1,80}$/.test(QueueName)) {
      throw new AwsError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length. The local cloud ' +
          'has no FIFO queues.',
      );
    }
    const { accountId, region } = caller;
    const key = `${region}/${accountId}/${QueueName}`;
    const known = this.#queues.get(key);
    if (known) {
      const different = known.attributes.difference(Attributes);
      if (different) {
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${different}`,
        );
      }
      return { QueueUrl: this.#url(known, caller) };
    }
    const now = this.#clock.now();
    const deletedAt = this.#deletedAt.get(key);
    if (deletedAt !== undefined && now - deletedAt < 60_000) {
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    }
    const arn = `arn:${partitionOf(region)}:sqs:${region}:${accountId}:${QueueName}`;
    const queue = new Queue({ name: QueueName, ownerId: accountId, arn, tags, now });
    queue.attributes = queue.attributes.with(Attributes);
    this.#queues.set(key, queue);
    return { QueueUrl: this.#url(queue, caller) };
  }

  #list(input: { QueueNamePrefix?: string; MaxResults?: number; NextToken?: string }, caller: Caller) {
    const { QueueNamePrefix = '', MaxResults, NextToken } = input;
    if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > 1000)) {
      throw new AwsError('InvalidParameterValue', 'MaxResults is a number from 1 to 1000.');
    }
    const urls = [...this.#queues]
      .filter(([key]) => key.startsWith(`${caller.region}/${caller.accountId}/${QueueNamePrefix}`))
      .map(([, queue]) => this.#url(queue, caller))
      .sort();
    // Without MaxResults there is no token, and at most 1,000 queues (API reference of ListQueues).
    const { items, nextToken } = pageOf(urls, {
      listing: `queues ${QueueNamePrefix}`,
      limit: MaxResults ?? 1000,
      token: NextToken,
      invalidToken: 'InvalidParameterValue',
    });
    return {
      QueueUrls: items.length > 0 ? items : undefined,
      NextToken: MaxResults === undefined ? undefined : nextToken,
    };
  }

  #send(input: SendMessageInput, caller: Caller) {
    acceptOnly(
      input,
      ['QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes'],
      'UnsupportedOperation',
    );
    const queue = this.#open(input.QueueUrl, caller);
    const { MessageBody, DelaySeconds, MessageAttributes = {} } = input;
    if (!MessageBody) {
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    }
    if (!sendable.test(MessageBody)) {
      throw new AwsError(
        'InvalidMessageContents',
        'The message contains characters outside the allowed set.',
      );
    }
    if (DelaySeconds !== undefined && !(DelaySeconds >= 0 && DelaySeconds <= 900)) {
      throw new AwsError('InvalidParameterValue', 'DelaySeconds is a number from 0 to 900.');
    }
    checkMessageAttributes(MessageAttributes, 'InvalidParameterValue');
    if (Object.keys(MessageAttributes).length > 10) {
      throw new AwsError('InvalidParameterValue', 'A message has at most 10 attributes.');
    }
    const limit = queue.attributes.number('MaximumMessageSize');
    if (Buffer.byteLength(MessageBody) + sizeOf(MessageAttributes) > limit) {
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    const id = this.#ids.uuid();
    const message = {
      id,
      body: MessageBody,
      attributes: structuredClone(MessageAttributes),
      senderId: caller.accountId,
    };
    queue.add(message, DelaySeconds, this.#clock.now());
    return {
      MessageId: id,
      MD5OfMessageBody: md5(MessageBody),
      MD5OfMessageAttributes: md5OfAttributes(MessageAttributes),
    };
  }

  #receive(input: ReceiveMessageInput, caller: Caller) {
    const queue = this.#open(input.QueueUrl, caller);
    const { MaxNumberOfMessages: limit = 1, VisibilityTimeout: visibilityTimeout } = input;
    if (!(limit >= 1 && limit <= 10)) {
      throw new AwsError('InvalidParameterValue', 'MaxNumberOfMessages is a number from 1 to 10.');
    }
    if (visibilityTimeout !== undefined && !(visibilityTimeout >= 0 && visibilityTimeout <= 43_200)) {
      throw new AwsError('InvalidParameterValue', 'VisibilityTimeout is a number from 0 to 43200.');
    }
    const { WaitTimeSeconds: wait = 0 } = input;
    if (!(wait >= 0 && wait <= 20)) {
      const reason = 'Reason: Must be >= 0 and <= 20, if provided.';
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${wait} for parameter WaitTimeSeconds is invalid. ${reason}`,
      );
    }
    const options = {
      limit,
      visibilityTimeout,
      attributeNames: input.MessageAttributeNames ?? [],
      systemNames: [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])],
    };
    const messages = queue.receive(options, this.#clock.now());
    return { Messages: messages.length > 0 ? messages : undefined };
  }

  /** @throws AwsError `InvalidAddress`, `QueueDoesNotExist` */
  #open(queueUrl: string, caller: Caller): Queue {
    return this.#queue(keyOf(queueUrl, caller));
  }

  #queue(key: string): Queue {
    const queue = this.#queues.get(key);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  #url({ ownerId, name }: Queue, { region }: Caller): string {
    const domain = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return `${this.#endpoint() ?? `https://sqs.${region}.${domain}`}/${ownerId}/${name}`;
  }
}

const queueUrl = /^https?:\/\/[^/]+\/(\d{12})\/([\w-]+)$/;

/** @throws AwsError `InvalidAddress` */
function keyOf(url: string, { region }: Caller): string {
  const [, accountId, name] = queueUrl.exec(url) ?? [];
  if (!accountId) throw new AwsError('InvalidAddress', `${url} is not the URL of a queue.`, 404);
  return `${region}/${accountId}/${name}`;
}

/** Attributes that a queue can have, although not every queue has them. */
function knownAttribute(name: string): boolean {
  return [
    'All',
    'Policy',
    'KmsMasterKeyId',
    'KmsDataKeyReusePeriodSeconds',
    'RedrivePolicy',
    'RedriveAllowPolicy',
  ].includes(name);
}

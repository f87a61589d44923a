import { createHash } from 'node:crypto';
import { digest } from '../ids.ts';
import { AwsError } from '../service.ts';
import { QueueAttributes } from './attributes.ts';
import { type MessageAttributes, md5OfAttributes, selectAttributes } from './message-attributes.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  receiveCount: number;
  /** Milliseconds since the epoch. */
  visibleAt: number;
}

/** One standard queue. Times are milliseconds since the epoch, given by the caller's clock. */
export class Queue {
  readonly name: string;
  readonly ownerId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  changedAt: number;
  attributes: QueueAttributes = QueueAttributes.standard;
  #messages: Message[] = [];
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(options: {
    name: string;
    ownerId: string;
    arn: string;
    tags: Record<string, string>;
    now: number;
  }) {
    this.name = options.name;
    this.ownerId = options.ownerId;
    this.arn = options.arn;
    this.tags = new Map(Object.entries(options.tags));
    this.createdAt = options.now;
    this.changedAt = options.now;
  }

  add(
    message: Pick<Message, 'id' | 'body' | 'attributes' | 'senderId'>,
    delay: number | undefined,
    now: number,
  ) {
    const seconds = delay ?? this.attributes.number('DelaySeconds');
    this.#messages.push({
      ...message,
      sentAt: now,
      firstReceivedAt: undefined,
      receiveCount: 0,
      visibleAt: now + seconds * 1000,
    });
  }

  /** Hands out visible messages, the oldest first, and hides them for a while. */
  receive(
    options: {
      limit: number;
      visibilityTimeout: number | undefined;
      attributeNames: string[];
      systemNames: string[];
    },
    now: number,
  ) {
    const seconds = options.visibilityTimeout ?? this.attributes.number('VisibilityTimeout');
    const visible = this.#kept(now).filter(({ visibleAt }) => visibleAt <= now);
    return visible.slice(0, options.limit).map((message) => {
      message.visibleAt = now + seconds * 1000;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      const attributes = selectAttributes(message.attributes, options.attributeNames);
      const system = Object.entries(systemAttributes(message)).filter(
        ([name]) => options.systemNames.includes('All') || options.systemNames.includes(name),
      );
      return {
        MessageId: message.id,
        ReceiptHandle: receiptOf(message),
        Body: message.body,
        MD5OfBody: md5(message.body),
        ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
        ...(Object.keys(attributes).length > 0 && {
          MessageAttributes: attributes,
          MD5OfMessageAttributes: md5OfAttributes(attributes),
        }),
      };
    });
  }

  /**
   * Deletes a message by its newest receipt. An older one is taken and does nothing, as the API reference of
   * DeleteMessage allows.
   */
  delete(receiptHandle: string): void {
    const id = /^([\w-]+)\.\d+\.[0-9a-f]{32}$/.exec(
      Buffer.from(receiptHandle, 'base64url').toString('utf8'),
    )?.[1];
    if (!id) {
      throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
    }
    this.#messages = this.#messages.filter(
      (message) => message.id !== id || receiptOf(message) !== receiptHandle,
    );
  }

  purge(now: number): void {
    if (now - this.#purgedAt < 60_000) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${this.name} is allowed every 60 seconds.`,
        403,
      );
    }
    this.#purgedAt = now;
    this.#messages = [];
  }

  /** All attributes as `GetQueueAttributes` answers them. */
  view(now: number): Map<string, string> {
    const messages = this.#kept(now);
    const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
    const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length;
    return new Map([
      ...this.attributes.entries(),
      ['QueueArn', this.arn],
      ['CreatedTimestamp', String(Math.floor(this.createdAt / 1000))],
      ['LastModifiedTimestamp', String(Math.floor(this.changedAt / 1000))],
      ['ApproximateNumberOfMessages', String(messages.length - hidden.length)],
      ['ApproximateNumberOfMessagesNotVisible', String(hidden.length - delayed)],
      ['ApproximateNumberOfMessagesDelayed', String(delayed)],
    ]);
  }

  /** The messages whose retention period is not over. */
  #kept(now: number): Message[] {
    const period = this.attributes.number('MessageRetentionPeriod') * 1000;
    this.#messages = this.#messages.filter(({ sentAt }) => now - sentAt < period);
    return this.#messages;
  }
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function receiptOf({ id, receiveCount }: Message): string {
  const mark = digest(`receipt ${id} ${receiveCount}`, 32);
  return Buffer.from(`${id}.${receiveCount}.${mark}`, 'utf8').toString('base64url');
}

function systemAttributes({ senderId, sentAt, receiveCount, firstReceivedAt }: Message) {
  return {
    SenderId: senderId,
    SentTimestamp: String(sentAt),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
  };
}

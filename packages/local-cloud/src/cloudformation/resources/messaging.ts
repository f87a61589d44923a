import { isDeepStrictEqual } from 'node:util';
import { type Properties, type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

const queueAttributes =
  'DelaySeconds MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds VisibilityTimeout KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled RedrivePolicy RedriveAllowPolicy FifoQueue ContentBasedDeduplication';

/** `AWS::SQS::*` and `AWS::SNS::*`. */
export const messagingTypes: Record<string, ResourceType> = {
  'AWS::SQS::Queue': resourceType(
    `QueueName Tags ${queueAttributes}`,
    async (resource) => {
      const { QueueName = resource.name(80), Tags, ...attributes } = resource.properties;
      await resource.refuseTaken(QueueName, ['sqs', 'GetQueueUrl'], { QueueName });
      const { QueueUrl } = await resource.call('sqs', 'CreateQueue', {
        QueueName,
        Attributes: attributesOf(attributes),
      });
      return { ref: QueueUrl, attributes: { Arn: resource.arn('sqs', QueueName), QueueName, QueueUrl } };
    },
    {
      update: (resource, QueueUrl, previous) => {
        const { QueueName: _, Tags: __, ...attributes } = resource.properties;
        const gone = Object.keys(previous).filter(
          (name) => !(name in resource.properties) && name !== 'Tags',
        );
        if (gone.length > 0) resource.refuse(`the local cloud cannot take ${gone.join(', ')} from a queue.`);
        return resource.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: attributesOf(attributes) });
      },
      remove: (resource, QueueUrl) => resource.call('sqs', 'DeleteQueue', { QueueUrl }),
    },
  ),

  'AWS::SQS::QueuePolicy': resourceType(
    'PolicyDocument Queues',
    async (resource) => {
      const { PolicyDocument, Queues } = resource.properties;
      await setPolicies(resource, Queues, JSON.stringify(PolicyDocument));
      return { ref: resource.uuid() };
    },
    {
      update: async (resource, _physicalId, previous) => {
        const { PolicyDocument, Queues } = resource.properties;
        const left = previous.Queues.filter((queue: string) => !Queues.includes(queue));
        await setPolicies(resource, left, '');
        await setPolicies(resource, Queues, JSON.stringify(PolicyDocument));
      },
      remove: (resource) => setPolicies(resource, resource.properties.Queues, ''),
    },
  ),

  'AWS::SNS::Topic': resourceType(
    'TopicName DisplayName KmsMasterKeyId Subscription Tags',
    async (resource) => {
      const {
        TopicName = resource.name(256),
        DisplayName,
        KmsMasterKeyId,
        Subscription,
      } = resource.properties;
      const arn = { TopicArn: resource.arn('sns', TopicName) };
      await resource.refuseTaken(TopicName, ['sns', 'GetTopicAttributes'], arn);
      const { TopicArn } = await resource.call('sns', 'CreateTopic', {
        Name: TopicName,
        Attributes: { ...(DisplayName && { DisplayName }), ...(KmsMasterKeyId && { KmsMasterKeyId }) },
      });
      for (const { Protocol, Endpoint } of Subscription ?? []) {
        await resource.call('sns', 'Subscribe', { TopicArn, Protocol, Endpoint });
      }
      return { ref: TopicArn, attributes: { TopicArn, TopicName } };
    },
    {
      update: async (resource, TopicArn, previous) => {
        const { DisplayName = '', KmsMasterKeyId = '', Subscription } = resource.properties;
        if (!isDeepStrictEqual(Subscription, previous.Subscription)) {
          resource.refuse('the local cloud cannot change Subscription of a topic.');
        }
        for (const [AttributeName, AttributeValue] of Object.entries({ DisplayName, KmsMasterKeyId })) {
          await resource.call('sns', 'SetTopicAttributes', { TopicArn, AttributeName, AttributeValue });
        }
      },
      remove: (resource, TopicArn) => resource.call('sns', 'DeleteTopic', { TopicArn }),
    },
  ),

  'AWS::SNS::TopicPolicy': resourceType(
    'PolicyDocument Topics',
    async (resource) => {
      const { PolicyDocument, Topics } = resource.properties;
      await setTopicPolicies(resource, Topics, JSON.stringify(PolicyDocument));
      return { ref: resource.uuid() };
    },
    {
      update: async (resource, _physicalId, previous) => {
        const { PolicyDocument, Topics } = resource.properties;
        const left = previous.Topics.filter((topic: string) => !Topics.includes(topic));
        await setTopicPolicies(resource, left, '');
        await setTopicPolicies(resource, Topics, JSON.stringify(PolicyDocument));
      },
      remove: (resource) => setTopicPolicies(resource, resource.properties.Topics, ''),
    },
  ),

  'AWS::SNS::Subscription': resourceType(
    'TopicArn Protocol Endpoint',
    async (resource) => {
      const { SubscriptionArn } = await resource.call('sns', 'Subscribe', {
        ...resource.properties,
        ReturnSubscriptionArn: true,
      });
      return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
    },
    { remove: (resource, SubscriptionArn) => resource.call('sns', 'Unsubscribe', { SubscriptionArn }) },
  ),
};

/** A queue's attributes as SQS takes them. */
function attributesOf(properties: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

async function setTopicPolicies(
  resource: ResourceRequest,
  topics: string[],
  AttributeValue: string,
): Promise<void> {
  for (const TopicArn of topics) {
    const input = { TopicArn, AttributeName: 'Policy', AttributeValue };
    await resource.call('sns', 'SetTopicAttributes', input);
  }
}

async function setPolicies(resource: ResourceRequest, queues: string[], Policy: string): Promise<void> {
  for (const QueueUrl of queues) {
    await resource.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
  }
}

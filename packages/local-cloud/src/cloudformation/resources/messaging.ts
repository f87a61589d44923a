import { type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

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
        Attributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            typeof value === 'object' ? JSON.stringify(value) : String(value),
          ]),
        ),
      });
      return { ref: QueueUrl, attributes: { Arn: resource.arn('sqs', QueueName), QueueName, QueueUrl } };
    },
    (resource, QueueUrl) => resource.call('sqs', 'DeleteQueue', { QueueUrl }),
  ),

  'AWS::SQS::QueuePolicy': resourceType(
    'PolicyDocument Queues',
    async (resource) => {
      const { PolicyDocument, Queues } = resource.properties;
      await setPolicies(resource, Queues, JSON.stringify(PolicyDocument));
      return { ref: resource.uuid() };
    },
    (resource) => setPolicies(resource, resource.properties.Queues, ''),
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
  ),

  'AWS::SNS::TopicPolicy': resourceType('PolicyDocument Topics', async (resource) => {
    const { PolicyDocument, Topics } = resource.properties;
    for (const TopicArn of Topics) {
      const input = { TopicArn, AttributeName: 'Policy', AttributeValue: JSON.stringify(PolicyDocument) };
      await resource.call('sns', 'SetTopicAttributes', input);
    }
    return { ref: resource.uuid() };
  }),

  'AWS::SNS::Subscription': resourceType('TopicArn Protocol Endpoint', async (resource) => {
    const { SubscriptionArn } = await resource.call('sns', 'Subscribe', {
      ...resource.properties,
      ReturnSubscriptionArn: true,
    });
    return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  }),
};

async function setPolicies(resource: ResourceRequest, queues: string[], Policy: string): Promise<void> {
  for (const QueueUrl of queues) {
    await resource.call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
  }
}

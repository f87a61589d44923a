import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { memberRegions, organizationRegions } from '../../lib/regions.ts';
import { ask, named } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { type Finding, missing, ok } from '../finding.ts';

/** Nothing waits in the queues of what could not be delivered. */
export const queues: Check = {
  name: 'the dead-letter queues',
  places: ['hub', 'management', 'member'],
  async look(examination) {
    const found = await Promise.all(queuesOf(examination).map((queue) => lookInto(examination, ...queue)));
    return found.flat();
  },
};

function queuesOf({
  configuration,
  place,
  names: { SYSTEM },
}: Examination): [name: string, region: string][] {
  const { hubRegion } = configuration.organization;
  if (place === 'hub') return [[`${SYSTEM}-dead-letters`, hubRegion]];
  if (place === 'management') {
    return organizationRegions(configuration).map((region) => [
      `${SYSTEM}-undelivered-account-events`,
      region,
    ]);
  }
  return memberRegions(configuration).map((region) => [`${SYSTEM}-undelivered-vpc-events`, region]);
}

/** A queue that is not there is a stack that is not there, and that has been said. */
async function lookInto(examination: Examination, QueueName: string, region: string): Promise<Finding[]> {
  const client = examination.client(SQSClient, region);
  const found = await ask(
    'sqs:GetQueueUrl',
    () => client.send(new GetQueueUrlCommand({ QueueName })),
    named('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'),
  );
  if (!found?.QueueUrl) return [];
  const answer = await ask('sqs:GetQueueAttributes', () =>
    client.send(
      new GetQueueAttributesCommand({
        QueueUrl: found.QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    ),
  );
  const counts = Object.values(answer?.Attributes ?? {}).map(Number);
  const waiting = counts.reduce((sum, count) => sum + count, 0);
  if (waiting === 0) return [ok(`the queue ${QueueName} in ${region} is empty`)];
  return [
    missing(
      `${waiting} events wait in the queue ${QueueName} in ${region} (docs/operations.md, "An event is in a dead-letter queue")`,
      `aws sqs receive-message --region ${region} --queue-url ${found.QueueUrl} --message-attribute-names All --max-number-of-messages 10`,
    ),
  ];
}

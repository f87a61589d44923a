import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { HUB_STACK } from '../../lib/names.ts';
import { ask, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { type Finding, missing, ok } from '../finding.ts';
import { stackOf } from '../stacks.ts';

/** Somebody hears what the hub's topics tell. */
export const topic: Check = {
  name: 'the topic for alerts',
  places: ['hub'],
  async look(examination) {
    const { hubRegion } = examination.configuration.organization;
    if (!(await stackOf(examination, hubRegion, HUB_STACK))) return [];
    const resources = await pages(async (NextToken) => {
      const answer = await ask('cloudformation:ListStackResources', () =>
        examination
          .client(CloudFormationClient, hubRegion)
          .send(new ListStackResourcesCommand({ StackName: HUB_STACK, NextToken })),
      );
      return { items: answer?.StackResourceSummaries, next: answer?.NextToken };
    });
    const topics = resources.filter(({ ResourceType }) => ResourceType === 'AWS::SNS::Topic');
    return Promise.all(topics.map(({ PhysicalResourceId = '' }) => heard(examination, PhysicalResourceId)));
  },
};

async function heard(examination: Examination, TopicArn: string): Promise<Finding> {
  const { hubRegion } = examination.configuration.organization;
  const subscriptions = await pages(async (NextToken) => {
    const answer = await ask('sns:ListSubscriptionsByTopic', () =>
      examination
        .client(SNSClient, hubRegion)
        .send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken })),
    );
    return { items: answer?.Subscriptions, next: answer?.NextToken };
  });
  const confirmed = subscriptions.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
  if (confirmed.length > 0)
    return ok(`the topic ${TopicArn} has ${confirmed.length} confirmed subscriptions`);
  const subscribe = `aws sns subscribe --region ${hubRegion} --topic-arn ${TopicArn} --protocol email --notification-endpoint ADDRESS`;
  if (subscriptions.length > 0) {
    return missing(
      `the topic ${TopicArn} has only subscriptions that nobody has confirmed`,
      `open the message that AWS has sent to ${subscriptions.map(({ Endpoint }) => Endpoint).join(', ')}, or ${subscribe}`,
    );
  }
  return missing(`the topic ${TopicArn} has no subscription, so nobody hears of alarms`, subscribe);
}

import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { ask, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { type Finding, missing, ok } from '../finding.ts';
import { resourcesIn } from '../stacks.ts';

/** Somebody hears what the hub's topics tell. */
export const topic: Check = {
  name: 'the topic for alerts',
  places: ['hub'],
  async look(examination) {
    const { hubRegion } = examination.configuration.organization;
    const topics = await resourcesIn(examination, hubRegion, examination.names.HUB_STACK, 'AWS::SNS::Topic');
    return Promise.all(topics.map((arn) => heard(examination, arn)));
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

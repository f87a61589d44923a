import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { namesIn } from '../names.ts';
import { topicForAlarms } from './alerts.ts';
import type { ApiFunction } from './api-function.ts';
import { keepFailures } from './kept-failures.ts';
import { useOfKey } from './key-use.ts';

export interface ChatProps {
  /** Encrypts the topic. */
  key: Key;
  /** Where operators hear of everything: what is told there is told in the chat, too. */
  alerts: ITopic;
  /** Makes the function, which is told the topic to publish on. */
  tellChat(topic: ITopic): ApiFunction;
  /** Takes what the function has failed at. */
  deadLetterQueue: IQueue;
}

/**
 * A second topic, with the same messages in the form that Amazon Q Developer in chat applications shows. Mail and chat
 * need a topic each: a chat drops plain text without a word, and nobody reads that form in a mail.
 */
export class Chat extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { key, alerts, tellChat, deadLetterQueue }: ChatProps) {
    super(scope, id);
    const topicName = `${namesIn(this).SYSTEM}-chat`;
    this.topic = topicForAlarms(this, 'Topic', { topicName, masterKey: key });
    const told = tellChat(this.topic);
    told.function.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    told.function.addToRolePolicy(useOfKey(key, 'sns'));
    alerts.addSubscription(new LambdaSubscription(told.function));
    keepFailures(this, 'Failures', told, deadLetterQueue, key);
    new CfnOutput(Stack.of(this), 'ChatTopicArn', {
      description: 'Give this to the channel configuration of Amazon Q Developer in chat applications.',
      value: this.topic.topicArn,
    });
  }
}

import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic, type TopicProps } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { namesIn } from '../names.ts';
import { useOfKey } from './key-use.ts';

export interface AlertsProps {
  /** Encrypts the topic. */
  key: Key;
  /** E-mail addresses to subscribe. */
  notify: readonly string[];
}

const CLOUD_WATCH = new ServicePrincipal('cloudwatch.amazonaws.com');

/** A topic on which the alarms of this system may publish. */
export function topicForAlarms(scope: Construct, id: string, props: TopicProps): Topic {
  const topic = new Topic(scope, id, { ...props, enforceSSL: true });
  const { account } = Stack.of(scope);
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${namesIn(scope).SYSTEM}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisSystem',
      principals: [CLOUD_WATCH],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': alarms } },
    }),
  );
  return topic;
}

/** The topic on which operators hear of alarms, failures and questions, and who may publish there. */
export class Alerts extends Construct {
  readonly topic: Topic;
  readonly #key: Key;

  constructor(scope: Construct, id: string, { key, notify }: AlertsProps) {
    super(scope, id);
    this.#key = key;
    this.topic = topicForAlarms(this, 'Topic', {
      topicName: `${namesIn(this).SYSTEM}-alerts`,
      displayName: 'Redis Cloud PrivateLink',
      masterKey: key,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [CLOUD_WATCH],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const address of notify) this.topic.addSubscription(new EmailSubscription(address));
    new CfnOutput(Stack.of(this), 'AlertsTopicArn', {
      description: 'Subscribe to this to hear of alarms, failures and approvals to give.',
      value: this.topic.topicArn,
    });
  }

  /** Lets a workflow or a function publish. */
  grantPublish(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    grantee.grantPrincipal.addToPrincipalPolicy(useOfKey(this.#key, 'sns'));
  }
}

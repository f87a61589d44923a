import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { SYSTEM } from '../names.ts';
import { useOfKey } from './key-use.ts';

export interface AlertsProps {
  /** Encrypts the topic. */
  key: Key;
  /** E-mail addresses to subscribe. */
  notify: readonly string[];
}

/** The one topic on which operators hear of alarms, failures and questions, and who may publish there. */
export class Alerts extends Construct {
  readonly topic: Topic;
  readonly #key: Key;

  constructor(scope: Construct, id: string, { key, notify }: AlertsProps) {
    super(scope, id);
    this.#key = key;
    this.topic = new Topic(this, 'Topic', {
      topicName: `${SYSTEM}-alerts`,
      displayName: 'Redis Cloud PrivateLink',
      masterKey: key,
      enforceSSL: true,
    });
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${SYSTEM}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    const { account } = Stack.of(this);
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisSystem',
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': alarms } },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
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

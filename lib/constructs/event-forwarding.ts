import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption, type RedriveAllowPolicy, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { namesIn } from '../names.ts';
import { acceptFinding } from './accepted-findings.ts';

export interface EventForwardingProps {
  configuration: Configuration;
  /** What the events are about. It names the queue: the management account may have one of each. */
  events: 'account' | 'vpc';
  patterns: Record<string, EventPattern>;
  /** May put events on the hub's bus. */
  role: IRole;
}

/** What SQS does anyway. Said, it tells Control Tower's control CT.SQS.PR.1 that a queue is for dead letters. */
export const DEAD_LETTERS: RedriveAllowPolicy = { redrivePermission: RedrivePermission.ALLOW_ALL };

/** Puts an account's events on the hub's bus; what cannot be delivered within a day waits in a queue. */
export class EventForwarding extends Construct {
  constructor(scope: Construct, id: string, { configuration, events, patterns, role }: EventForwardingProps) {
    super(scope, id);
    const { SYSTEM, ruleNameOf } = namesIn(this);
    // With SQS's own key. It holds events that CloudTrail has too, and a key of the stack's would cost $1 a month in
    // each account and Region. EventBridge may not use the key `aws/sqs`.
    const deadLetterQueue = new Queue(this, 'DeadLetters', {
      queueName: `${SYSTEM}-undelivered-${events}-events`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: DEAD_LETTERS,
    });
    acceptFinding(deadLetterQueue, 'SQS3', 'This is where others put what they cannot deliver.');
    const bus = EventBus.fromEventBusArn(this, 'HubBus', hubBusArn(this, configuration));
    for (const [name, eventPattern] of Object.entries(patterns)) {
      new Rule(this, name, {
        ruleName: ruleNameOf(name),
        description: 'Tells the Redis Cloud PrivateLink automation of the organization.',
        eventPattern,
        targets: [new EventBusTarget(bus, { role, deadLetterQueue })],
      });
    }
  }
}

/** The hub's bus, as other accounts and Regions name it. */
export function hubBusArn(scope: Construct, { organization }: Configuration): string {
  return Stack.of(scope).formatArn({
    service: 'events',
    region: organization.hubRegion,
    account: organization.hubAccountId,
    resource: 'event-bus',
    resourceName: namesIn(scope).SYSTEM,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

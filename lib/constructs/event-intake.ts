import { Aws } from 'aws-cdk-lib';
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { accountEvents, vpcEvents } from '../event-patterns.ts';
import { namesIn } from '../names.ts';
import { workflowTarget } from './workflow-target.ts';

export interface EventIntakeProps {
  configuration: Configuration;
  /** Started with every event that matters. */
  dispatch: IStateMachine;
  /** Takes what cannot be delivered. */
  deadLetterQueue: IQueue;
}

/** The bus on which the organization's accounts report, who may put events on it, and what an event starts. */
export class EventIntake extends Construct {
  readonly bus: EventBus;
  readonly rules: Rule[];

  constructor(scope: Construct, id: string, props: EventIntakeProps) {
    super(scope, id);
    const { configuration, dispatch, deadLetterQueue } = props;
    const names = namesIn(this);
    const { SYSTEM } = names;
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: SYSTEM,
      description: 'Accounts and VPCs of the organization, as they appear and change.',
    });
    this.bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ForwardersOfTheOrganization',
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        conditions: {
          StringEquals: { 'aws:PrincipalOrgID': configuration.organization.id },
          ArnLike: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::*:role/${SYSTEM}-*forwarder*` },
        },
      }),
    );
    // Whoever administers a member account can make a role with a forwarder's name.
    this.bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AnnouncementsOfTheHubOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        conditions: {
          'ForAnyValue:StringEquals': { 'events:source': SYSTEM },
          StringNotEquals: { 'aws:PrincipalAccount': configuration.organization.hubAccountId },
        },
      }),
    );
    // Only the management account tells of others: whoever administers a member account can forward anything.
    const account = [configuration.organization.managementAccountId];
    const patterns: [string, EventPattern][] = [
      ...Object.entries(accountEvents()).map(([name, pattern]): [string, EventPattern] => [
        name,
        { ...pattern, account },
      ]),
      ...Object.entries(vpcEvents(names)),
    ];
    const target = workflowTarget(this, dispatch, deadLetterQueue);
    this.rules = patterns.map(
      ([name, eventPattern]) => new Rule(this, name, { eventBus: this.bus, eventPattern, targets: [target] }),
    );
  }
}

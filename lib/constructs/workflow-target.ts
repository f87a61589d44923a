import { Stack } from 'aws-cdk-lib';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * A target that starts a workflow with each event of a rule. Its role trusts EventBridge only on behalf of this
 * account, which the role that the CDK would make does not say ("The confused deputy problem", EventBridge User
 * Guide). What cannot be delivered waits in the dead-letter queue.
 */
export function workflowTarget(
  scope: Construct,
  workflow: IStateMachine,
  deadLetterQueue: IQueue,
): SfnStateMachine {
  const role = new Role(scope, 'StartWorkflow', {
    description: 'Lets EventBridge start a workflow of the Redis Cloud PrivateLink automation.',
    assumedBy: new ServicePrincipal('events.amazonaws.com').withConditions({
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
    }),
  });
  return new SfnStateMachine(workflow, { deadLetterQueue, role });
}

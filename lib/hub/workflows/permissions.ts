import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';

// What more than one workflow may do.

/** Putting events on the hub's bus. */
export function allowAnnouncing(stack: Stack, workflow: StateMachine): void {
  const { SYSTEM } = namesIn(stack);
  workflow.addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: SYSTEM })],
    }),
  );
}

/** Starting another workflow and waiting for its end ("Start workflow executions": IAM policies). */
export function allowWaitingFor(stack: Stack, workflow: StateMachine, name: string): void {
  workflow.addToRolePolicy(
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [Workflow.arn(stack, name)] }),
  );
  workflow.addToRolePolicy(
    new PolicyStatement({
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [Workflow.executionsArn(stack, name)],
    }),
  );
  workflow.addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [
        stack.formatArn({
          service: 'events',
          resource: 'rule',
          resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
        }),
      ],
    }),
  );
}

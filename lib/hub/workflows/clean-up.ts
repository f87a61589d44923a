import { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Workflow } from '../../constructs/workflow.ts';
import { workflowTarget } from '../../constructs/workflow-target.ts';
import { namesIn } from '../../names.ts';
import type { Functions } from '../functions.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { allowAnnouncing } from './permissions.ts';

/** The workflows after whose executions it cleans up. */
const CLEANED_UP = ['onboard', 'offboard', 'reconcile', 'endpoint-script'];

/**
 * Runs after each execution that failed, timed out or was aborted: the functions that it invokes, what else it may do,
 * and the rule that starts it.
 *
 * @param workflows those whose executions it cleans up after
 */
export function cleanUpWorkflow(
  { stack, key, table, deadLetterQueue, alerts }: Hub,
  functions: Functions,
  workflows: StateMachine[],
): { cleanUp: StateMachine; rule: Rule } {
  const { stateMachine } = new Workflow(stack, 'CleanUp', {
    name: 'clean-up',
    key,
    substitutions: {
      CheckRequest: functions.CheckRequest,
      ReleaseLocks: functions.ReleaseLocks,
      DescribeFailure: functions.DescribeFailure,
      TableName: table.tableName,
      EventBusName: namesIn(stack).SYSTEM,
      AlertsTopicArn: alerts.topic.topicArn,
    },
  });
  grantTable(table, stateMachine, 'dynamodb:GetItem', 'dynamodb:PutItem');
  alerts.grantPublish(stateMachine);
  allowAnnouncing(stack, stateMachine);
  stateMachine.addToRolePolicy(
    new PolicyStatement({
      actions: ['states:DescribeExecution'],
      resources: CLEANED_UP.map((name) => Workflow.executionsArn(stack, name)),
    }),
  );
  const rule = new Rule(stack, 'ExecutionFailed', {
    description: 'Cleans up when an execution ends otherwise than well.',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: workflows.map(({ stateMachineArn }) => stateMachineArn),
      },
    },
  });
  rule.addTarget(workflowTarget(rule, stateMachine, deadLetterQueue));
  return { cleanUp: stateMachine, rule };
}

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { useOfKey } from '../../constructs/key-use.ts';
import { Workflow } from '../../constructs/workflow.ts';
import type { Functions } from '../functions.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';

/** Turns an event into executions of `onboard` and `offboard`: the functions that it invokes, and what else it may do. */
export function dispatchWorkflow(
  { stack, key, table, deadLetterQueue }: Hub,
  functions: Functions,
  { onboard, offboard }: { onboard: StateMachine; offboard: StateMachine },
): StateMachine {
  const { stateMachine } = new Workflow(stack, 'Dispatch', {
    name: 'dispatch',
    key,
    substitutions: {
      ReadEvent: functions.ReadEvent,
      PlanExecutions: functions.PlanExecutions,
      DescribeAccount: functions.DescribeAccount,
      OnboardArn: onboard.stateMachineArn,
      OffboardArn: offboard.stateMachineArn,
      TableName: table.tableName,
      DeadLetterQueueUrl: deadLetterQueue.queueUrl,
    },
  });
  grantTable(table, stateMachine, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query');
  stateMachine.addToRolePolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
  );
  stateMachine.addToRolePolicy(useOfKey(key, 'sqs'));
  onboard.grantStartExecution(stateMachine);
  offboard.grantStartExecution(stateMachine);
  return stateMachine;
}

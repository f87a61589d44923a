import { Duration, type Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { useOfKey } from '../../constructs/key-use.ts';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import type { Functions } from '../functions.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { allowAnnouncing } from './permissions.ts';

/**
 * Compares what should be with what is, and starts `onboard` and `offboard`: the functions that it invokes, what else
 * it may do, and its schedule.
 */
export function reconcileWorkflow(
  hub: Hub,
  { redisCloud, member, ...functions }: Functions,
  { onboard, offboard }: { onboard: StateMachine; offboard: StateMachine },
): StateMachine {
  const { stack, key, table } = hub;
  const { stateMachine } = new Workflow(stack, 'Reconcile', {
    name: 'reconcile',
    key,
    substitutions: {
      CheckReconcileRequest: functions.CheckReconcileRequest,
      ListOfferedAccounts: functions.ListOfferedAccounts,
      PlanReconciliation: functions.PlanReconciliation,
      TellReport: functions.TellReport,
      GetPrivateLink: redisCloud.GetPrivateLink,
      GetTask: redisCloud.GetTask,
      LookIntoAccounts: member.LookIntoAccounts,
      OnboardArn: onboard.stateMachineArn,
      OffboardArn: offboard.stateMachineArn,
      TableName: table.tableName,
      EventBusName: namesIn(hub.stack).SYSTEM,
    },
  });
  grantTable(table, stateMachine, 'dynamodb:PutItem', 'dynamodb:GetItem');
  onboard.grantStartExecution(stateMachine);
  offboard.grantStartExecution(stateMachine);
  allowAnnouncing(stack, stateMachine);
  allowDistributedMap(stack, stateMachine);
  schedule(hub, stateMachine);
  return stateMachine;
}

/** A Distributed Map starts executions of its own workflow, and a run looks for others of it. */
function allowDistributedMap(stack: Stack, workflow: StateMachine): void {
  new Policy(stack, 'ReconcileItself', {
    roles: [workflow.role],
    statements: [
      new PolicyStatement({
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [Workflow.arn(stack, 'reconcile')],
      }),
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [Workflow.executionsArn(stack, 'reconcile')],
      }),
    ],
  });
}

function schedule({ stack, key, deadLetterQueue, configuration }: Hub, workflow: StateMachine): void {
  const scheduler = new Role(stack, 'Scheduler', {
    description: 'Lets EventBridge Scheduler start the reconciliation.',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com').withConditions({
      StringEquals: { 'aws:SourceAccount': stack.account },
    }),
  });
  // For the dead-letter queue.
  scheduler.addToPolicy(useOfKey(key, 'sqs'));
  new Schedule(stack, 'Reconciliation', {
    description: 'Repairs what events have missed.',
    schedule: ScheduleExpression.rate(Duration.minutes(configuration.reconcile.everyMinutes)),
    target: new StepFunctionsStartExecution(workflow, {
      input: ScheduleTargetInput.fromObject({}),
      deadLetterQueue,
      role: scheduler,
    }),
  });
}

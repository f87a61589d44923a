import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ApiFunction } from '../../constructs/api-function.ts';
import { Workflow } from '../../constructs/workflow.ts';
import type { Hub } from '../hub.ts';

// What functions may do with executions of the workflows.

/** The workflows that change a subscription. */
export type ChangingWorkflow = 'onboard' | 'offboard';

/** @param workflows those whose steps wait for the answer */
export function allowAnswering(
  { stack }: Hub,
  made: ApiFunction,
  workflows: ChangingWorkflow[],
  ...actions: ('states:SendTaskSuccess' | 'states:SendTaskFailure')[]
): void {
  made.function.addToRolePolicy(
    new PolicyStatement({ actions, resources: workflows.map((name) => Workflow.arn(stack, name)) }),
  );
}

/** @param workflows those whose executions may have ended */
export function allowDescribingExecutions(
  { stack }: Hub,
  made: ApiFunction,
  workflows: ChangingWorkflow[],
): void {
  made.function.addToRolePolicy(
    new PolicyStatement({
      actions: ['states:DescribeExecution'],
      resources: workflows.map((name) => Workflow.executionsArn(stack, name)),
    }),
  );
}

/** @param workflow the one whose running executions are searched */
export function allowFindingExecutions(hub: Hub, made: ApiFunction, workflow: ChangingWorkflow): void {
  made.function.addToRolePolicy(
    new PolicyStatement({
      actions: ['states:ListExecutions'],
      resources: [Workflow.arn(hub.stack, workflow)],
    }),
  );
  allowDescribingExecutions(hub, made, [workflow]);
}

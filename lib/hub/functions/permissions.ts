import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acceptWildcard } from '../../constructs/accepted-findings.ts';
import type { ApiFunction } from '../../constructs/api-function.ts';
import { Workflow } from '../../constructs/workflow.ts';
import type { Hub } from '../hub.ts';

// What functions may do with executions of the workflows, and ask Organizations.

/** Where accounts are in the organization. */
export function allowAskingForAccounts({ configuration: { organization } }: Hub, made: ApiFunction): void {
  const accounts = `arn:${Aws.PARTITION}:organizations::${organization.managementAccountId}:account/${organization.id}/*`;
  acceptWildcard(made, accounts, 'Any account of the organization may appear or move.');
  made.function.addToRolePolicy(
    new PolicyStatement({ actions: ['organizations:DescribeAccount'], resources: [accounts] }),
  );
}

/** Whether the organizational units of the configuration exist. */
export function allowAskingForUnits({ configuration: { organization } }: Hub, made: ApiFunction): void {
  const units = `arn:${Aws.PARTITION}:organizations::${organization.managementAccountId}:ou/${organization.id}/*`;
  acceptWildcard(made, units, 'Any unit that the configuration names.');
  made.function.addToRolePolicy(
    new PolicyStatement({ actions: ['organizations:DescribeOrganizationalUnit'], resources: [units] }),
  );
}

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

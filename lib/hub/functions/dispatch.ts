import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { MemberEnvironment } from '../../../lambdas/aws/call/environment.ts';
import type { lookAtAccountEnvironment } from '../../../lambdas/dispatch/look-at-account.ts';
import type { readEventEnvironment } from '../../../lambdas/dispatch/read-event.ts';
import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration } from './add-function.ts';
import { addMemberFunction } from './aws.ts';

export function readEvent(hub: Hub): ApiFunction {
  return addFunction(hub, 'ReadEvent', {
    call: 'read-event',
    description: 'Reads what an event says has happened.',
    environment: environmentOf<typeof readEventEnvironment>({
      MANAGEMENT_ACCOUNT_ID: hub.configuration.organization.managementAccountId,
    }),
    configuration: automationConfiguration(hub),
  });
}

export function planExecutions(hub: Hub): ApiFunction {
  const made = addFunction(hub, 'PlanExecutions', {
    call: 'plan-executions',
    description: 'Decides which executions to start.',
    environment: environmentOf<typeof tableEnvironment>({ TABLE_NAME: hub.table.tableName }),
    configuration: automationConfiguration(hub),
  });
  grantTable(hub.table, made.function, 'dynamodb:Query');
  return made;
}

/** Invoked when the member stack has come to an account. */
export function lookAtAccount(hub: Hub): ApiFunction {
  const { organization } = hub.configuration;
  const dispatch = Workflow.arn(hub.stack, 'dispatch');
  const made = addMemberFunction(hub, 'LookAtAccount', {
    call: 'look-at-account',
    description: 'Looks at the VPCs of an account that the member stack has come to.',
    environment: {
      ...environmentOf<typeof MemberEnvironment>({
        CONNECTOR_ROLE_NAME: namesIn(hub.stack).CONNECTOR_ROLE,
        EXTERNAL_ID: organization.externalId,
      }),
      ...environmentOf<typeof lookAtAccountEnvironment>({ STATE_MACHINE_ARN: dispatch }),
    },
    timeout: Duration.minutes(5),
    configuration: automationConfiguration(hub),
  });
  made.function.addToRolePolicy(
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [dispatch] }),
  );
  return made;
}

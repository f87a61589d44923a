import type * as z from 'zod/mini';
import type { TableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import type { executionsEnvironment } from '../../../lambdas/shared/workflows/executions.ts';
import type { ApiFunction } from '../../constructs/api-function.ts';
import { Workflow } from '../../constructs/workflow.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration } from './add-function.ts';
import { allowFindingExecutions } from './permissions.ts';

export function checkOnboardRequest(hub: Hub): ApiFunction {
  const environment: TableEnvironment & z.infer<typeof executionsEnvironment> = {
    TABLE_NAME: hub.table.tableName,
    STATE_MACHINE_ARN: Workflow.arn(hub.stack, 'offboard'),
  };
  const made = addFunction(hub, 'CheckOnboardRequest', {
    call: 'check-onboard-request',
    description: 'Checks a request to onboard, notes it, and looks whether the account is being offboarded.',
    environment,
    configuration: automationConfiguration(hub),
  });
  allowFindingExecutions(hub, made, 'offboard');
  grantTable(hub.table, made.function, 'dynamodb:PutItem');
  return made;
}

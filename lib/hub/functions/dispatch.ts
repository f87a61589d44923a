import type { readEventEnvironment } from '../../../lambdas/dispatch/read-event.ts';
import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration } from './add-function.ts';

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

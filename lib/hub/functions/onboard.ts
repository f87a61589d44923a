import type { checkOnboardRequestEnvironment } from '../../../lambdas/onboard/check-onboard-request.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { automationConfiguration } from './add-function.ts';
import { addMemberFunction } from './aws.ts';
import { allowAskingForAccounts, allowDescribingExecutions } from './permissions.ts';

export function checkOnboardRequest(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof checkOnboardRequestEnvironment>({
    TABLE_NAME: hub.table.tableName,
    STATE_MACHINE_ARN: Workflow.arn(hub.stack, 'offboard'),
    CONNECTOR_ROLE_NAME: namesIn(hub.stack).CONNECTOR_ROLE,
    EXTERNAL_ID: hub.configuration.organization.externalId,
  });
  const made = addMemberFunction(hub, 'CheckOnboardRequest', {
    call: 'check-onboard-request',
    description:
      'Checks a request to onboard, asks Organizations, and looks whether the account is being offboarded.',
    environment,
    configuration: automationConfiguration(hub),
  });
  allowAskingForAccounts(hub, made);
  allowDescribingExecutions(hub, made, ['offboard']);
  grantTable(
    hub.table,
    made.function,
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:DeleteItem',
    'dynamodb:Query',
  );
  return made;
}

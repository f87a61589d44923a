import type { askEnvironment } from '../../../lambdas/approval/ask-for-approval.ts';
import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { runbookOf } from '../../runbook.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction } from './add-function.ts';
import { allowAnswering, allowDescribingExecutions } from './permissions.ts';

export function askForApproval(hub: Hub): ApiFunction {
  const { table, alerts, configuration } = hub;
  const environment = environmentOf<typeof askEnvironment>({
    TABLE_NAME: table.tableName,
    TOPIC_ARN: alerts.topic.topicArn,
    RUNBOOK: runbookOf(configuration),
  });
  const made = addFunction(hub, 'AskForApproval', {
    call: 'ask-for-approval',
    description: 'Asks a person whether an account or a VPC may be connected.',
    environment,
  });
  grantTable(table, made.function, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query');
  alerts.grantPublish(made.function);
  allowAnswering(hub, made, ['onboard'], 'states:SendTaskSuccess');
  allowDescribingExecutions(hub, made, ['onboard']);
  return made;
}

export function withdrawApproval(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof tableEnvironment>({ TABLE_NAME: hub.table.tableName });
  const made = addFunction(hub, 'WithdrawApproval', {
    call: 'withdraw-approval',
    description: 'Takes back the question whether something may be connected, and forgets the answer.',
    environment,
  });
  grantTable(hub.table, made.function, 'dynamodb:Query', 'dynamodb:DeleteItem');
  allowAnswering(hub, made, ['onboard'], 'states:SendTaskSuccess');
  return made;
}

import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { reconciliationEnvironment } from '../../../lambdas/reconcile/comparing/run-items.ts';
import type { planEnvironment } from '../../../lambdas/reconcile/plan-reconciliation.ts';
import type { tellReportEnvironment } from '../../../lambdas/reconcile/tell-report.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { runbookOf } from '../../runbook.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration } from './add-function.ts';
import { allowAskingForUnits } from './permissions.ts';

export function checkReconcileRequest(hub: Hub): ApiFunction {
  return addFunction(hub, 'CheckReconcileRequest', {
    call: 'check-reconcile-request',
    description: 'Checks a request to reconcile.',
    configuration: automationConfiguration(hub),
  });
}

export function listOfferedAccounts(hub: Hub): ApiFunction {
  const made = addFunction(hub, 'ListOfferedAccounts', {
    call: 'list-offered-accounts',
    description: 'Lists the accounts to which a connection is offered.',
    timeout: Duration.minutes(10),
    environment: environmentOf<typeof reconciliationEnvironment>({ TABLE_NAME: hub.table.tableName }),
    configuration: automationConfiguration(hub),
  });
  grantTable(hub.table, made.function, 'dynamodb:GetItem', 'dynamodb:PutItem');
  // Organizations cannot limit a listing to resources.
  made.function.addToRolePolicy(
    new PolicyStatement({ actions: ['organizations:ListAccounts'], resources: ['*'] }),
  );
  allowAskingForUnits(hub, made);
  return made;
}

export function tellReport(hub: Hub): ApiFunction {
  const { table, alerts, configuration } = hub;
  const made = addFunction(hub, 'TellReport', {
    call: 'tell-report',
    description: 'Tells operators of what a reconciliation has found left.',
    environment: environmentOf<typeof tellReportEnvironment>({
      TABLE_NAME: table.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
      RUNBOOK: runbookOf(configuration),
    }),
  });
  grantTable(table, made.function, 'dynamodb:Query', 'dynamodb:UpdateItem');
  alerts.grantPublish(made.function);
  return made;
}

export function planReconciliation(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof planEnvironment>({
    TABLE_NAME: hub.table.tableName,
    EVERY_MINUTES: `${hub.configuration.reconcile.everyMinutes}`,
  });
  const made = addFunction(hub, 'PlanReconciliation', {
    call: 'plan-reconciliation',
    description: 'Compares what should be with what is.',
    memoryMegabytes: 1024,
    timeout: Duration.minutes(10),
    environment,
    configuration: automationConfiguration(hub),
  });
  grantTable(
    hub.table,
    made.function,
    'dynamodb:GetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    // What is left of connections that are configured no more.
    'dynamodb:Scan',
    'dynamodb:DeleteItem',
  );
  return made;
}

import { Duration } from 'aws-cdk-lib';
import type { awaitOnboardingEnvironment } from '../../../lambdas/offboard/await-onboarding.ts';
import type { checkOffboardRequestEnvironment } from '../../../lambdas/offboard/check-offboard-request.ts';
import type { checkRemovalEnvironment } from '../../../lambdas/offboard/check-removal.ts';
import type { tellHoldsEnvironment } from '../../../lambdas/offboard/tell-holds.ts';
import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import { runbookOf } from '../../runbook.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, automationConfiguration } from './add-function.ts';
import { addMemberFunction } from './aws.ts';
import { allowNetworks, ownersEnvironment } from './networks.ts';
import { allowAskingForAccounts, allowAskingForUnits, allowFindingExecutions } from './permissions.ts';

export function checkOffboardRequest(hub: Hub): ApiFunction {
  const made = addFunction(hub, 'CheckOffboardRequest', {
    call: 'check-offboard-request',
    description: 'Checks a request to offboard.',
    environment: environmentOf<typeof checkOffboardRequestEnvironment>({ TABLE_NAME: hub.table.tableName }),
    configuration: automationConfiguration(hub),
  });
  grantTable(hub.table, made.function, 'dynamodb:Query');
  return made;
}

export function checkRemoval(hub: Hub): ApiFunction {
  const made = addMemberFunction(hub, 'CheckRemoval', {
    call: 'check-removal',
    description: 'Looks whether something is still to go that nobody has asked for by hand.',
    timeout: Duration.minutes(1),
    environment: environmentOf<typeof checkRemovalEnvironment>({
      CONNECTOR_ROLE_NAME: namesIn(hub.stack).CONNECTOR_ROLE,
      EXTERNAL_ID: hub.configuration.organization.externalId,
      TABLE_NAME: hub.table.tableName,
    }),
    configuration: automationConfiguration(hub),
  });
  allowAskingForAccounts(hub, made);
  allowAskingForUnits(hub, made);
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

export function tellHolds(hub: Hub): ApiFunction {
  const { table, alerts, configuration } = hub;
  const made = addFunction(hub, 'TellHolds', {
    call: 'tell-holds',
    description: 'Tells operators of removals that are held.',
    environment: environmentOf<typeof tellHoldsEnvironment>({
      TABLE_NAME: table.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
      RUNBOOK: runbookOf(configuration),
    }),
  });
  grantTable(table, made.function, 'dynamodb:Query', 'dynamodb:UpdateItem');
  alerts.grantPublish(made.function);
  return made;
}

export function answerHolds(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof tableEnvironment>({ TABLE_NAME: hub.table.tableName });
  const made = addFunction(hub, 'AnswerHolds', {
    call: 'answer-holds',
    description: 'Releases removals that are held, or refuses them.',
    environment,
  });
  grantTable(
    hub.table,
    made.function,
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  );
  return made;
}

export function settleLeftovers(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof tableEnvironment>({ TABLE_NAME: hub.table.tableName });
  const made = addFunction(hub, 'SettleLeftovers', {
    call: 'settle-leftovers',
    description: 'Notes what an offboarding could not remove.',
    environment,
  });
  grantTable(hub.table, made.function, 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  return made;
}

export function decideOffboarding(hub: Hub): ApiFunction {
  return addFunction(hub, 'DecideOffboarding', {
    call: 'decide-offboarding',
    description: 'Decides what is to be removed next.',
  });
}

export function awaitOnboarding(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof awaitOnboardingEnvironment>({
    TABLE_NAME: hub.table.tableName,
    STATE_MACHINE_ARN: Workflow.arn(hub.stack, 'onboard'),
  });
  const made = addFunction(hub, 'AwaitOnboarding', {
    call: 'await-onboarding',
    description: 'Looks whether the same thing is being onboarded.',
    environment: { ...environment, ...ownersEnvironment(hub) },
  });
  allowFindingExecutions(hub, made, 'onboard');
  grantTable(hub.table, made.function, 'dynamodb:PutItem');
  return allowNetworks(hub, made, 'dynamodb:Scan');
}

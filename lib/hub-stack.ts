import { CfnOutput, Duration, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { DEFAULT_SYSTEM } from '../lambdas/shared/runtime/system.ts';
import { buildFunctions } from './build-functions.ts';
import { isOneAccount } from './configuration/complete.ts';
import { configurationDigest, DIGEST_OUTPUT, TAG_OUTPUT } from './configuration/digest.ts';
import { DEFAULT_ACCOUNT } from './configuration/redis-cloud.ts';
import type { Configuration } from './configuration.ts';
import { Alerts } from './constructs/alerts.ts';
import { Chat } from './constructs/chat.ts';
import { OperatorsDashboard } from './constructs/dashboard.ts';
import { EventIntake } from './constructs/event-intake.ts';
import { Measuring } from './constructs/measuring.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { NewAccounts } from './constructs/new-accounts.ts';
import { writeStatusAfter } from './constructs/status-tags.ts';
import { deadLetters } from './hub/dead-letters.ts';
import { tellChat } from './hub/functions/chat.ts';
import { hubFunctions } from './hub/functions.ts';
import type { Hub } from './hub/hub.ts';
import { encryptionKey } from './hub/key.ts';
import { redisCloudKeys } from './hub/secret.ts';
import { hubTable } from './hub/table.ts';
import { cleanUpWorkflow } from './hub/workflows/clean-up.ts';
import { dispatchWorkflow } from './hub/workflows/dispatch.ts';
import { endpointScriptWorkflow } from './hub/workflows/endpoint-script.ts';
import { offboardWorkflow } from './hub/workflows/offboard.ts';
import { onboardWorkflow } from './hub/workflows/onboard.ts';
import { reconcileWorkflow } from './hub/workflows/reconcile.ts';
import { nameAfter, namesOf } from './names.ts';
import { runbookOf } from './runbook.ts';
import { addTags } from './tags.ts';

export interface HubStackProps extends StackProps {
  /** As `loadConfiguration` returns it. */
  configuration: Configuration;
}

/**
 * The automation account: the bus, the workflows with their functions, the secret and the table. Its functions are built
 * now. By default it is in the hub account and Region of the configuration.
 *
 * Its name is part of the connector roles' trust, so it has the one that its configuration says.
 */
export class HubStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, ...props }: HubStackProps) {
    // CloudFormation takes 1 MB, and the organization's tags stand in each of 200 resources.
    super(scope, id, {
      description: 'Redis Cloud PrivateLink automation: the workflows.',
      env: { account: configuration.organization.hubAccountId, region: configuration.organization.hubRegion },
      ...props,
      stackName: namesOf(configuration.system).HUB_STACK,
      suppressTemplateIndentation: true,
    });
    const { SYSTEM, MANAGED_BY_TAG } = nameAfter(this, configuration.system);
    buildFunctions();
    Tags.of(this).add(MANAGED_BY_TAG, SYSTEM);
    addTags(this, configuration);
    const { redisCloud, operations } = configuration;

    const key = encryptionKey(this);
    const secrets = redisCloudKeys(this, key, redisCloud.accounts);
    const table = hubTable(this, key);
    const deadLetterQueue = deadLetters(this, key);
    const alerts = new Alerts(this, 'Alerts', { key, notify: operations.notify });
    const hub: Hub = { stack: this, configuration, key, secrets, table, deadLetterQueue, alerts };
    const functions = hubFunctions(hub);

    const endpointScript = endpointScriptWorkflow(hub, functions);
    const onboard = onboardWorkflow(hub, functions, endpointScript);
    const offboard = offboardWorkflow(hub, functions);
    const dispatch = dispatchWorkflow(hub, functions, { onboard, offboard });
    const reconcile = reconcileWorkflow(hub, functions, { onboard, offboard });
    const announced = { onboard, offboard, reconcile, 'endpoint-script': endpointScript };
    const { cleanUp, rule } = cleanUpWorkflow(hub, functions, Object.values(announced));
    const unannounced = { dispatch, 'clean-up': cleanUp };

    const intake = new EventIntake(this, 'Intake', { configuration, dispatch, deadLetterQueue });
    const measuring = new Measuring(this, 'Measuring', {
      intake,
      recordMetrics: functions.RecordMetrics,
      watchLocks: functions.WatchLocks,
      deadLetterQueue,
      key,
    });
    const chat = operations.chat
      ? new Chat(this, 'Chat', {
          key,
          alerts: alerts.topic,
          tellChat: (topic) => tellChat(hub, topic),
          deadLetterQueue,
        })
      : undefined;
    const newAccounts = new NewAccounts(this, 'NewAccounts', {
      intake,
      lookAtAccount: functions.LookAtAccount,
      deadLetterQueue,
      key,
    });
    if (functions.WriteStatus) {
      writeStatusAfter(intake, measuring.announced, functions.WriteStatus, deadLetterQueue);
    }
    const { alarms } = new Monitoring(this, 'Monitoring', {
      topics: [alerts.topic, ...(chat ? [chat.topic] : [])],
      runbook: runbookOf(configuration),
      deadLetterQueue,
      redisCloudAccounts: isOneAccount(redisCloud) ? [] : redisCloud.accounts.map(({ name }) => name),
      announced,
      unannounced,
      rules: [
        ...[...intake.rules, measuring.announced, newAccounts.rule].map((rule) => ({
          rule,
          eventBusName: SYSTEM,
        })),
        { rule: measuring.watch },
        { rule },
      ],
      reconcileEvery: Duration.minutes(configuration.reconcile.everyMinutes),
    });
    new OperatorsDashboard(this, 'Operators', {
      alarms,
      workflows: Object.values({ ...announced, ...unannounced }),
      redisCloud: Object.values(functions.redisCloud).map((made) => made.function),
      deadLetterQueue,
    });

    this.#outputs({ configuration, secrets, table }, { onboard, offboard, reconcile });
  }

  /** What a person with a command line needs. */
  #outputs(
    { configuration, secrets, table }: Pick<Hub, 'configuration' | 'secrets' | 'table'>,
    { onboard, offboard, reconcile }: Record<'onboard' | 'offboard' | 'reconcile', StateMachine>,
  ): void {
    new CfnOutput(this, DIGEST_OUTPUT, {
      description: 'Tells whether a configuration is the one that was deployed.',
      value: configurationDigest(configuration),
    });
    const { tag } = configuration.system;
    if (tag !== DEFAULT_SYSTEM.tag) {
      new CfnOutput(this, TAG_OUTPUT, {
        description: 'The tag by which VPCs ask for connections.',
        value: tag,
      });
    }
    for (const [account, { secretName }] of secrets) {
      const isDefault = account === DEFAULT_ACCOUNT;
      new CfnOutput(this, isDefault ? 'SecretName' : `SecretName-${account}`, {
        description: `Put the Redis Cloud API keys ${isDefault ? '' : `of the account ${account} `}here.`,
        value: secretName,
      });
    }
    new CfnOutput(this, 'TableName', {
      description: 'What is connected, waits and has failed. npm run status reads it.',
      value: table.tableName,
    });
    for (const [id, workflow, description] of [
      ['OnboardArn', onboard, 'Start this by hand to connect a VPC now.'],
      ['OffboardArn', offboard, 'Start this by hand to disconnect a VPC, an account or a whole connection.'],
      ['ReconcileArn', reconcile, 'Start this by hand to compare what should be with what is.'],
    ] as const) {
      new CfnOutput(this, id, { description, value: workflow.stateMachineArn });
    }
  }
}

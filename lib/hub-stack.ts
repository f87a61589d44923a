import {
  ArnFormat,
  Aws,
  CfnDeletionPolicy,
  CfnOutput,
  type CfnResource,
  Duration,
  RemovalPolicy,
  type Resource,
  Stack,
  type StackProps,
  Tags,
} from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { AnyPrincipal, Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { RECONCILIATION_HOURS } from '../lambdas/reconcile/comparing/invitations.ts';
import { configurationDigest, DIGEST_OUTPUT } from './configuration/digest.ts';
import type { Configuration } from './configuration.ts';
import { acceptFinding, acceptWildcard } from './constructs/accepted-findings.ts';
import { Alerts } from './constructs/alerts.ts';
import { OperatorsDashboard } from './constructs/dashboard.ts';
import { DEAD_LETTERS } from './constructs/event-forwarding.ts';
import { EventIntake } from './constructs/event-intake.ts';
import { useOfKey } from './constructs/key-use.ts';
import { Measuring } from './constructs/measuring.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Workflow, type WorkflowProps } from './constructs/workflow.ts';
import { workflowTarget } from './constructs/workflow-target.ts';
import { Functions, grantTable } from './hub/functions.ts';
import { SYSTEM } from './names.ts';

export interface HubStackProps extends StackProps {
  configuration: Configuration;
}

/** The automation account: the bus, the workflows with their functions, the secret and the table. */
export class HubStack extends Stack {
  readonly #key: Key;
  readonly #table: Table;
  readonly #deadLetterQueue: Queue;
  readonly #alerts: Alerts;
  readonly #functions: Functions;

  constructor(scope: Construct, id: string, { configuration, ...props }: HubStackProps) {
    super(scope, id, props);
    Tags.of(this).add(`${SYSTEM}:managed-by`, SYSTEM);

    this.#key = this.#encryptionKey();
    const secret = new Secret(this, 'RedisCloudKeys', {
      secretName: configuration.redisCloud.secretName,
      description: 'Redis Cloud API keys: {"apiKey","secretKey"}. Put them here after the first deployment.',
      encryptionKey: this.#key,
    });
    acceptFinding(
      secret,
      'SMG4',
      'Redis Cloud issues these keys, and only a person can have new ones issued.',
    );
    this.#table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.#key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
      // What has been connected, reports, and the lines for turns: all of it can be found out again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    keepWhenReplaced(this.#key, secret, this.#table);
    this.#deadLetterQueue = new Queue(this, 'DeadLetters', {
      queueName: `${SYSTEM}-dead-letters`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.#key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      redriveAllowPolicy: DEAD_LETTERS,
    });
    acceptFinding(this.#deadLetterQueue, 'SQS3', 'This is where others put what they cannot deliver.');
    this.#alerts = new Alerts(this, 'Alerts', { key: this.#key, notify: configuration.operations.notify });
    this.#functions = new Functions(this, {
      configuration,
      key: this.#key,
      secret,
      table: this.#table,
      alerts: this.#alerts,
    });

    const endpointScript = this.#endpointScript();
    const onboard = this.#onboard(endpointScript);
    const offboard = this.#offboard();
    const dispatch = this.#dispatch(onboard, offboard);
    const reconcile = this.#reconcile(onboard, offboard);
    const cleanUp = this.#cleanUp([onboard, offboard, reconcile, endpointScript]);
    const deadLetterQueue = this.#deadLetterQueue;
    const intake = new EventIntake(this, 'Intake', { configuration, dispatch, deadLetterQueue });
    const measuring = new Measuring(this, 'Measuring', {
      intake,
      recordMetrics: this.#functions.RecordMetrics,
      watchTurns: this.#functions.deciding.WatchTurns,
      deadLetterQueue,
    });
    const announced = { onboard, offboard, reconcile, 'endpoint-script': endpointScript };
    const unannounced = { dispatch, 'clean-up': cleanUp.workflow };
    const { alarms } = new Monitoring(this, 'Monitoring', {
      topic: this.#alerts.topic,
      runbookUrl: configuration.operations.runbookUrl,
      deadLetterQueue,
      announced,
      unannounced,
      rules: [
        ...[...intake.rules, measuring.announced].map((rule) => ({ rule, eventBusName: SYSTEM })),
        { rule: measuring.watch },
        { rule: cleanUp.rule },
      ],
      reconcileEvery: Duration.hours(RECONCILIATION_HOURS),
    });
    new OperatorsDashboard(this, 'Operators', {
      alarms,
      workflows: Object.values({ ...announced, ...unannounced }),
      redisCloud: Object.values(this.#functions.redisCloud).map((made) => made.function),
      deadLetterQueue,
    });

    new CfnOutput(this, DIGEST_OUTPUT, {
      description: 'Tells whether a configuration is the one that was deployed.',
      value: configurationDigest(configuration),
    });
    new CfnOutput(this, 'SecretName', {
      description: 'Put the Redis Cloud API keys here.',
      value: secret.secretName,
    });
    for (const [id, workflow, description] of [
      ['OnboardArn', onboard, 'Start this by hand to connect a VPC now.'],
      ['OffboardArn', offboard, 'Start this by hand to disconnect a VPC, an account or a whole connection.'],
      ['ReconcileArn', reconcile, 'Start this by hand to compare what should be with what is.'],
    ] as const) {
      new CfnOutput(this, id, { description, value: workflow.stateMachineArn });
    }
  }

  #onboard(endpointScript: StateMachine): StateMachine {
    const { redisCloud, member, deciding } = this.#functions;
    const workflow = this.#workflow('Onboard', 'onboard', {
      ReadPrivateLink: redisCloud.ReadPrivateLink,
      CreatePrivateLink: redisCloud.CreatePrivateLink,
      AddPrincipal: redisCloud.AddPrincipal,
      RemovePrincipal: redisCloud.RemovePrincipal,
      AwaitChange: redisCloud.AwaitChange,
      AcceptResourceShare: member.AcceptResourceShare,
      DescribeVpc: member.DescribeVpc,
      CreateSecurityGroup: member.CreateSecurityGroup,
      CreateVpcEndpoint: member.CreateVpcEndpoint,
      DescribeVpcEndpoint: member.DescribeVpcEndpoint,
      DeleteVpcEndpoint: member.DeleteVpcEndpoint,
      PublishParameters: member.PublishParameters,
      CheckOnboardRequest: deciding.CheckOnboardRequest,
      TakeTurn: deciding.TakeTurn,
      PassTurn: deciding.PassTurn,
      AskForApproval: deciding.AskForApproval,
      EndpointScriptArn: endpointScript.stateMachineArn,
      TableName: this.#table.tableName,
      EventBusName: SYSTEM,
    });
    grantTable(this.#table, workflow, 'dynamodb:PutItem');
    this.#allowWaitingFor(workflow, 'endpoint-script');
    this.#allowAnnouncing(workflow);
    return workflow;
  }

  #offboard(): StateMachine {
    const { redisCloud, member, deciding } = this.#functions;
    const workflow = this.#workflow('Offboard', 'offboard', {
      GetPrivateLink: redisCloud.GetPrivateLink,
      DisassociateConnections: redisCloud.DisassociateConnections,
      RemovePrincipal: redisCloud.RemovePrincipal,
      DeletePrivateLink: redisCloud.DeletePrivateLink,
      GetTask: redisCloud.GetTask,
      DeleteParameters: member.DeleteParameters,
      ListVpcEndpoints: member.ListVpcEndpoints,
      DeleteVpcEndpoint: member.DeleteVpcEndpoint,
      ListSecurityGroups: member.ListSecurityGroups,
      DeleteSecurityGroup: member.DeleteSecurityGroup,
      CheckOffboardRequest: deciding.CheckOffboardRequest,
      AwaitOnboarding: deciding.AwaitOnboarding,
      DecideOffboarding: deciding.DecideOffboarding,
      TakeTurn: deciding.TakeTurn,
      PassTurn: deciding.PassTurn,
      WithdrawApproval: deciding.WithdrawApproval,
      OffboardArn: Workflow.arn(this, 'offboard'),
      TableName: this.#table.tableName,
      EventBusName: SYSTEM,
    });
    grantTable(this.#table, workflow, 'dynamodb:Query', 'dynamodb:DeleteItem');
    this.#allowWaitingFor(workflow, 'offboard');
    this.#allowAnnouncing(workflow);
    return workflow;
  }

  #dispatch(onboard: StateMachine, offboard: StateMachine): StateMachine {
    const workflow = this.#workflow('Dispatch', 'dispatch', {
      ReadEvent: this.#functions.deciding.ReadEvent,
      PlanExecutions: this.#functions.deciding.PlanExecutions,
      DescribeAccount: this.#functions.DescribeAccount,
      OnboardArn: onboard.stateMachineArn,
      OffboardArn: offboard.stateMachineArn,
      TableName: this.#table.tableName,
      DeadLetterQueueUrl: this.#deadLetterQueue.queueUrl,
    });
    grantTable(this.#table, workflow, 'dynamodb:PutItem', 'dynamodb:Query');
    workflow.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.#deadLetterQueue.queueArn] }),
    );
    workflow.addToRolePolicy(useOfKey(this.#key, 'sqs'));
    onboard.grantStartExecution(workflow);
    offboard.grantStartExecution(workflow);
    return workflow;
  }

  #reconcile(onboard: StateMachine, offboard: StateMachine): StateMachine {
    const { redisCloud, member, deciding } = this.#functions;
    const workflow = this.#workflow('Reconcile', 'reconcile', {
      CheckReconcileRequest: deciding.CheckReconcileRequest,
      ListOfferedAccounts: deciding.ListOfferedAccounts,
      PlanReconciliation: deciding.PlanReconciliation,
      GetPrivateLink: redisCloud.GetPrivateLink,
      GetTask: redisCloud.GetTask,
      ListVpcs: member.ListVpcs,
      ListVpcEndpoints: member.ListVpcEndpoints,
      ListSecurityGroups: member.ListSecurityGroups,
      ListParameters: member.ListParameters,
      OnboardArn: onboard.stateMachineArn,
      OffboardArn: offboard.stateMachineArn,
      TableName: this.#table.tableName,
      EventBusName: SYSTEM,
    });
    grantTable(this.#table, workflow, 'dynamodb:PutItem', 'dynamodb:GetItem');
    onboard.grantStartExecution(workflow);
    offboard.grantStartExecution(workflow);
    this.#allowAnnouncing(workflow);
    const children = Workflow.childExecutionsArn(this, 'reconcile');
    acceptWildcard(
      this,
      children,
      'Children of a Distributed Map have names that nobody knows before they start.',
    );
    // A Distributed Map starts executions of its own workflow, and a run looks for others of it.
    new Policy(this, 'ReconcileItself', {
      roles: [workflow.role],
      statements: [
        new PolicyStatement({
          actions: ['states:StartExecution', 'states:ListExecutions'],
          resources: [Workflow.arn(this, 'reconcile')],
        }),
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [Workflow.executionsArn(this, 'reconcile')],
        }),
        new PolicyStatement({
          actions: ['states:RedriveExecution'],
          resources: [children],
        }),
      ],
    });
    const scheduler = new Role(this, 'Scheduler', {
      description: 'Lets EventBridge Scheduler start the reconciliation.',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': this.account },
      }),
    });
    // For the dead-letter queue.
    scheduler.addToPolicy(useOfKey(this.#key, 'sqs'));
    new Schedule(this, 'Reconciliation', {
      description: 'Repairs what events have missed.',
      schedule: ScheduleExpression.rate(Duration.hours(RECONCILIATION_HOURS)),
      target: new StepFunctionsStartExecution(workflow, {
        input: ScheduleTargetInput.fromObject({}),
        deadLetterQueue: this.#deadLetterQueue,
        role: scheduler,
      }),
    });
    return workflow;
  }

  #endpointScript(): StateMachine {
    const workflow = this.#workflow('EndpointScript', 'endpoint-script', {
      CheckRequest: this.#functions.deciding.CheckRequest,
      PassTurn: this.#functions.deciding.PassTurn,
      GetEndpointScript: this.#functions.redisCloud.GetEndpointScript,
      GetTask: this.#functions.redisCloud.GetTask,
      KeyId: this.#key.keyArn,
      EventBusName: SYSTEM,
    });
    const scripts = this.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${SYSTEM}/endpoint-script/*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    acceptWildcard(workflow, scripts, 'There is one for each connection and account that cannot be entered.');
    workflow.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'secretsmanager:CreateSecret',
          'secretsmanager:PutSecretValue',
          'secretsmanager:TagResource',
        ],
        resources: [scripts],
      }),
    );
    workflow.addToRolePolicy(useOfKey(this.#key, 'secretsmanager to write'));
    this.#allowAnnouncing(workflow);
    return workflow;
  }

  /** Whatever ends otherwise than well gives back what it holds, and is told of. */
  #cleanUp(workflows: StateMachine[]): { workflow: StateMachine; rule: Rule } {
    const workflow = this.#workflow('CleanUp', 'clean-up', {
      CheckRequest: this.#functions.deciding.CheckRequest,
      LetGo: this.#functions.deciding.LetGo,
      DescribeFailure: this.#functions.DescribeFailure,
      TableName: this.#table.tableName,
      EventBusName: SYSTEM,
      AlertsTopicArn: this.#alerts.topic.topicArn,
    });
    grantTable(this.#table, workflow, 'dynamodb:GetItem', 'dynamodb:PutItem');
    this.#alerts.grantPublish(workflow);
    this.#allowAnnouncing(workflow);
    const rule = new Rule(this, 'ExecutionFailed', {
      description: 'Cleans up when an execution ends otherwise than well.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: workflows.map(({ stateMachineArn }) => stateMachineArn),
        },
      },
    });
    rule.addTarget(workflowTarget(rule, workflow, this.#deadLetterQueue));
    return { workflow, rule };
  }

  /** A workflow, which may invoke the functions that it names. */
  #workflow(id: string, name: string, substitutions: WorkflowProps['substitutions']): StateMachine {
    return new Workflow(this, id, { name, key: this.#key, substitutions }).stateMachine;
  }

  #allowAnnouncing(workflow: StateMachine): void {
    workflow.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [this.formatArn({ service: 'events', resource: 'event-bus', resourceName: SYSTEM })],
      }),
    );
  }

  /** Starting another workflow and waiting for its end ("Start workflow executions": IAM policies). */
  #allowWaitingFor(workflow: StateMachine, name: string): void {
    workflow.addToRolePolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [Workflow.arn(this, name)] }),
    );
    workflow.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [Workflow.executionsArn(this, name)],
      }),
    );
    workflow.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          this.formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
          }),
        ],
      }),
    );
  }

  /** For everything that this stack keeps. */
  #encryptionKey(): Key {
    const key = new Key(this, 'Key', {
      alias: SYSTEM,
      description: 'Redis Cloud PrivateLink automation: secrets, table, queue and logs.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': [
              this.formatArn({ service: 'logs', resource: `log-group:/aws/lambda/${SYSTEM}-*` }),
              this.formatArn({ service: 'logs', resource: `log-group:/aws/vendedlogs/states/${SYSTEM}-*` }),
            ],
          },
        },
      }),
    );
    // A grant lasts, and no policy shows it: only AWS's own services get one.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'GrantsOnlyToServices',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: {
          BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DeadLetters',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return key;
  }
}

/**
 * Leaves a resource in the account, with all that it keeps, when an update replaces it: by mistake, or because the
 * secret gets another name. It goes when the stack is deleted.
 */
function keepWhenReplaced(...resources: Resource[]): void {
  for (const { node } of resources) {
    (node.defaultChild as CfnResource).cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }
}

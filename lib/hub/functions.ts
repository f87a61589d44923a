import { Aws, Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type * as z from 'zod/mini';
import type { askEnvironment } from '../../lambdas/approval/ask-for-approval.ts';
import type { MemberEnvironment } from '../../lambdas/aws/call/environment.ts';
import type { RedisCloudEnvironment } from '../../lambdas/redis-cloud/call/environment.ts';
import type { TableEnvironment } from '../../lambdas/shared/coordination/table.ts';
import type { AutomationConfiguration } from '../../lambdas/shared/workflows/configuration.ts';
import type { Configuration } from '../configuration.ts';
import { acceptWildcard } from '../constructs/accepted-findings.ts';
import type { Alerts } from '../constructs/alerts.ts';
import { ApiFunction, type ApiFunctionProps } from '../constructs/api-function.ts';
import { useOfKey } from '../constructs/key-use.ts';
import { Workflow } from '../constructs/workflow.ts';
import { CONNECTOR_ROLE } from '../names.ts';

export interface FunctionsProps {
  configuration: Configuration;
  key: IKey;
  secret: ISecret;
  table: ITable;
  alerts: Alerts;
}

/** Some actions on the table, and with them the use of its key, which DynamoDB asks of the caller. */
export function grantTable(table: ITable, grantee: IGrantable, ...actions: string[]): void {
  table.grant(grantee, ...actions);
  if (table.encryptionKey)
    grantee.grantPrincipal.addToPrincipalPolicy(useOfKey(table.encryptionKey, 'dynamodb'));
}

/** What keeping the lines for turns and readings needs of the table. */
const COORDINATION = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:Query',
];

/** The workflows that change a subscription. */
type WorkflowName = 'onboard' | 'offboard';

/**
 * All functions, each under the name of its placeholder in the workflows. Constructs live in the stack itself,
 * so that their ids are those of the functions alone.
 */
export class Functions {
  readonly redisCloud;
  readonly member;
  readonly deciding;
  readonly DescribeAccount: ApiFunction;
  readonly DescribeFailure: ApiFunction;
  readonly RecordMetrics: ApiFunction;

  readonly #scope: Construct;
  readonly #props: FunctionsProps;
  /** What the functions that decide know. */
  readonly #known: AutomationConfiguration;

  constructor(scope: Construct, props: FunctionsProps) {
    this.#scope = scope;
    this.#props = props;
    this.#known = { connections: props.configuration.connections };
    this.redisCloud = this.#redisCloudFunctions();
    this.member = this.#memberFunctions();
    this.deciding = this.#decidingFunctions();
    this.DescribeAccount = this.#describeAccount();
    this.DescribeFailure = this.#add('DescribeFailure', {
      call: 'describe-failure',
      description: 'Says who has to know of a failure, and in which words.',
      environment: { RUNBOOK: props.configuration.operations.runbookUrl },
    });
    this.RecordMetrics = this.#add('RecordMetrics', {
      call: 'record-metrics',
      description: 'Turns announcements into metrics.',
    });
  }

  #add(id: string, props: Omit<ApiFunctionProps, 'key'>): ApiFunction {
    return new ApiFunction(this.#scope, id, { key: this.#props.key, ...props });
  }

  /** One for each operation of the Redis Cloud API. */
  #redisCloudFunctions() {
    const { configuration, secret, table } = this.#props;
    const environment: RedisCloudEnvironment = {
      REDIS_CLOUD_URL: configuration.redisCloud.apiUrl,
      REDIS_CLOUD_SECRET_ARN: secret.secretArn,
      TABLE_NAME: table.tableName,
    };
    const add = (id: string, call: string, description: string, timeout?: Duration) => {
      const made = this.#add(id, {
        call,
        description,
        environment: { ...environment },
        ...(timeout && { timeout }),
      });
      made.function.addToRolePolicy(
        new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
      );
      made.function.addToRolePolicy(useOfKey(this.#props.key, 'secretsmanager to read'));
      // The budget of requests.
      grantTable(table, made.function, 'dynamodb:UpdateItem');
      return made;
    };
    /** A change looks whether the turn is its execution's, and how long such changes take. */
    const change = (id: string, call: string, description: string) => {
      const made = add(id, call, description);
      grantTable(table, made.function, 'dynamodb:GetItem');
      return made;
    };
    /** One that keeps lines, too. It may update items already. */
    const coordinating = (id: string, call: string, description: string, timeout?: Duration) => {
      const made = add(id, call, description, timeout);
      grantTable(table, made.function, ...COORDINATION.filter((action) => action !== 'dynamodb:UpdateItem'));
      return made;
    };
    const readPrivateLink = coordinating(
      'ReadPrivateLink',
      'read-private-link',
      'Looks at the PrivateLink, for all who want to.',
      // Thousands may wait for the answer.
      Duration.minutes(5),
    );
    // Only `onboard` reads together.
    this.#allowAnswering(readPrivateLink, ['onboard'], 'states:SendTaskSuccess', 'states:SendTaskFailure');
    this.#allowLookingAt(readPrivateLink, ['onboard']);
    const awaitChange = coordinating(
      'AwaitChange',
      'await-change',
      'Looks at a change, and hands the turn on when it is done.',
    );
    this.#allowHandingOn(awaitChange);
    return {
      GetPrivateLink: add('GetPrivateLink', 'get-private-link', 'Asks for the PrivateLink.'),
      CreatePrivateLink: change('CreatePrivateLink', 'create-private-link', 'Creates the PrivateLink.'),
      DeletePrivateLink: change('DeletePrivateLink', 'delete-private-link', 'Deletes the PrivateLink.'),
      AddPrincipal: change('AddPrincipal', 'add-principal', 'Admits an account.'),
      RemovePrincipal: change('RemovePrincipal', 'remove-principal', 'Expels an account.'),
      DisassociateConnections: change(
        'DisassociateConnections',
        'disassociate-connections',
        'Cuts connections of VPC endpoints.',
      ),
      GetEndpointScript: add('GetEndpointScript', 'get-endpoint-script', 'Asks for the endpoint script.'),
      GetTask: add('GetTask', 'get-task', 'Looks at a task, and at what it answers.'),
      ReadPrivateLink: readPrivateLink,
      AwaitChange: awaitChange,
    };
  }

  /** One for each call in a member account, made through its connector role. */
  #memberFunctions() {
    const { organization } = this.#props.configuration;
    const environment: MemberEnvironment = {
      CONNECTOR_ROLE_NAME: CONNECTOR_ROLE,
      EXTERNAL_ID: organization.externalId,
    };
    const add = (id: string, call: string, description: string, timeout = Duration.minutes(1)) => {
      const made = this.#add(id, {
        call,
        description,
        timeout,
        environment: { ...environment },
      });
      const connectors = `arn:${Aws.PARTITION}:iam::*:role/${CONNECTOR_ROLE}`;
      acceptWildcard(made, connectors, 'In any account of the organization, as the condition says.');
      made.function.addToRolePolicy(
        new PolicyStatement({
          actions: ['sts:AssumeRole'],
          // Any account of the organization, and only there.
          resources: [connectors],
          conditions: { StringEquals: { 'aws:ResourceOrgID': organization.id } },
        }),
      );
      return made;
    };
    return {
      AcceptResourceShare: add(
        'AcceptResourceShare',
        'accept-resource-share',
        'Accepts the invitation to the resource share.',
      ),
      DescribeVpc: add('DescribeVpc', 'describe-vpc', 'Looks at a VPC, and for our endpoint in it.'),
      CreateSecurityGroup: add(
        'CreateSecurityGroup',
        'create-security-group',
        "Creates the endpoint's security group.",
      ),
      DeleteSecurityGroup: add(
        'DeleteSecurityGroup',
        'delete-security-group',
        "Deletes the endpoint's security group.",
      ),
      CreateVpcEndpoint: add('CreateVpcEndpoint', 'create-vpc-endpoint', 'Creates the VPC endpoint.'),
      DescribeVpcEndpoint: add(
        'DescribeVpcEndpoint',
        'describe-vpc-endpoint',
        'Looks at the VPC endpoint and its DNS names.',
      ),
      DeleteVpcEndpoint: add('DeleteVpcEndpoint', 'delete-vpc-endpoint', 'Deletes a VPC endpoint of ours.'),
      PublishParameters: add(
        'PublishParameters',
        'publish-parameters',
        'Writes the parameters by which applications find their databases.',
        // A subscription's hundred parameters take 40 seconds at three a second, and as many again on retries.
        Duration.minutes(5),
      ),
      DeleteParameters: add(
        'DeleteParameters',
        'delete-parameters',
        'Deletes the parameters of a VPC or of an account.',
        Duration.minutes(5),
      ),
      ListVpcs: add('ListVpcs', 'list-vpcs', 'Lists VPCs and what their tags ask for.'),
      ListVpcEndpoints: add('ListVpcEndpoints', 'list-vpc-endpoints', 'Lists VPC endpoints of ours.'),
      ListParameters: add(
        'ListParameters',
        'list-parameters',
        'Lists parameters of ours.',
        Duration.minutes(5),
      ),
      ListSecurityGroups: add('ListSecurityGroups', 'list-security-groups', 'Lists security groups of ours.'),
    };
  }

  #describeAccount(): ApiFunction {
    const { organization } = this.#props.configuration;
    const made = this.#add('DescribeAccount', {
      call: 'describe-account',
      description: 'Looks up where an account is in the organization.',
    });
    const accounts = `arn:${Aws.PARTITION}:organizations::${organization.managementAccountId}:account/${organization.id}/*`;
    acceptWildcard(made, accounts, 'Any account of the organization may appear or move.');
    made.function.addToRolePolicy(
      new PolicyStatement({ actions: ['organizations:DescribeAccount'], resources: [accounts] }),
    );
    return made;
  }

  /** Those that decide rather than call. */
  #decidingFunctions() {
    const add = (id: string, call: string, description: string) =>
      this.#add(id, { call, description, configuration: this.#known });
    return {
      CheckRequest: add('CheckRequest', 'check-request', 'Checks what a request is about.'),
      CheckOffboardRequest: add(
        'CheckOffboardRequest',
        'check-offboard-request',
        'Checks a request to offboard.',
      ),
      CheckReconcileRequest: add(
        'CheckReconcileRequest',
        'check-reconcile-request',
        'Checks a request to reconcile.',
      ),
      ReadEvent: add('ReadEvent', 'read-event', 'Reads what an event says has happened.'),
      PlanExecutions: add('PlanExecutions', 'plan-executions', 'Decides which executions to start.'),
      DecideOffboarding: this.#add('DecideOffboarding', {
        call: 'decide-offboarding',
        description: 'Decides what is to be removed next.',
      }),
      TakeTurn: this.#coordinating('TakeTurn', {
        call: 'take-turn',
        description: 'Stands in line for the turn to change a subscription.',
      }),
      PassTurn: this.#coordinating('PassTurn', {
        call: 'pass-turn',
        description: 'Hands the turn to the next in line.',
      }),
      LetGo: this.#tidying('LetGo', {
        call: 'let-go',
        description: 'Gives back what an execution that has ended may hold.',
      }),
      WatchTurns: this.#tidying('WatchTurns', {
        call: 'watch-turns',
        description: 'Looks how long turns have been held, and for readings that were given up.',
        timeout: Duration.minutes(5),
        configuration: this.#known,
      }),
      AskForApproval: this.#askForApproval(),
      WithdrawApproval: this.#withdrawApproval(),
      AwaitOnboarding: this.#awaiting('AwaitOnboarding', {
        call: 'await-onboarding',
        description: 'Looks whether the same thing is being onboarded.',
        of: 'onboard',
      }),
      CheckOnboardRequest: this.#checkOnboardRequest(),
      ListOfferedAccounts: this.#listOfferedAccounts(),
      PlanReconciliation: this.#planReconciliation(),
    };
  }

  /** One that keeps the lines for turns. */
  #coordinating(id: string, props: Omit<ApiFunctionProps, 'key' | 'environment'>): ApiFunction {
    const { table } = this.#props;
    const environment: TableEnvironment = { TABLE_NAME: table.tableName };
    const made = this.#add(id, { ...props, environment: { ...environment } });
    grantTable(table, made.function, ...COORDINATION);
    this.#allowHandingOn(made);
    return made;
  }

  /** One that keeps those for readings, too: where a reading is given up, another execution begins the next one. */
  #tidying(id: string, props: Omit<ApiFunctionProps, 'key' | 'environment'>): ApiFunction {
    const made = this.#coordinating(id, props);
    this.#allowAnswering(made, ['onboard'], 'states:SendTaskFailure');
    return made;
  }

  /** Whoever hands a turn on tells the step that waits for it, and looks whether its execution is still there. */
  #allowHandingOn(made: ApiFunction): void {
    const takers: WorkflowName[] = ['onboard', 'offboard'];
    this.#allowAnswering(made, takers, 'states:SendTaskSuccess');
    this.#allowLookingAt(made, takers);
  }

  /** @param workflows those whose steps wait for the answer */
  #allowAnswering(made: ApiFunction, workflows: WorkflowName[], ...actions: string[]): void {
    made.function.addToRolePolicy(
      new PolicyStatement({
        actions,
        resources: workflows.map((name) => Workflow.arn(this.#scope, name)),
      }),
    );
  }

  /** @param workflows those whose executions may have ended */
  #allowLookingAt(made: ApiFunction, workflows: WorkflowName[]): void {
    made.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: workflows.map((name) => Workflow.executionsArn(this.#scope, name)),
      }),
    );
  }

  #checkOnboardRequest(): ApiFunction {
    const { table } = this.#props;
    const made = this.#awaiting('CheckOnboardRequest', {
      call: 'check-onboard-request',
      description:
        'Checks a request to onboard, notes it, and looks whether the account is being offboarded.',
      of: 'offboard',
      environment: { TABLE_NAME: table.tableName },
      configuration: this.#known,
    });
    grantTable(table, made.function, 'dynamodb:PutItem');
    return made;
  }

  #askForApproval(): ApiFunction {
    const { table, alerts, configuration } = this.#props;
    const environment: z.infer<typeof askEnvironment> = {
      TABLE_NAME: table.tableName,
      TOPIC_ARN: alerts.topic.topicArn,
      RUNBOOK: configuration.operations.runbookUrl,
    };
    const made = this.#add('AskForApproval', {
      call: 'ask-for-approval',
      description: 'Asks a person whether an account or a VPC may be connected.',
      environment: { ...environment },
    });
    grantTable(table, made.function, 'dynamodb:GetItem', 'dynamodb:PutItem');
    alerts.grantPublish(made.function);
    this.#allowAnswering(made, ['onboard'], 'states:SendTaskSuccess');
    this.#allowLookingAt(made, ['onboard']);
    return made;
  }

  #withdrawApproval(): ApiFunction {
    const { table } = this.#props;
    const made = this.#add('WithdrawApproval', {
      call: 'withdraw-approval',
      description: 'Takes back the question whether something may be connected, and forgets the answer.',
      environment: { TABLE_NAME: table.tableName },
    });
    grantTable(table, made.function, 'dynamodb:Query', 'dynamodb:DeleteItem');
    this.#allowAnswering(made, ['onboard'], 'states:SendTaskSuccess');
    return made;
  }

  /** One that looks which executions of a workflow are running. */
  #awaiting(
    id: string,
    { of, environment, ...props }: Omit<ApiFunctionProps, 'key'> & { of: WorkflowName },
  ): ApiFunction {
    const arn = Workflow.arn(this.#scope, of);
    const made = this.#add(id, { ...props, environment: { ...environment, STATE_MACHINE_ARN: arn } });
    made.function.addToRolePolicy(
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [arn] }),
    );
    this.#allowLookingAt(made, [of]);
    return made;
  }

  #listOfferedAccounts(): ApiFunction {
    const made = this.#add('ListOfferedAccounts', {
      call: 'list-offered-accounts',
      description: 'Lists the accounts to which a connection is offered.',
      timeout: Duration.minutes(10),
      configuration: this.#known,
    });
    // Organizations cannot limit a listing to resources.
    made.function.addToRolePolicy(
      new PolicyStatement({ actions: ['organizations:ListAccounts'], resources: ['*'] }),
    );
    return made;
  }

  #planReconciliation(): ApiFunction {
    const { table } = this.#props;
    const made = this.#add('PlanReconciliation', {
      call: 'plan-reconciliation',
      description: 'Compares what should be with what is.',
      memoryMegabytes: 1024,
      timeout: Duration.minutes(10),
      environment: { TABLE_NAME: table.tableName },
      configuration: this.#known,
    });
    grantTable(table, made.function, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem');
    return made;
  }
}

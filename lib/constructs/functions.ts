import { Aws, Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { AutomationConfiguration } from '../../lambdas/automation/configuration.ts';
import type { MemberEnvironment } from '../../lambdas/aws/environment.ts';
import type { RedisCloudEnvironment } from '../../lambdas/redis-cloud/environment.ts';
import type { Configuration } from '../configuration.ts';
import { CONNECTOR_ROLE } from '../names.ts';
import { acceptWildcard } from './accepted-findings.ts';
import { ApiFunction, type ApiFunctionProps } from './api-function.ts';
import { Workflow } from './workflow.ts';

export interface FunctionsProps {
  configuration: Configuration;
  key: IKey;
  secret: ISecret;
  table: ITable;
}

/** Some actions on the table, and with them the use of its key, which DynamoDB asks of the caller. */
export function grantTable(table: ITable, grantee: IGrantable, ...actions: string[]): void {
  table.grant(grantee, ...actions);
  table.encryptionKey?.grantEncryptDecrypt(grantee);
}

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
    const { configuration, secret } = this.#props;
    const environment: RedisCloudEnvironment = {
      REDIS_CLOUD_URL: configuration.redisCloud.apiUrl,
      REDIS_CLOUD_SECRET_ARN: secret.secretArn,
    };
    const add = (id: string, call: string, description: string) => {
      const made = this.#add(id, { call, description, environment: { ...environment } });
      secret.grantRead(made.function);
      return made;
    };
    return {
      GetPrivateLink: add('GetPrivateLink', 'get-private-link', 'Asks for the PrivateLink.'),
      CreatePrivateLink: add('CreatePrivateLink', 'create-private-link', 'Creates the PrivateLink.'),
      DeletePrivateLink: add('DeletePrivateLink', 'delete-private-link', 'Deletes the PrivateLink.'),
      AddPrincipal: add('AddPrincipal', 'add-principal', 'Admits an account.'),
      RemovePrincipal: add('RemovePrincipal', 'remove-principal', 'Expels an account.'),
      DisassociateConnections: add(
        'DisassociateConnections',
        'disassociate-connections',
        'Cuts connections of VPC endpoints.',
      ),
      GetEndpointScript: add('GetEndpointScript', 'get-endpoint-script', 'Asks for the endpoint script.'),
      GetTask: add('GetTask', 'get-task', 'Looks at a task, and at what it answers.'),
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
      CheckRequest: add('CheckRequest', 'check-request', 'Checks a request to onboard.'),
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
      TakeTurn: this.#turn('TakeTurn', 'take-turn', 'Stands in line for the turn to change a subscription.'),
      PassTurn: this.#turn('PassTurn', 'pass-turn', 'Hands the turn to the next in line.'),
      WatchTurns: this.#turn(
        'WatchTurns',
        'watch-turns',
        'Looks how long turns have been held.',
        this.#known,
      ),
      AwaitOnboarding: this.#awaiting('AwaitOnboarding', 'onboard'),
      AwaitOffboarding: this.#awaiting('AwaitOffboarding', 'offboard'),
      ListOfferedAccounts: this.#listOfferedAccounts(),
      PlanReconciliation: this.#planReconciliation(),
    };
  }

  #turn(id: string, call: string, description: string, configuration?: AutomationConfiguration): ApiFunction {
    const { table } = this.#props;
    const made = this.#add(id, {
      call,
      description,
      environment: { TABLE_NAME: table.tableName },
      ...(configuration && { configuration }),
    });
    const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'];
    grantTable(table, made.function, ...actions);
    const takers = ['onboard', 'offboard'];
    made.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:SendTaskSuccess'],
        resources: takers.map((name) => Workflow.arn(this.#scope, name)),
      }),
    );
    made.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: takers.map((name) => Workflow.executionsArn(this.#scope, name)),
      }),
    );
    return made;
  }

  #awaiting(id: string, workflow: 'onboard' | 'offboard'): ApiFunction {
    const arn = Workflow.arn(this.#scope, workflow);
    const made = this.#add(id, {
      call: `await-${workflow}ing`,
      description: `Looks whether the same thing is being ${workflow}ed.`,
      environment: { STATE_MACHINE_ARN: arn },
    });
    made.function.addToRolePolicy(
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [arn] }),
    );
    made.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: [Workflow.executionsArn(this.#scope, workflow)],
      }),
    );
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

import { expect } from '@jest/globals';
import {
  type Activity,
  type ExecutionRecord,
  embeddedPoints,
  type LogLine,
  type ProviderSide,
  type PublishedMessage,
} from 'local-cloud';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import type { Deployment } from '../../local/deployment.ts';
import type { IncomingRequest, Interception } from '../../local/redis-cloud/faults.ts';
import type { RedisCloud } from '../../local/redis-cloud/server.ts';
import { World } from '../../local/stories/world.ts';
import { configuration, HUB, UNIT, VPC } from './organization.ts';

const { functionNameOf } = DEFAULT_NAMES;

export interface Keys {
  apiKey: string;
  secretKey: string;
}

interface Place {
  accountId: string;
  region: string;
}

interface VpcOptions {
  region?: string;
  tags?: Record<string, string>;
  bare?: boolean;
}

const CHANGES = new Set([
  'createPrivateLink',
  'deletePrivateLink',
  'addPrincipal',
  'removePrincipal',
  'disassociateConnections',
]);

/** One test's part of the cloud: a Redis Cloud of its own, and accounts that no other test uses. */
export class Lab {
  readonly cloud: Deployment;
  readonly redisCloud: RedisCloud;
  readonly provider: ProviderSide;
  readonly world: World;
  /** The changes that Redis Cloud was asked for, in order: `addPrincipal 12345`. */
  readonly changes: string[] = [];
  /** Changes that were asked for while another change of the same subscription was being processed. */
  readonly collisions: string[] = [];
  /** What happens to a request instead of its processing. */
  intercept: (request: IncomingRequest) => Interception | undefined = () => undefined;
  readonly #activity: Activity;
  readonly #before: Set<ExecutionRecord>;

  readonly #keys: Keys;
  readonly #publishedBefore: number;
  readonly #lines: LogLine[] = [];
  readonly #whenOver: (() => void)[] = [];

  constructor(cloud: Deployment, redisCloud: RedisCloud, activity: Activity, keys: Keys) {
    this.#keys = keys;
    this.#publishedBefore = cloud.messages().length;
    this.#whenOver.push(cloud.observeLogs((line) => this.#lines.push(line)));
    this.cloud = cloud;
    this.redisCloud = redisCloud;
    this.provider = cloud.provider as ProviderSide;
    this.world = new World(cloud);
    this.#activity = activity;
    this.#before = new Set(cloud.executions());
    redisCloud.faults.intercept = (request) => {
      const { operation, subscriptionId } = request;
      const interception = this.intercept(request);
      if (operation && CHANGES.has(operation) && !interception) {
        this.changes.push(`${operation} ${subscriptionId}`);
        if (this.isProcessing(subscriptionId!)) this.collisions.push(operation);
      }
      return interception;
    };
  }

  /** Whether a change is being processed. What goes on after processing does not count: a read shows it. */
  isProcessing(subscriptionId: number): boolean {
    try {
      if (this.redisCloud.isActive(subscriptionId)) return false;
    } catch {
      // Redis Cloud does not know the subscription.
      return false;
    }
    const links = configuration.connections
      .filter((connection) => connection.subscriptionId === subscriptionId)
      .map(({ activeActiveRegionId }) => this.redisCloud.privateLink(subscriptionId, activeActiveRegionId));
    return !links.some(
      (link) =>
        link?.status === 'initializing' ||
        link?.status === 'deleting' ||
        (link?.principals as { status: string }[] | undefined)?.some(
          ({ status }) => status === 'disassociating',
        ),
    );
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#activity.sleep(milliseconds);
  }

  settled(): Promise<void> {
    return this.cloud.settled(this.#activity);
  }

  call<T = Record<string, never>>(
    service: string,
    action: string,
    input: object,
    { accountId, region }: Place = { accountId: HUB, region: 'us-east-1' },
  ): Promise<T> {
    const caller = this.cloud.root({ accountId, region });
    return this.cloud.call(service, action, input, caller) as Promise<T>;
  }

  /** A new account of the organization, with the member stack. Returns its id. */
  async account(unit = UNIT, accountId = nextAccount()): Promise<string> {
    const { accounts } = this.cloud;
    if (!accounts.hasUnit(unit)) accounts.addUnit(unit, { id: unit });
    await accounts.add(accountId, unit, { silent: true });
    return accountId;
  }

  /** The account's role does not let the hub in, until what this returns is called. */
  async lockOut(accountId: string): Promise<() => Promise<void>> {
    const place = { accountId, region: 'us-east-1' };
    const RoleName = 'redis-privatelink-connector';
    const { Role } = await this.call<{ Role: { AssumeRolePolicyDocument: string } }>(
      'iam',
      'GetRole',
      { RoleName },
      place,
    );
    const trust = async (PolicyDocument: string) => {
      await this.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument }, place);
    };
    await trust(JSON.stringify({ Version: '2012-10-17', Statement: [] }));
    return () => trust(decodeURIComponent(Role.AssumeRolePolicyDocument));
  }

  /** A VPC that has been there, with DNS on and, unless it is `bare`, subnets in three zones. */
  async vpc(
    accountId: string,
    vpcId = VPC,
    { region = 'us-east-1', tags = {}, bare = false }: VpcOptions = {},
  ): Promise<void> {
    this.cloud.ensureVpc({ accountId, region }, { vpcId, cidrBlock: '10.42.0.0/16', tags });
    await this.world.enableDnsHostnames(accountId, region, vpcId);
    if (!bare) await this.world.createSubnets(accountId, region, vpcId, '10.42.0.0/16');
  }

  /** Starts a workflow as a person does in the console. The record goes on changing. */
  async start(workflow: string, input: unknown): Promise<ExecutionRecord> {
    const { executionArn } = await this.call<{ executionArn: string }>('states', 'StartExecution', {
      stateMachineArn: `arn:aws:states:us-east-1:${HUB}:stateMachine:redis-privatelink-${workflow}`,
      input: typeof input === 'string' ? input : JSON.stringify(input),
    });
    return this.executions().find(({ arn }) => arn === executionArn)!;
  }

  async ended(execution: ExecutionRecord): Promise<ExecutionRecord> {
    await this.#activity.wait(this.cloud.ended(execution));
    return execution;
  }

  /** Starts a workflow and waits for its end. */
  async run(workflow: string, input: unknown): Promise<ExecutionRecord> {
    return this.ended(await this.start(workflow, input));
  }

  async redrive(execution: ExecutionRecord): Promise<ExecutionRecord> {
    await this.call('states', 'RedriveExecution', { executionArn: execution.arn });
    return this.ended(execution);
  }

  /** So that what a failed test leaves behind does not trouble the next one. */
  async stopAll(): Promise<void> {
    for (const { arn, status } of this.executions()) {
      if (status === 'RUNNING') await this.call('states', 'StopExecution', { executionArn: arn });
    }
    await this.settled();
  }

  /** Waits until the execution has entered the state. */
  async reached(execution: ExecutionRecord, state: string): Promise<void> {
    const entered = () =>
      execution.history.some(({ type, details }) => type.endsWith('StateEntered') && details?.name === state);
    while (!entered()) {
      if (execution.status !== 'RUNNING') throw new Error(`${state} was not reached: ${execution.cause}`);
      await this.sleep(250);
    }
  }

  /** The executions since the test began. */
  executions(workflow?: string): ExecutionRecord[] {
    const all = this.cloud.executions().filter((one) => !this.#before.has(one));
    return all.filter((one) => !workflow || one.stateMachineName === `redis-privatelink-${workflow}`);
  }

  async endpoints(
    accountId: string,
    region = 'us-east-1',
  ): Promise<{ VpcEndpointId: string; VpcId: string; State: string; SubnetIds: string[] }[]> {
    const { VpcEndpoints } = await this.call<{ VpcEndpoints: never[] }>(
      'ec2',
      'DescribeVpcEndpoints',
      {},
      { accountId, region },
    );
    return VpcEndpoints;
  }

  /** Account ids of the principals, with their status. */
  principals(subscriptionId = 12345, regionId?: number): Record<string, string> {
    const link = this.redisCloud.privateLink(subscriptionId, regionId);
    const principals = (link?.principals ?? []) as { principal: string; status: string }[];
    return Object.fromEntries(
      principals.map(({ principal, status }) => [/\d{12}/.exec(principal)![0], status]),
    );
  }

  /** Accounts that Redis Cloud lists as admitted, or on their way there. Removed ones may be listed, too. */
  admitted(subscriptionId = 12345): string[] {
    return Object.entries(this.principals(subscriptionId))
      .filter(([, status]) => !['disassociating', 'disassociated', 'failed'].includes(status))
      .map(([accountId]) => accountId)
      .sort();
  }

  /** The name of the service that Redis Cloud offers. */
  serviceOf(subscriptionId: number): string {
    return String(this.redisCloud.privateLink(subscriptionId)?.serviceName);
  }

  /** Keys of the table's items whose partition key begins so. */
  async items(prefix: string): Promise<string[]> {
    const keys = (await this.#table()).map(({ pk, sk }) => `${pk.S} ${sk.S}`);
    return keys.filter((key) => key.startsWith(prefix)).sort();
  }

  /** Who has a lock or a place or waits for one: keys of items, and for each place that is taken `places place<n>`. */
  async locks(): Promise<string[]> {
    const taken = (await this.#table()).filter(({ sk }) => sk.S === 'taken');
    const places = taken.flatMap((item) => Object.keys(item).filter((name) => name.startsWith('place')));
    const items = [...(await this.items('turn#')), ...(await this.items('places'))];
    return [
      ...items.filter((key) => !key.endsWith(' taken')),
      ...places.map((place) => `places ${place}`),
    ].sort();
  }

  async #table(): Promise<Record<'pk' | 'sk', { S: string }>[]> {
    const { TableNames } = await this.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
    const { Items } = await this.call<{ Items: never[] }>('dynamodb', 'Scan', { TableName: TableNames[0] });
    return Items;
  }

  /** Keys of what the table has of an account, without what this system has ever made in it. */
  async records(accountId: string): Promise<string[]> {
    const keys = await this.items(`account#${accountId}`);
    return keys.filter((key) => !key.startsWith(`account#${accountId} own#`));
  }

  /** Takes what is in the hub's dead-letter queue. */
  async deadLetters(): Promise<string[]> {
    const { QueueUrl } = await this.call<{ QueueUrl: string }>('sqs', 'GetQueueUrl', {
      QueueName: 'redis-privatelink-dead-letters',
    });
    const { Messages = [] } = await this.call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
      'sqs',
      'ReceiveMessage',
      { QueueUrl, MaxNumberOfMessages: 10 },
    );
    for (const { ReceiptHandle } of Messages) {
      await this.call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
    }
    return Messages.map(({ Body }) => Body);
  }

  /** Redis Cloud knows other keys from now on. */
  replaceKeys(keys: Keys): void {
    Object.assign(this.#keys, keys);
  }

  /** What an operator puts into the secret. */
  async setSecret(text: string): Promise<void> {
    const { secretName } = this.cloud.configuration.redisCloud.accounts[0]!;
    await this.call('secretsmanager', 'PutSecretValue', { SecretId: secretName, SecretString: text });
  }

  /** What the schedule does now and then. */
  async watchLocks(): Promise<void> {
    const { FunctionError, Payload } = await this.call<{ FunctionError?: string; Payload: Uint8Array }>(
      'lambda',
      'Invoke',
      {
        FunctionName: functionNameOf('watch-locks'),
        Payload: '{}',
      },
    );
    expect(FunctionError && Buffer.from(Payload).toString()).toBeUndefined();
  }

  /** Puts the keys into the secret that Redis Cloud knows. */
  restoreSecret(): Promise<void> {
    return this.setSecret(JSON.stringify(this.#keys));
  }

  /** What no log may hold. */
  secrets(): string[] {
    return Object.values(this.#keys);
  }

  /** What was published for operators since the test began. */
  published(): PublishedMessage[] {
    return this.cloud.messages().slice(this.#publishedBefore);
  }

  /** What the functions have logged since the test began. */
  logLines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Has the alarms evaluated until the end of the test. */
  watchAlarms(): void {
    this.#whenOver.push(this.cloud.watchAlarms());
  }

  /** The values of a metric of ours without dimensions, in the order of the log. */
  measured(metric: string): number[] {
    return this.#lines
      .flatMap(({ line }) => embeddedPoints(line))
      .filter(({ name, dimensions }) => name === metric && Object.keys(dimensions).length === 0)
      .map(({ value }) => value);
  }

  /** The test is over. */
  end(): void {
    for (const end of this.#whenOver) end();
  }

  /** New sandboxes, which have nothing in memory. */
  async coldStart(): Promise<void> {
    for (const { FunctionName, Environment } of await this.functions()) {
      await this.call('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment });
    }
  }

  async functions(): Promise<{ FunctionName: string; Environment: { Variables: Record<string, string> } }[]> {
    const { Functions } = await this.call<{ Functions: never[] }>('lambda', 'ListFunctions', {});
    return Functions;
  }
}

let accounts = 0;

function nextAccount(): string {
  accounts += 1;
  return `4444555${String(accounts).padStart(5, '0')}`;
}

/** EventBridge loses what Step Functions reports of executions: nothing starts `clean-up`. */
export async function losingReports<T>(lab: Lab, work: () => Promise<T>): Promise<T> {
  const { Rules } = await lab.call<{ Rules: { Name: string; EventPattern?: string }[] }>(
    'events',
    'ListRules',
    {},
  );
  const Name = Rules.find(({ EventPattern }) => EventPattern?.includes('aws.states'))!.Name;
  await lab.call('events', 'DisableRule', { Name });
  try {
    return await work();
  } finally {
    await lab.call('events', 'EnableRule', { Name });
  }
}

/** How an execution ended, with the message that the function wrote, if one did. */
export function outcome({ status, error, cause }: ExecutionRecord): {
  status: string;
  error: string | undefined;
  message: string;
} {
  let message = cause ?? '';
  try {
    message = (JSON.parse(message) as { errorMessage?: string }).errorMessage ?? message;
  } catch {
    // It is plain text.
  }
  return { status, error, message };
}

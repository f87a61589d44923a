import type { Activity, ExecutionRecord } from 'local-cloud';
import { principalFor } from '../../lambdas/shared/workflows/service-network.ts';
import type { RedisCloud } from '../../local/redis-cloud/server.ts';
import { World } from '../../local/stories/world.ts';
import { type Ground, KEYS, OTHERS, type Otherwise } from './ground.ts';

export const VPC = 'vpc-0a71e831cb5152c43';
const CIDR = '10.42.0.0/16';
/** Somebody else's account that Redis Cloud has admitted. */
export const STRANGER = '999900001111';
/** Longer than any workflow may take. */
const LONGEST_MS = 5 * 86_400_000;
const MAX_PAUSE_MS = 900_000;

/** One case's part of a ground: an account that no other case uses, and a Redis Cloud of its own. */
export class Stage {
  readonly ground: Ground;
  readonly redisCloud: RedisCloud;
  readonly accountId: string;
  readonly world: World;
  readonly #activity: Activity;
  readonly #before: Set<ExecutionRecord>;

  constructor(ground: Ground, redisCloud: RedisCloud, activity: Activity, accountId: string) {
    this.ground = ground;
    this.redisCloud = redisCloud;
    this.accountId = accountId;
    this.world = new World(ground.cloud);
    this.#activity = activity;
    this.#before = new Set(ground.cloud.executions());
  }

  /** Begins a case: the account is the organization's only one beside the hub, the management account and the owner
   * of the service network. */
  static async enter(
    ground: Ground,
    activity: Activity,
    accountId: string,
    otherwise: Otherwise = {},
  ): Promise<Stage> {
    const { accounts, configuration } = ground.cloud;
    const { hubAccountId, managementAccountId, organizationalUnits } = configuration.organization;
    const { network } = ground;
    const staying = [hubAccountId, managementAccountId, network?.accountId];
    for (const id of accounts.ids()) {
      if (!staying.includes(id)) accounts.remove(id, { silent: true });
    }
    if (network && !accounts.has(network.accountId)) await network.share();
    await network?.endAssociations();
    // It takes a moment.
    while (network && (await network.associations()).length > 0) await activity.sleep(5_000);
    await accounts.add(accountId, organizationalUnits[0]!, { silent: true });
    const stage = new Stage(ground, await ground.redisCloud(otherwise), activity, accountId);
    await stage.#forget();
    return stage;
  }

  /** The same stage in another activity, as if nothing had been executed before. */
  again(activity: Activity): Stage {
    return new Stage(this.ground, this.redisCloud, activity, this.accountId);
  }

  /** Takes down what the next case must not meet. */
  async leave(): Promise<void> {
    for (const id of [this.connection.subscriptionId, ...OTHERS]) {
      const link = this.redisCloud.privateLink(id);
      const offer = link?.shareArn ?? link?.serviceName;
      if (typeof offer === 'string' && link?.status === 'active') this.ground.provider.removeOffer(offer);
    }
    await this.redisCloud.close();
  }

  get connection() {
    return this.ground.connection;
  }

  /** The account that Redis Cloud admits: the case's, or the one that stands for everybody. */
  get principalId(): string {
    return principalFor(this.connection, this.accountId);
  }

  link(): Record<string, unknown> | undefined {
    return this.redisCloud.privateLink(this.connection.subscriptionId);
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#activity.sleep(milliseconds);
  }

  /** In the hub's account, or in the case's. */
  call<T = object>(service: string, action: string, input: object, where: 'hub' | 'member'): Promise<T> {
    const { cloud } = this.ground;
    const member = cloud.root({ accountId: this.accountId, region: this.connection.region });
    return cloud.call(service, action, input, where === 'hub' ? cloud.hub : member) as Promise<T>;
  }

  /** The keys of the table's items, and what else each has. */
  async items(): Promise<{ pk: string; sk: string; members: string[] }[]> {
    const { Items } = await this.call<{ Items: Record<'pk' | 'sk', { S: string }>[] }>(
      'dynamodb',
      'Scan',
      await this.#table(),
      'hub',
    );
    return Items.map(({ pk, sk, ...rest }) => ({ pk: pk.S, sk: sk.S, members: Object.keys(rest) }));
  }

  /** What the system remembers of the case before is of another Redis Cloud. */
  async #forget(): Promise<void> {
    const table = await this.#table();
    for (const { pk, sk } of await this.items()) {
      await this.call('dynamodb', 'DeleteItem', { ...table, Key: { pk: { S: pk }, sk: { S: sk } } }, 'hub');
    }
  }

  async #table(): Promise<{ TableName: string }> {
    const { TableNames } = await this.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {}, 'hub');
    return { TableName: TableNames[0]! };
  }

  /** The executions since the case began. */
  executions(): ExecutionRecord[] {
    return this.ground.cloud.executions().filter((one) => !this.#before.has(one));
  }

  async start(workflow: string, input: object): Promise<ExecutionRecord> {
    const { hubAccountId, hubRegion } = this.ground.cloud.configuration.organization;
    const stateMachineArn = `arn:aws:states:${hubRegion}:${hubAccountId}:stateMachine:redis-privatelink-${workflow}`;
    const started = await this.call<{ executionArn: string }>(
      'states',
      'StartExecution',
      { stateMachineArn, input: JSON.stringify(input) },
      'hub',
    );
    return this.executions().find(({ arn }) => arn === started.executionArn)!;
  }

  onboard(request: object = { vpcId: VPC }): Promise<ExecutionRecord> {
    return this.start('onboard', { connection: this.connection.name, accountId: this.accountId, ...request });
  }

  /** The function begins with nothing in memory. */
  async coldStart(FunctionName: string): Promise<void> {
    const { Environment } = await this.call<{ Environment: object }>(
      'lambda',
      'GetFunctionConfiguration',
      { FunctionName },
      'hub',
    );
    await this.call('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment }, 'hub');
  }

  /** Waits until the execution has entered the state, or has ended. */
  async entered(execution: ExecutionRecord, state: string): Promise<void> {
    const isThere = () =>
      execution.history.some(({ type, details }) => type === 'TaskStateEntered' && details?.name === state);
    while (execution.status === 'RUNNING' && !isThere()) await this.sleep(250);
  }

  /** Lets time pass until nothing runs any more. @returns whether that came about. */
  async settled(): Promise<boolean> {
    const { clock } = this.ground.cloud;
    const until = clock.now() + LONGEST_MS;
    let pause = 10_000;
    for (let quiet = 0; quiet < 3; ) {
      await this.sleep(pause);
      const isUnderWay = this.ground.cloud.eventsUnderWay > 0;
      if (isUnderWay || this.executions().some(({ status }) => status === 'RUNNING')) {
        if (clock.now() > until) return false;
        quiet = 0;
        pause = Math.min(pause * 1.2, MAX_PAUSE_MS);
      } else {
        quiet += 1;
        pause = 10_000;
      }
    }
    return true;
  }

  /** A VPC that has been there, with subnets in three zones, that asks for the connection. */
  async vpc(): Promise<void> {
    const { accountId, connection, ground } = this;
    const { region } = connection;
    const tags = { 'redis-privatelink': connection.name };
    ground.cloud.ensureVpc({ accountId, region }, { vpcId: VPC, cidrBlock: CIDR, tags });
    await this.world.enableDnsHostnames(accountId, region, VPC);
    await this.world.createSubnets(accountId, region, VPC, CIDR);
  }

  /** Takes the tag away and gives it back; AWS reports the second. */
  async tagVpc(): Promise<void> {
    const Tags = [{ Key: 'redis-privatelink', Value: this.connection.name }];
    await this.call('ec2', 'CreateTags', { Resources: [VPC], Tags }, 'member');
  }

  /** Nobody asks for the connection any more: a reconciliation would bring it back otherwise. */
  async untagVpc(): Promise<void> {
    const Tags = [{ Key: 'redis-privatelink' }];
    await this.call('ec2', 'DeleteTags', { Resources: [VPC], Tags }, 'member');
    await this.settled();
  }

  /** The account's role lets nobody in any more. */
  async lockOut(): Promise<void> {
    const RoleName = 'redis-privatelink-connector';
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await this.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument }, 'member');
  }

  /** Somebody has created the PrivateLink at Redis Cloud, for the account or for another one. */
  async privateLinkByHand(whom: 'account' | 'stranger'): Promise<void> {
    const { subscriptionId, contract } = this.connection;
    const principal = whom === 'account' ? this.principalId : STRANGER;
    const share = { shareName: 'by-hand', principal, type: 'aws_account' };
    await this.byHand('POST', subscriptionId, '', contract === 'resource-share' ? share : {});
    await this.sleep(120_000);
  }

  /** Somebody with the keys changes a subscription's PrivateLink; `path` begins behind it. */
  async byHand(method: string, subscriptionId: number, path: string, body?: object): Promise<void> {
    const response = await this.ask(method, `/subscriptions/${subscriptionId}/private-link${path}`, body);
    // What is to go may be gone already.
    const isGone = method === 'DELETE' && response.status === 404;
    if (response.status !== 202 && response.status !== 204 && !isGone) {
      throw new Error(`Redis Cloud answered ${response.status}.`);
    }
  }

  /** Somebody with the keys asks Redis Cloud. */
  ask(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.redisCloud.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-api-key': KEYS.apiKey,
        'x-api-secret-key': KEYS.secretKey,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

import { expect } from '@jest/globals';
import type { Caller, CloudEvent, ExecutionRecord } from 'local-cloud';
import type { Interception } from '../../local/redis-cloud/faults.ts';
import { HUB, type Lab, laboratory, MANAGEMENT, type Options, outcome, UNIT, VPC } from './harness.ts';

/** A request to Redis Cloud that is to change something. */
export interface Change {
  method: string;
  path: string;
  body: unknown;
}

/** A call to AWS, before it is carried out. */
interface Call {
  service: string;
  action: string;
  input: Record<string, unknown>;
  caller: Caller;
}

const WORKS = new Set(['available', 'partial']);
const NOTED = new Set(['DeleteVpcEndpoints', 'DeleteSecurityGroup', 'CreateVpcEndpoint']);

/** A test's part of the cloud, with what tests of leaving need: what was removed, in order, and lost events. */
export class Scene {
  readonly lab: Lab;
  /** Changes at Redis Cloud and deletions in accounts, in order: `POST …/disassociate`, `DeleteVpcEndpoints`. */
  readonly log: string[] = [];
  readonly requests: Change[] = [];
  /** What this system has announced on its bus. */
  readonly announced: { type: string; detail: Record<string, unknown> }[] = [];
  /** Whether AWS loses an event. */
  loses: (event: CloudEvent) => boolean = () => false;
  /** Throws what AWS answers instead of carrying a call out. */
  beforeCall: (call: Call) => void = () => {};
  /** What Redis Cloud answers instead of carrying out an operation. */
  fault: (operation: string) => Interception | undefined = () => undefined;
  readonly #restore: () => void;

  constructor(lab: Lab) {
    this.lab = lab;
    lab.intercept = ({ method, path, operation, body }) => {
      const interception = this.fault(operation ?? '');
      if (method !== 'GET' && !interception) {
        const route = path.replace('/v1', '');
        this.requests.push({ method, path: route, body: body ? JSON.parse(body) : null });
        this.log.push(`${method} ${route.replace(/^.*private-link/, 'private-link')}`);
      }
      return interception;
    };
    const ends = [
      lab.cloud.interceptCalls(async ({ service, action, input, caller }, proceed) => {
        const given = input as Record<string, unknown>;
        this.beforeCall({ service, action, input: given, caller });
        // A security group is deleted when its endpoint has let go of it, which takes several attempts.
        if (NOTED.has(action) && this.log.at(-1) !== action) this.log.push(action);
        if (service === 'events' && action === 'PutEvents') this.#note(given);
        return proceed();
      }),
      lab.cloud.interceptEvents((event, deliver) => {
        if (!this.loses(event)) deliver();
      }),
    ];
    this.#restore = () => {
      for (const end of ends) end();
    };
  }

  end(): void {
    this.#restore();
  }

  #note({ Entries = [] }: { Entries?: { DetailType?: string; Detail?: unknown }[] }): void {
    for (const { DetailType = '', Detail } of Entries) {
      this.announced.push({
        type: DetailType,
        detail: typeof Detail === 'string' ? JSON.parse(Detail) : (Detail as never),
      });
    }
  }

  /** Does something that no event tells of. */
  async unseen(work: () => unknown): Promise<void> {
    const before = this.loses;
    this.loses = ({ source }) => source !== 'aws.states' || before({ source } as CloudEvent);
    await work();
    await this.lab.sleep(10_000);
    this.loses = before;
  }

  /** Onboards a VPC, of a new account unless one is given, with its tag. */
  async connect(
    connection: string,
    {
      accountId,
      vpcId = VPC,
      region = 'us-east-1',
      unit = UNIT,
    }: Partial<Connected> & { unit?: string } = {},
  ): Promise<Connected> {
    const { lab } = this;
    const account = accountId ?? (await lab.account(unit));
    const { Vpcs } = await this.ec2<{ Vpcs: { VpcId: string }[] }>('DescribeVpcs', {}, account, region);
    if (!Vpcs.some(({ VpcId }) => VpcId === vpcId)) {
      await lab.vpc(account, vpcId, { region, tags: { 'redis-privatelink': connection } });
    }
    const execution = await lab.run('onboard', { connection, accountId: account, vpcId });
    expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
    const endpoints = await lab.endpoints(account, region);
    const endpoint = endpoints.findLast(({ VpcId, State }) => VpcId === vpcId && WORKS.has(State));
    return { accountId: account, vpcId, region, vpcEndpointId: endpoint!.VpcEndpointId };
  }

  /** Forgets what was removed so far. */
  restart(): void {
    for (const list of [this.log, this.requests, this.announced, this.lab.changes]) list.length = 0;
  }

  /** The VPCs with a live endpoint. */
  async live(accountId: string, region = 'us-east-1'): Promise<string[]> {
    const endpoints = await this.lab.endpoints(accountId, region);
    return endpoints
      .filter(({ State }) => WORKS.has(State) || State === 'pending')
      .map(({ VpcId }) => VpcId)
      .sort();
  }

  async groups(accountId: string, region = 'us-east-1'): Promise<string[]> {
    const { SecurityGroups } = await this.ec2<{ SecurityGroups: { GroupName: string }[] }>(
      'DescribeSecurityGroups',
      {},
      accountId,
      region,
    );
    return SecurityGroups.map(({ GroupName }) => GroupName).filter((name) => name !== 'default');
  }

  ec2<T = object>(action: string, input: object, accountId: string, region = 'us-east-1'): Promise<T> {
    return this.lab.call<T>('ec2', action, input, { accountId, region });
  }

  /** Sets the tag that asks for connections; null takes it away. */
  async tag(accountId: string, vpcId: string, value: string | null, region = 'us-east-1'): Promise<void> {
    const Tags = [{ Key: 'redis-privatelink', ...(value !== null && { Value: value }) }];
    const action = value === null ? 'DeleteTags' : 'CreateTags';
    await this.ec2(action, { Resources: [vpcId], Tags }, accountId, region);
  }

  /** Executions of a workflow that were started with an input like this. */
  started(workflow: string, like: object = {}): ExecutionRecord[] {
    return this.lab.executions(workflow).filter(({ input }) => {
      const given = JSON.parse(input) as Record<string, unknown>;
      return Object.entries(like).every(([key, value]) => given[key] === value);
    });
  }

  /** Runs a workflow whose end is to be good. Returns its output. */
  async succeed<T = Record<string, never>>(workflow: string, input: object): Promise<T> {
    const execution = await this.lab.run(workflow, input);
    expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
    return JSON.parse(execution.output!) as T;
  }

  /** What a person asks of Redis Cloud without this system, and its end. */
  async byHand(method: string, path: string, body?: object): Promise<void> {
    const answer = await this.request(method, path, body);
    expect(answer.status).toBe(202);
    await this.lab.sleep(30_000);
  }

  /** A request of a person, whatever Redis Cloud answers. */
  async request(method: string, path: string, body?: object): Promise<Response> {
    const { secretName } = this.lab.cloud.configuration.redisCloud.accounts[0]!;
    const { SecretString } = await this.lab.call<{ SecretString: string }>(
      'secretsmanager',
      'GetSecretValue',
      { SecretId: secretName },
    );
    const { apiKey, secretKey } = JSON.parse(SecretString) as Record<string, string>;
    return fetch(`${this.lab.redisCloud.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey!,
        'x-api-secret-key': secretKey!,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** The organization without the accounts of tests before. */
  async leaveOthersBehind(): Promise<void> {
    const { accounts } = this.lab.cloud;
    await this.unseen(() => {
      for (const id of accounts.ids()) {
        if (id !== HUB && id !== MANAGEMENT) accounts.remove(id);
      }
    });
    const { TableNames } = await this.lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
    for (const key of await this.lab.items('leftover ')) {
      const [pk, sk] = key.split(' ');
      const Key = { pk: { S: pk }, sk: { S: sk } };
      await this.lab.call('dynamodb', 'DeleteItem', { TableName: TableNames[0], Key });
    }
  }

  /** Runs a reconciliation and all that it starts. */
  async reconcile(input: object = {}): Promise<Reconciled> {
    const before = new Set(this.lab.executions());
    const output = await this.succeed<Omit<Reconciled, 'started' | 'text'>>('reconcile', input);
    await this.lab.settled();
    const started = this.lab
      .executions()
      .filter((one) => !before.has(one) && /board$/.test(one.stateMachineName))
      .map((one) => `${one.stateMachineName.replace('redis-privatelink-', '')} ${targetOf(one.input)}`)
      .sort();
    return { ...output, started, text: await this.report(output.report) };
  }

  async report({ pk, sk }: { pk: string; sk: string }): Promise<Reconciled['text']> {
    const { TableNames } = await this.lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
    const { Item } = await this.lab.call<{ Item: { report: { S: string } } }>('dynamodb', 'GetItem', {
      TableName: TableNames[0],
      Key: { pk: { S: pk }, sk: { S: sk } },
    });
    return JSON.parse(Item.report.S) as Reconciled['text'];
  }
}

export interface Connected {
  accountId: string;
  vpcId: string;
  region: string;
  vpcEndpointId: string;
}

export interface Reconciled {
  run: string;
  counts: Record<string, number>;
  incomplete: string[];
  report: { pk: string; sk: string };
  /** `onboard orders 444455500001 vpc-…` */
  started: string[];
  text: {
    dryRun: boolean;
    differences: { workflow: string; accountId: string; vpcId?: string; why: string; outcome: string }[];
    reported: { kind: string; accountId?: string; connection?: string; what: string }[];
  };
}

function targetOf(input: string): string {
  const { connection, accountId, vpcId = 'whole' } = JSON.parse(input) as Record<string, string>;
  return `${connection} ${accountId} ${vpcId}`;
}

/** As {@link laboratory}, with scenes. */
export function theatre(): (work: (scene: Scene) => Promise<void>, options?: Options) => Promise<void> {
  const inLab = laboratory();
  return (work, options) =>
    inLab(async (lab) => {
      const scene = new Scene(lab);
      try {
        await work(scene);
        await lab.settled();
      } finally {
        scene.end();
      }
    }, options);
}

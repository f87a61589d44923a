// Long: two systems in one cloud, with all that one must not reach of the other. test/lib/system.test.ts always
// compares their names and templates.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Activity, type ExecutionRecord, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { localWorld } from '../../assumptions/register.ts';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { DEFAULT_NAMES, type Names, namesOf } from '../../lib/names.ts';
import { awsIn } from '../../local/assumed.ts';
import { Deployment } from '../../local/deployment.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { World } from '../../local/stories/world.ts';
import { synthesizeAll } from '../../local/synthesize.ts';
import { long } from '../long.ts';

jest.setTimeout(120_000);

const HUB = '222222222222';
const KEYS = { apiKey: 'account-key-of-the-tests', secretKey: 'user-key-of-the-tests' };
const REGION = 'us-east-1';

// Both offer a connection of the same name, of a subscription of their own.
const production = loadConfiguration('config/privatelink.yaml');
const [orders] = production.connections as [Configuration['connections'][number]];
const TRIAL = namesOf({ name: 'trial', tag: 'trial/redis' });

const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
const provider = new ProviderSide({ clock });
const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
let cloud: Deployment;
let redisCloud: RedisCloud;

beforeAll(async () => {
  redisCloud = await startRedisCloud({
    clock,
    provider,
    keys: KEYS,
    subscriptions: [orders.subscriptionId, 55_555].map((subscriptionId) => ({
      subscriptionId,
      region: REGION,
      contract: 'resource-share',
      zoneIds: zonesOf(REGION).map(({ id }) => id),
      databases: [{ databaseId: 51, port: 12_345 }],
    })),
  });
  const at = (secretName: string) => ({
    accounts: [{ name: 'default', apiUrl: redisCloud.url, secretName }],
  });
  const configuration = { ...production, redisCloud: at('redis-privatelink/redis-cloud') };
  const trial = {
    ...production,
    system: { name: TRIAL.SYSTEM, tag: TRIAL.TAG },
    redisCloud: at('trial/redis-cloud'),
    connections: [{ ...orders, subscriptionId: 55_555, shareName: 'trial-orders' }],
  };
  const beside = [trial];
  await synthesizeAll([{ configuration, beside, outdir: folder }]);
  const conduct = awsIn(localWorld());
  const options = { configuration, beside, assembly: folder, clock, provider, conduct, keys: KEYS };
  cloud = await Deployment.start(options);
});

afterAll(async () => {
  await cloud.close();
  await redisCloud.close();
  rmSync(folder, { recursive: true, force: true });
});

let accounts = 0;

/** Both systems, and a new account in their organization. */
class Lab {
  readonly accountId: string;
  readonly #activity: Activity;
  readonly #world = new World(cloud);

  private constructor(accountId: string, activity: Activity) {
    this.accountId = accountId;
    this.#activity = activity;
  }

  static run(work: (lab: Lab) => Promise<void>): Promise<void> {
    return Activity.run(clock, async (activity) => {
      accounts += 1;
      const accountId = `44445555${String(accounts).padStart(4, '0')}`;
      await cloud.accounts.add(accountId, 'ou-ab12-l3zc8b3h', { silent: true });
      const isTest = ({ principal }: { principal: string }) => principal.endsWith('-test');
      await work(new Lab(accountId, activity));
      expect(cloud.unexpectedDenials().filter((denial) => !isTest(denial))).toEqual([]);
    });
  }

  call<T>(service: string, action: string, input: object, accountId = this.accountId): Promise<T> {
    const caller = cloud.root({ accountId, region: REGION });
    return cloud.call(service, action, input, caller) as Promise<T>;
  }

  async vpc(tags: Record<string, string>, block = 42): Promise<string> {
    const cidrBlock = `10.${block}.0.0/16`;
    const vpcId = await this.#world.createVpc(this.accountId, REGION, { cidrBlock, tags });
    await this.#world.createSubnets(this.accountId, REGION, vpcId, cidrBlock);
    await cloud.settled(this.#activity);
    return vpcId;
  }

  async untag(vpcId: string, tag: string): Promise<void> {
    await this.#world.untagVpc(this.accountId, REGION, vpcId, tag);
    await cloud.settled(this.#activity);
  }

  async run(workflow: string, input: unknown, of: Names = DEFAULT_NAMES): Promise<ExecutionRecord> {
    const execution = await cloud.startExecution(cloud.arnOf(workflow, of), input);
    await this.#activity.wait(cloud.ended(execution));
    await cloud.settled(this.#activity);
    return execution;
  }

  /** What there is in the account, each thing with the system whose it is. */
  async made() {
    const { VpcEndpoints } = await this.call<{ VpcEndpoints: Endpoint[] }>('ec2', 'DescribeVpcEndpoints', {});
    const { SecurityGroups } = await this.call<{ SecurityGroups: Group[] }>(
      'ec2',
      'DescribeSecurityGroups',
      {},
    );
    const below = ({ SYSTEM }: Names) =>
      this.call<{ Parameters: { Name: string }[] }>('ssm', 'GetParametersByPath', {
        Path: `/${SYSTEM}`,
        Recursive: true,
      });
    const trees = await Promise.all([below(DEFAULT_NAMES), below(TRIAL)]);
    const parameters = trees.flatMap(({ Parameters }) => Parameters);
    const systems = ({ Tags = [] }: { Tags?: { Key: string; Value: string }[] }) =>
      Tags.filter(({ Key }) => Key.endsWith(':managed-by')).map(({ Value }) => Value);
    return {
      endpoints: VpcEndpoints.filter(({ State }) => State === 'available')
        .flatMap((one) => systems(one).map((name) => `${name} ${one.VpcId}`))
        .sort(),
      groups: SecurityGroups.flatMap((one) =>
        systems(one).map((name) => `${name} ${one.VpcId} ${one.GroupName}`),
      ).sort(),
      parameters: [...new Set(parameters.map(({ Name }) => Name.split('/').slice(1, 4).join('/')))].sort(),
    };
  }

  async tags(vpcId: string): Promise<Record<string, string>> {
    const { Vpcs } = await this.call<{ Vpcs: { Tags: { Key: string; Value: string }[] }[] }>(
      'ec2',
      'DescribeVpcs',
      { VpcIds: [vpcId] },
    );
    return Object.fromEntries(Vpcs[0]!.Tags.map(({ Key, Value }) => [Key, Value]));
  }

  async endpointOf(system: string): Promise<string> {
    const { VpcEndpoints } = await this.call<{ VpcEndpoints: Endpoint[] }>('ec2', 'DescribeVpcEndpoints', {
      Filters: [{ Name: `tag:${system}:managed-by`, Values: [system] }],
    });
    return VpcEndpoints[0]!.VpcEndpointId;
  }
}

interface Endpoint {
  VpcEndpointId: string;
  State: string;
  VpcId: string;
  Tags: { Key: string; Value: string }[];
}
interface Group {
  GroupName: string;
  VpcId: string;
  Tags?: { Key: string; Value: string }[];
}

const principals = (subscriptionId: number) =>
  ((redisCloud.privateLink(subscriptionId)?.principals ?? []) as { principal: string }[]).map(
    ({ principal }) => principal,
  );

describe('two systems in one organization', () => {
  test('each connect the VPCs that ask by its own tag, also both the same VPC', () =>
    Lab.run(async (lab) => {
      const ours = await lab.vpc({ 'redis-privatelink': 'orders' }, 42);
      const theirs = await lab.vpc({ 'trial/redis': 'orders' }, 43);
      const both = await lab.vpc({ 'redis-privatelink': 'orders', 'trial/redis': 'orders' }, 44);
      const made = await lab.made();
      expect(made).toEqual({
        endpoints: [
          `redis-privatelink ${both}`,
          `redis-privatelink ${ours}`,
          `trial ${both}`,
          `trial ${theirs}`,
        ].sort(),
        groups: [
          `redis-privatelink ${both} redis-privatelink-orders`,
          `redis-privatelink ${ours} redis-privatelink-orders`,
          `trial ${both} trial-orders`,
          `trial ${theirs} trial-orders`,
        ].sort(),
        parameters: [
          `redis-privatelink/orders/${both}`,
          `redis-privatelink/orders/${ours}`,
          `trial/orders/${both}`,
          `trial/orders/${theirs}`,
        ].sort(),
      });
      expect(Object.keys(await lab.tags(ours))).toEqual(['redis-privatelink', 'redis-privatelink:status']);
      expect(Object.keys(await lab.tags(theirs))).toEqual(['trial/redis', 'trial:status']);
      expect(await lab.tags(both)).toMatchObject({
        'redis-privatelink:status': `connected ${await endpointIn(lab, both, 'redis-privatelink')}`,
        'trial:status': `connected ${await endpointIn(lab, both, 'trial')}`,
      });
      // Neither takes what the other has made for a difference.
      for (const system of [DEFAULT_NAMES, TRIAL]) {
        const { status, output } = await lab.run('reconcile', {}, system);
        expect(status).toBe('SUCCEEDED');
        expect(JSON.parse(output!).counts).toMatchObject({
          onboard: 0,
          offboard: 0,
          reported: 0,
          endpoints: 2,
        });
      }
      expect(await lab.made()).toEqual(made);
    }));

  long('the tag of one taken away leaves what the other has made', () =>
    Lab.run(async (lab) => {
      const vpcId = await lab.vpc({ 'redis-privatelink': 'orders', 'trial/redis': 'orders' });
      await lab.untag(vpcId, 'trial/redis');
      expect(await lab.made()).toEqual({
        endpoints: [`redis-privatelink ${vpcId}`],
        groups: [`redis-privatelink ${vpcId} redis-privatelink-orders`],
        parameters: [`redis-privatelink/orders/${vpcId}`],
      });
      expect(await lab.tags(vpcId)).toEqual({
        'redis-privatelink': 'orders',
        'redis-privatelink:status': expect.stringMatching(/^connected vpce-/),
      });
    }),
  );

  long('the roles of one reach nothing that the other has made', () =>
    Lab.run(async (lab) => {
      const vpcId = await lab.vpc({ 'redis-privatelink': 'orders', 'trial/redis': 'orders' });
      const before = await lab.made();
      const endpoints = {
        'redis-privatelink': await lab.endpointOf('redis-privatelink'),
        trial: await lab.endpointOf('trial'),
      };
      for (const [own, other] of [
        [DEFAULT_NAMES, TRIAL],
        [TRIAL, DEFAULT_NAMES],
      ] as const) {
        const session = `${own.SYSTEM}-test`;
        const caller = {
          accountId: lab.accountId,
          region: REGION,
          arn: `arn:aws:sts::${lab.accountId}:assumed-role/${own.CONNECTOR_ROLE}/${session}`,
        };
        const VpcEndpointIds = [endpoints[other.SYSTEM as keyof typeof endpoints]];
        const refused: [string, string, object][] = [
          ['ec2', 'DeleteVpcEndpoints', { VpcEndpointIds }],
          ['ec2', 'DeleteSecurityGroup', { GroupId: await groupIn(lab, vpcId, other) }],
          ['ec2', 'CreateTags', { Resources: [vpcId], Tags: [{ Key: other.STATUS_TAG, Value: 'x' }] }],
          ['ssm', 'GetParametersByPath', { Path: `/${other.SYSTEM}/orders`, Recursive: true }],
        ];
        for (const [service, action, input] of refused) {
          await expect(cloud.call(service, action, input, caller)).rejects.toThrow(/not authorized/);
        }
        // The hub of one is not let into accounts by the role of the other.
        const entering = (call: string, names: Names) =>
          cloud.call(
            'sts',
            'AssumeRole',
            {
              RoleArn: `arn:aws:iam::${lab.accountId}:role/${names.CONNECTOR_ROLE}`,
              RoleSessionName: session,
              ExternalId: production.organization.externalId,
            },
            {
              accountId: HUB,
              region: REGION,
              arn: `arn:aws:sts::${HUB}:assumed-role/${own.memberFunctionRole(call)}/${session}`,
            },
          );
        await expect(entering('delete-vpc-endpoint', other)).rejects.toThrow(/not authorized/);
        await expect(entering('delete-vpc-endpoint', own)).resolves.toBeDefined();
        // Nor are the forwarders of one let onto the bus of the other.
        const put = (names: Names) =>
          cloud.call(
            'events',
            'PutEvents',
            {
              Entries: [
                {
                  EventBusName: `arn:aws:events:${REGION}:${HUB}:event-bus/${names.SYSTEM}`,
                  Source: 'test',
                  DetailType: 'Test',
                  Detail: '{}',
                },
              ],
            },
            {
              ...caller,
              arn: `arn:aws:sts::${lab.accountId}:assumed-role/${own.FORWARDER_ROLE}-${REGION}/${session}`,
            },
          );
        await expect(put(other)).rejects.toThrow(/not authorized/);
        await expect(put(own)).resolves.toMatchObject({ FailedEntryCount: 0 });
      }
      expect(await lab.made()).toEqual(before);
    }),
  );

  long('one taken away altogether leaves the other as it is', () =>
    Lab.run(async (lab) => {
      const vpcId = await lab.vpc({ 'redis-privatelink': 'orders', 'trial/redis': 'orders' });
      expect(principals(55_555)).toContain(lab.accountId);
      const admitted = principals(orders.subscriptionId);
      const all = { connection: 'orders', all: true, confirm: 'orders' };
      expect((await lab.run('offboard', all, TRIAL)).status).toBe('SUCCEEDED');
      expect(principals(55_555)).toEqual([]);
      expect(principals(orders.subscriptionId)).toEqual(admitted);
      expect(await lab.made()).toEqual({
        endpoints: [`redis-privatelink ${vpcId}`],
        groups: [`redis-privatelink ${vpcId} redis-privatelink-orders`],
        parameters: [`redis-privatelink/orders/${vpcId}`],
      });
    }),
  );
});

async function endpointIn(lab: Lab, vpcId: string, system: string): Promise<string> {
  const { VpcEndpoints } = await lab.call<{ VpcEndpoints: Endpoint[] }>('ec2', 'DescribeVpcEndpoints', {
    Filters: [
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: `tag:${system}:managed-by`, Values: [system] },
    ],
  });
  return VpcEndpoints[0]!.VpcEndpointId;
}

async function groupIn(lab: Lab, vpcId: string, { SYSTEM }: Names): Promise<string> {
  const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupId: string }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: [`${SYSTEM}-orders`] },
      ],
    },
  );
  return SecurityGroups[0]!.GroupId;
}

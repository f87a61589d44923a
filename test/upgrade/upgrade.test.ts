import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { Activity, type Change, ProviderSide, VirtualClock } from 'local-cloud';
import { REGISTER } from '../../assumptions/register.ts';
import { loadConfiguration } from '../../lib/configuration.ts';
import { delegationStatements } from '../../lib/delegation-policy.ts';
import { Deployment } from '../../local/deployment.ts';
import { type BackEnd, startBackEnd } from '../../local/redis-cloud/back-end.ts';
import { World } from '../../local/stories/world.ts';
import { KEEPING } from '../lib/upgrade/guard.ts';
import { heldVersions, unfold } from './held.ts';

const configuration = loadConfiguration('config/privatelink.yaml');
const { hubAccountId: HUB, managementAccountId: MANAGEMENT } = configuration.organization;
const UNIT = configuration.organization.organizationalUnits[0]!;
const MEMBER = '444455556666';
const OTHER = '777788889999';
const REGION = configuration.organization.hubRegion;
const MINUTE = 60_000;

jest.setTimeout(60_000);

/** What people and applications have of it. */
interface Standing {
  /** Id and target of each endpoint. */
  endpoints: Record<string, string>;
  /** Whom Redis Cloud admits, and how it calls that. */
  principals: Record<string, string>;
  /** What applications read. */
  parameters: Record<string, string>;
}

/** A deployment of an earlier version, and the steps of docs/upgrade.md. */
class Upgrade {
  readonly cloud: Deployment;
  readonly activity: Activity;
  readonly #backEnd: BackEnd;
  readonly #after: string;

  private constructor(cloud: Deployment, backEnd: BackEnd, activity: Activity, after: string) {
    this.cloud = cloud;
    this.activity = activity;
    this.#backEnd = backEnd;
    this.#after = after;
  }

  static async of(version: string, work: (upgrade: Upgrade) => Promise<void>): Promise<void> {
    const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
    const provider = new ProviderSide({ clock });
    // 0.1.0 bears only what it assumed: states that are spelled as documented, tasks that are known at once.
    const world = Object.fromEntries(REGISTER.map(({ name, assumed }) => [name, assumed]));
    world['fresh-task'] = 'at-once';
    const backEnd = await startBackEnd({ configuration, clock, provider, address: undefined, world });
    const folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
    const assembly = join(folder, 'before');
    const after = join(folder, 'after');
    try {
      unfold(version, assembly, backEnd.url);
      copyOfToday(after, backEnd.url);
      const { keys } = backEnd;
      const cloud = await Deployment.start({ configuration, assembly, clock, provider, keys });
      try {
        await Activity.run(clock, (activity) => work(new Upgrade(cloud, backEnd, activity, after)));
      } finally {
        await cloud.close();
      }
    } finally {
      await backEnd.close();
      rmSync(folder, { recursive: true });
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
  call(service: string, action: string, input: object, accountId = HUB): Promise<any> {
    return this.cloud.call(service, action, input, this.cloud.root({ accountId, region: REGION }));
  }

  /** 0.1.0 asked Organizations as a delegated administrator. */
  async askAsAdministrator(): Promise<void> {
    const hub = { AccountId: HUB, ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com' };
    await this.call('organizations', 'RegisterDelegatedAdministrator', hub, MANAGEMENT);
    await this.call('organizations', 'DeleteResourcePolicy', {}, MANAGEMENT);
  }

  /** The two commands that the doctor prints, in their order. */
  async askByPolicy(): Promise<void> {
    const Content = JSON.stringify({
      Version: '2012-10-17',
      Statement: delegationStatements(configuration),
    });
    await this.call('organizations', 'PutResourcePolicy', { Content }, MANAGEMENT);
    const hub = { AccountId: HUB, ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com' };
    await this.call('organizations', 'DeregisterDelegatedAdministrator', hub, MANAGEMENT);
  }

  /** A tagged VPC with subnets in three zones. */
  async vpc(accountId: string, cidrBlock: string): Promise<string> {
    const world = new World(this.cloud);
    const tags = { 'redis-privatelink': 'orders' };
    const vpcId = await world.createVpc(accountId, REGION, { cidrBlock, tags });
    await world.createSubnets(accountId, REGION, vpcId, cidrBlock);
    return vpcId;
  }

  untag(accountId: string, vpcId: string): Promise<void> {
    return new World(this.cloud).untagVpc(accountId, REGION, vpcId, 'redis-privatelink');
  }

  settled(): Promise<void> {
    return this.cloud.settled(this.activity);
  }

  async deploy(...stacks: string[]): Promise<Change[]> {
    return [...(await this.cloud.update(this.#after, { stacks })).values()].flat();
  }

  async reconcile(): Promise<void> {
    await this.cloud.start('reconcile', {});
    await this.settled();
  }

  endpointOf(vpcId: string): string | undefined {
    return this.cloud.networks().find((network) => network.vpcId === vpcId)?.endpoints[0]?.id;
  }

  statusOf(vpcId: string): string | undefined {
    const network = this.cloud.networks().find((one) => one.vpcId === vpcId);
    return network?.tags['redis-privatelink:status'];
  }

  /** How many events nobody could do anything with. */
  async deadLetters(): Promise<number> {
    const { QueueUrls = [] } = await this.call('sqs', 'ListQueues', {});
    let messages = 0;
    for (const QueueUrl of QueueUrls) {
      const asked = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] };
      const { Attributes } = await this.call('sqs', 'GetQueueAttributes', asked);
      messages += Number(Attributes.ApproximateNumberOfMessages);
    }
    return messages;
  }

  async standing(): Promise<Standing> {
    const endpoints = this.cloud
      .networks()
      .flatMap((network) => network.endpoints.map(({ id, target, state }) => [id, `${target} ${state}`]));
    const { principals } = this.#backEnd.local!.privateLink(12345) as {
      principals: { principal: string; status: string }[];
    };
    const parameters: [string, string][] = [];
    for (const accountId of [MEMBER, OTHER]) {
      const input = { Path: '/redis-privatelink', Recursive: true, MaxResults: 10 };
      let NextToken: string | undefined;
      do {
        const page = await this.call('ssm', 'GetParametersByPath', { ...input, NextToken }, accountId);
        for (const { Name, Value } of page.Parameters) parameters.push([`${accountId} ${Name}`, Value]);
        NextToken = page.NextToken;
      } while (NextToken);
    }
    return {
      endpoints: Object.fromEntries(endpoints),
      principals: Object.fromEntries(principals.map(({ principal, status }) => [principal, status])),
      parameters: Object.fromEntries(parameters),
    };
  }

  /** Executions since `index` that have failed, and why. */
  failures(index = 0): string[] {
    return this.cloud
      .executions()
      .slice(index)
      .filter(({ status }) => status !== 'SUCCEEDED' && status !== 'RUNNING')
      .map(({ arn, status, error }) => `${arn} ${status} ${error}`);
  }
}

/** What `npm test` has synthesized, for the local Redis Cloud. */
function copyOfToday(folder: string, address: string): void {
  cpSync('dist/test', folder, { recursive: true, filter: (path) => !path.endsWith('.map') });
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.template.json')) continue;
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('https://api.redislabs.com/v1', address));
  }
}

/** The section of docs/upgrade.md about an update from that version. */
function notesOf(version: string): string {
  const text = readFileSync('docs/upgrade.md', 'utf8');
  const [, section = ''] = text.split(`\n## From ${version}`);
  return section.split('\n## ')[0]!;
}

describe.each(heldVersions())('a deployment of %s', (version) => {
  test('is updated in place, and everybody who is connected stays so', () =>
    Upgrade.of(version, async (upgrade) => {
      const { cloud, activity } = upgrade;
      await upgrade.askAsAdministrator();
      await cloud.accounts.add(MEMBER, UNIT);
      await cloud.accounts.add(OTHER, UNIT);
      await upgrade.settled();
      const first = await upgrade.vpc(MEMBER, '10.42.0.0/16');
      const second = await upgrade.vpc(OTHER, '10.43.0.0/16');
      await upgrade.settled();
      expect(upgrade.failures()).toEqual([]);
      const before = await upgrade.standing();
      expect(Object.keys(before.endpoints)).toHaveLength(2);
      expect(Object.values(before.principals)).toEqual(['associated', 'associated']);
      expect(Object.keys(before.parameters).length).toBeGreaterThan(0);

      // An onboarding is under way while the hub is updated, and some minutes pass before the organization is.
      const third = await upgrade.vpc(MEMBER, '10.44.0.0/16');
      await activity.sleep(20_000);
      const running = cloud.executions().filter(({ status }) => status === 'RUNNING');
      expect(running.length).toBeGreaterThan(0);
      const changes = await upgrade.deploy('redis-privatelink-hub');
      await activity.sleep(5 * MINUTE);
      changes.push(...(await upgrade.deploy('redis-privatelink-organization-us-east-1')));
      await upgrade.askByPolicy();
      await upgrade.settled();

      expect(changes.filter(({ reason }) => reason !== undefined)).toEqual([]);
      const replaced = changes.filter(({ action }) => action === 'Replace');
      // A role and a permission keep nothing.
      const kinds = [...new Set(replaced.map(({ type }) => type))];
      expect(['AWS::IAM::Role', 'AWS::Lambda::Permission']).toEqual(expect.arrayContaining(kinds));
      const gone = changes.filter(({ action }) => action === 'Remove');
      expect(gone.filter(({ type }) => KEEPING.has(type) && type !== 'AWS::Logs::LogGroup')).toEqual([]);
      // What somebody may know by its name, and does not find any more, is in the notes.
      const names = gone
        .map(({ physicalId = '' }) => physicalId.split('|').at(-1)!.replace('/aws/lambda/', ''))
        .filter((name) => /^redis-privatelink-(?!hub-)[a-z-]+$/.test(name));
      expect(names.filter((name) => !notesOf(version).includes(`\`${name}\``))).toEqual([]);

      await upgrade.reconcile();
      const after = await upgrade.standing();
      expect(after.endpoints).toMatchObject(before.endpoints);
      expect(after.principals).toEqual(before.principals);
      expect(after.parameters).toMatchObject(before.parameters);
      // What the update has interrupted is done after the next reconciliation.
      expect(upgrade.endpointOf(third)).toBeDefined();
      expect(Object.keys(after.endpoints)).toHaveLength(3);

      // What the earlier version has made, this one looks after and removes.
      const started = cloud.executions().length;
      await upgrade.untag(OTHER, second);
      const fourth = await upgrade.vpc(OTHER, '10.45.0.0/16');
      await upgrade.settled();
      expect(upgrade.failures(started)).toEqual([]);
      expect(upgrade.endpointOf(second)).toBeUndefined();
      expect(upgrade.endpointOf(fourth)).toBeDefined();
      expect(upgrade.endpointOf(first)).toBeDefined();
      // Until the organization was deployed, its role let nobody write a status; nobody was woken for that.
      const denied = cloud.unexpectedDenials().map(({ message }) => message);
      expect(
        denied.filter((message) => !message.includes('redis-privatelink-connector/redis-privatelink-status')),
      ).toEqual([]);
      expect(await upgrade.deadLetters()).toBe(0);
      expect(upgrade.statusOf(first)).toMatch(/^connected vpce-/);
    }));

  test('is held with templates and functions of that version', () => {
    const folder = mkdtempSync(join(tmpdir(), 'held-'));
    try {
      unfold(version, folder, 'http://127.0.0.1:1');
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      expect(files).toContain('redis-privatelink-hub.template.json');
      expect(files.filter((name) => name.endsWith('index.mjs')).length).toBeGreaterThan(30);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('the notes are about versions that are held', () => {
  const text = readFileSync('docs/upgrade.md', 'utf8');
  const versions = [...text.matchAll(/^## From (\S+)/gm)].map(([, version]) => version);
  expect(versions.toSorted()).toEqual(heldVersions());
});

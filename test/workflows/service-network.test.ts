import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Activity, type ExecutionRecord, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { localWorld, REGISTER, readWorld, type World } from '../../assumptions/register.ts';
import type { Configuration } from '../../lib/configuration.ts';
import { awsIn } from '../../local/assumed.ts';
import { Deployment } from '../../local/deployment.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { synthesize } from '../../local/synthesize.ts';
import { pointFunctions } from '../../proof/bench/ground.ts';
import { long, longGroup } from '../long.ts';
import { Lab, MANAGEMENT, MINUTE, OTHER_VPC, outcome, UNIT, VPC } from './harness.ts';
import { configuration as organization } from './organization.ts';
import { unheard } from './unheard.ts';

// Each test deploys a cloud of its own.
jest.setTimeout(180_000);

const OWNER = '444455550077';
// What the local VPC Lattice calls the first network that is made.
const NETWORK = `arn:aws:vpc-lattice:us-east-1:${OWNER}:servicenetwork/sn-050a335ab6caa2303`;
const [first] = organization.connections as [Configuration['connections'][number]];
const orders = { ...first, serviceNetwork: { arn: NETWORK } };
const configuration: Configuration = { ...organization, connections: [orders] };
const keys = { apiKey: 'account-key', secretKey: 'user-key' };
const region = 'us-east-1';

const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
let cloud: Deployment;
let redisCloud: RedisCloud;
let clock: VirtualClock;
/** What Redis Cloud was asked for. */
let requests: string[];

beforeAll(() => synthesize(configuration, folder));

beforeEach(async () => {
  clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
  const provider = new ProviderSide({ clock });
  const zoneIds = zonesOf(region).map(({ id }) => id);
  const subscription = { ...orders, zoneIds, databases: [{ databaseId: 51, port: 12_345 }] };
  redisCloud = await startRedisCloud({ clock, provider, keys, subscriptions: [subscription] });
  const conduct = awsIn(localWorld());
  cloud = await Deployment.start({ configuration, assembly: folder, clock, provider, keys, conduct });
  await pointFunctions(cloud, redisCloud.url);
});

afterEach(async () => {
  await cloud.close();
  await redisCloud.close();
});

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function inLab(work: (lab: Lab) => Promise<void>, world: World = localWorld()): Promise<void> {
  cloud.behave(awsIn(world));
  return Activity.run(clock, async (activity) => {
    const lab = new Lab(cloud, redisCloud, activity, keys);
    requests = [];
    lab.intercept = ({ operation }) => {
      requests.push(operation ?? 'unknown');
      return undefined;
    };
    await lab.account(UNIT, OWNER);
    await lab.call('vpc-lattice', 'CreateServiceNetwork', { name: 'databases' }, owner);
    await work(lab);
    await lab.settled();
    lab.end();
    expect(cloud.unexpectedDenials()).toEqual([]);
  });
}

const owner = { accountId: OWNER, region };

function outputOf({ output }: ExecutionRecord): Record<string, unknown> {
  return JSON.parse(output ?? '{}');
}

/** The owner shares the network with the organization. */
async function share(lab: Lab): Promise<void> {
  await lab.call('ram', 'EnableSharingWithAwsOrganization', {}, { accountId: MANAGEMENT, region });
  const principal = `arn:aws:organizations::${MANAGEMENT}:organization/${organization.organization.id}`;
  const input = { name: 'databases', resourceArns: [NETWORK], principals: [principal] };
  await lab.call('ram', 'CreateResourceShare', input, owner);
}

interface Association {
  id: string;
  status: string;
  privateDnsEnabled: boolean;
}

async function associations(lab: Lab): Promise<Association[]> {
  const input = { serviceNetworkIdentifier: NETWORK };
  const { items } = await lab.call<{ items: Association[] }>(
    'vpc-lattice',
    'ListServiceNetworkResourceAssociations',
    input,
    owner,
  );
  return items;
}

async function end(lab: Lab, { id }: Association): Promise<void> {
  const input = { serviceNetworkResourceAssociationIdentifier: id };
  await lab.call('vpc-lattice', 'DeleteServiceNetworkResourceAssociation', input, owner);
}

/** As one look does that finds the owner not admitted. */
async function forgetHandedOver(lab: Lab): Promise<void> {
  const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  const Key = { pk: { S: 'network#orders' }, sk: { S: 'handed-over' } };
  await lab.call('dynamodb', 'DeleteItem', { TableName: TableNames[0], Key });
}

/** An account with a VPC, connected. */
async function connected(lab: Lab, vpcId = VPC): Promise<string> {
  const accountId = await lab.account();
  await lab.vpc(accountId, vpcId, { tags: { 'redis-privatelink': 'orders' } });
  const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId });
  expect(outcome(execution).status).toBe('SUCCEEDED');
  return accountId;
}

describe('VPCs that are connected through a service network', () => {
  test('have its owner admitted, and an endpoint of the network with the names of the databases', () =>
    inLab(async (lab) => {
      await share(lab);
      const accountId = await connected(lab);
      expect(Object.keys(lab.principals())).toEqual([OWNER]);
      expect(await associations(lab)).toMatchObject([{ status: 'ACTIVE', privateDnsEnabled: true }]);
      const [endpoint] = await lab.endpoints(accountId);
      expect(endpoint).toMatchObject({
        VpcEndpointType: 'ServiceNetwork',
        ServiceNetworkArn: NETWORK,
        State: 'available',
      });
      const [execution] = lab.executions('onboard');
      expect(outputOf(execution!)).toMatchObject({
        vpcEndpointId: endpoint!.VpcEndpointId,
        endpoints: [
          { port: 8070, type: 'metrics' },
          { port: 12_345, type: 'database' },
        ],
        missing: [],
      });
      // What this system has admitted is the owner.
      expect(await lab.records(OWNER)).toContain(`account#${OWNER} connection#orders`);
    }));

  long('ask nothing of Redis Cloud once the owner is admitted', () =>
    inLab(async (lab) => {
      await share(lab);
      await connected(lab);
      requests = [];
      for (let index = 0; index < 3; index += 1) {
        const accountId = await connected(lab, OTHER_VPC);
        expect(outcome(await lab.run('onboard', { connection: 'orders', accountId })).status).toBe(
          'SUCCEEDED',
        );
      }
      expect(requests).toEqual([]);
      expect(await associations(lab)).toHaveLength(1);
    }),
  );

  long('that come together have the owner admitted once', () =>
    inLab(async (lab) => {
      await share(lab);
      const accountIds = [await lab.account(), await lab.account(), await lab.account()];
      for (const accountId of accountIds) await lab.vpc(accountId);
      const started = await Promise.all(
        accountIds.map((accountId) => lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC })),
      );
      for (const one of started) expect(outcome(await lab.ended(one)).status).toBe('SUCCEEDED');
      expect(Object.keys(lab.principals())).toEqual([OWNER]);
      expect(new Set(lab.changes)).toEqual(new Set(['createPrivateLink 12345']));
      expect(await associations(lab)).toHaveLength(1);
    }),
  );

  long('are told that the network is not shared with their account, and are connected when it is', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({
        status: 'FAILED',
        error: 'TargetNotVisible',
        message: expect.stringContaining('share it with this account'),
      });
      await share(lab);
      expect(outcome(await lab.redrive(execution)).status).toBe('SUCCEEDED');
    }),
  );

  long('reach only what is of their connection, whatever else the network holds', () =>
    inLab(async (lab) => {
      await share(lab);
      const others =
        'arn:aws:vpc-lattice:us-east-1:999988887777:resourceconfiguration/rcfg-0f6dc1d8b9af303a9';
      const shareArn = 'arn:aws:ram:us-east-1:999988887777:resource-share/others';
      const resources = [{ key: 'others', privateName: 'redis-19999.others.example.com' }];
      const offered = { shareArn, shareName: 'others', region, resourceConfigurationArn: others, resources };
      lab.provider.offerShare({ ...offered, zoneIds: [] });
      lab.provider.invite(shareArn, OWNER);
      await lab.sleep(MINUTE);
      const invitation = lab.provider
        .invitationsTo(OWNER, region)
        .find((one) => one.share.shareArn === shareArn)!;
      lab.provider.accept(invitation.invitation);
      await lab.sleep(MINUTE);
      const input = { serviceNetworkIdentifier: NETWORK, resourceConfigurationIdentifier: others };
      await lab.call('vpc-lattice', 'CreateServiceNetworkResourceAssociation', input, owner);
      await connected(lab);
      const output = outputOf(lab.executions('onboard')[0]!);
      expect(JSON.stringify(output)).not.toContain('redis-19999');
      expect(await associations(lab)).toHaveLength(2);
    }),
  );
});

describe('the association with the network', () => {
  test('is made again by the next reconciliation where somebody has deleted it', () =>
    inLab(async (lab) => {
      await share(lab);
      const accountId = await connected(lab);
      const [before] = await associations(lab);
      await end(lab, before!);
      await lab.sleep(MINUTE);
      expect(outputOf(await lab.run('reconcile', {}))).toMatchObject({
        counts: { onboard: 1, offboard: 0, principals: 1 },
      });
      await lab.settled();
      const [after] = await associations(lab);
      expect(after).toMatchObject({ status: 'ACTIVE' });
      expect(after!.id).not.toBe(before!.id);
      expect(outputOf(await lab.run('reconcile', {}))).toMatchObject({
        counts: { onboard: 0, offboard: 0, reported: 0 },
      });
      expect(await lab.endpoints(accountId)).toHaveLength(1);
    }));

  long('stays when a VPC leaves, and goes last when the connection does', () =>
    inLab(async (lab) => {
      await share(lab);
      const accountId = await connected(lab);
      const other = await connected(lab, OTHER_VPC);
      requests = [];
      const leaving = await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outputOf(leaving)).toMatchObject({ principalRemoved: false, accessError: null });
      expect(requests).toEqual([]);
      expect(await associations(lab)).toMatchObject([{ status: 'ACTIVE' }]);

      const gone: string[] = [];
      lab.cloud.observeExecutions(({ input }, { type, details }) => {
        if (type === 'TaskStateEntered' && details?.name === 'Announce removal') gone.push(String(input));
      });
      const input = { connection: 'orders', all: true, confirm: 'orders' };
      expect(outcome(await lab.run('offboard', input)).status).toBe('SUCCEEDED');
      expect(await associations(lab)).toEqual([]);
      expect(Object.keys(lab.principals())).toEqual([]);
      expect(gone.at(-1)).toContain(OWNER);
      for (const id of [accountId, other]) {
        expect((await lab.endpoints(id)).every(({ State }) => /delet/i.test(State))).toBe(true);
      }
    }),
  );

  long.each<[string, (lab: Lab) => void, (lab: Lab) => Promise<void>]>([
    ['whose answer nobody has heard', unheard, async () => {}],
    ['of which Redis Cloud has shown nothing once', () => {}, forgetHandedOver],
  ])('%s goes with the connection all the same', (_, before, meanwhile) =>
    inLab(async (lab) => {
      await share(lab);
      before(lab);
      await connected(lab);
      expect(await associations(lab)).toHaveLength(1);
      await meanwhile(lab);
      const input = { connection: 'orders', all: true, confirm: 'orders' };
      expect(outcome(await lab.run('offboard', input)).status).toBe('SUCCEEDED');
      expect(await associations(lab)).toEqual([]);
      // It does not only go because it is not shared any more.
      expect(lab.cloud.calls.get('vpc-lattice:DeleteServiceNetworkResourceAssociation')).toBe(1);
    }),
  );

  long('that somebody else has made is used, and not ended by this system', () =>
    inLab(async (lab) => {
      await share(lab);
      await connected(lab);
      const [ours] = await associations(lab);
      await end(lab, ours!);
      await lab.sleep(MINUTE);
      const { resourceConfigurationArn } = redisCloud.privateLink(12_345) as {
        resourceConfigurationArn: string;
      };
      const made = {
        serviceNetworkIdentifier: NETWORK,
        resourceConfigurationIdentifier: resourceConfigurationArn,
        privateDnsEnabled: true,
      };
      await lab.call('vpc-lattice', 'CreateServiceNetworkResourceAssociation', made, owner);
      await lab.sleep(MINUTE);
      await connected(lab, OTHER_VPC);
      const [theirs] = await associations(lab);
      const input = { connection: 'orders', all: true, confirm: 'orders' };
      expect(outcome(await lab.run('offboard', input)).status).toBe('SUCCEEDED');
      const deletions = lab.cloud.calls.get('vpc-lattice:DeleteServiceNetworkResourceAssociation');
      expect(theirs).toMatchObject({ status: 'ACTIVE' });
      expect(deletions).toBe(1);
    }),
  );

  long('is not made where Redis Cloud does not allow networks that may be shared', () =>
    inLab(async (lab) => {
      await share(lab);
      const { provider } = lab;
      const offer = provider.offerShare.bind(provider);
      provider.offerShare = (one) => offer({ ...one, allowAssociationToShareableServiceNetwork: false });
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({
        status: 'FAILED',
        error: 'PreconditionFailed',
        message: expect.stringContaining('leave serviceNetwork out'),
      });
      expect(await associations(lab)).toEqual([]);
    }),
  );

  long('is not made in a network that is gone, which the failure names', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.call('vpc-lattice', 'DeleteServiceNetwork', { serviceNetworkIdentifier: NETWORK }, owner);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({
        status: 'FAILED',
        error: 'PreconditionFailed',
        message: expect.stringContaining(`${NETWORK} does not exist`),
      });
    }),
  );
});

const QUESTIONS = REGISTER.filter(({ tried }) => tried.includes('test/workflows/service-network.test.ts'));
const most = Math.max(...QUESTIONS.map(({ alternatives }) => alternatives.length));

// Worlds that together hold every alternative of these once at least.
longGroup.each(Array.from({ length: most }, (_, world) => world))('in world %i', (world) => {
  const assumed = QUESTIONS.map(({ name, alternatives: all }) => `${name}=${all[world % all.length]!.value}`);
  const inWorld = (work: (lab: Lab) => Promise<void>) => inLab(work, readWorld(assumed));

  test('VPCs are connected, wait for a network that is not shared, and leave nothing behind', () =>
    inWorld(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const early = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.reached(early, 'Create VPC endpoint');
      await lab.sleep(MINUTE);
      await share(lab);
      expect(outcome(await lab.ended(early)).status).toBe('SUCCEEDED');
      expect(outputOf(early)).toMatchObject({ missing: [] });
      const input = { connection: 'orders', all: true, confirm: 'orders' };
      expect(outcome(await lab.run('offboard', input)).status).toBe('SUCCEEDED');
      expect(await associations(lab)).toEqual([]);
      expect(Object.keys(lab.principals())).toEqual([]);
      expect((await lab.endpoints(accountId)).every(({ State }) => /delet/i.test(State))).toBe(true);
      // The system's own deed, and not what comes of the expulsion.
      expect(lab.cloud.calls.get('vpc-lattice:DeleteServiceNetworkResourceAssociation')).toBe(1);
    }));

  long('an owner whom somebody expels at Redis Cloud is admitted again, and VPCs go on being connected', () =>
    inWorld(async (lab) => {
      await share(lab);
      await connected(lab);
      const key = { 'x-api-key': keys.apiKey, 'x-api-secret-key': keys.secretKey };
      const headers = { 'content-type': 'application/json', ...key };
      const removal = { method: 'DELETE', headers, body: JSON.stringify({ principal: OWNER }) };
      await fetch(`${redisCloud.url}/subscriptions/12345/private-link/principals`, removal);
      await lab.sleep(20 * MINUTE);
      expect(lab.principals()).not.toMatchObject({ [OWNER]: 'associated' });
      await lab.run('reconcile', {});
      await lab.settled();
      expect(lab.principals()).toMatchObject({ [OWNER]: 'associated' });
      expect(await associations(lab)).toMatchObject([{ status: 'ACTIVE' }]);
      await connected(lab, OTHER_VPC);
    }),
  );
});

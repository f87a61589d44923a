import { describe, expect, test } from '@jest/globals';
import { sharedResources } from '../../local/redis-cloud/shared-resources.ts';
import { long, one } from '../long.ts';
import { GLOBAL_UNIT, HOUR, type Lab, MINUTE, OTHER_VPC, outcome, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();
const LINK = '/subscriptions/12345/private-link';

/** An organization of its own. */
function alone(work: (scene: Scene) => Promise<void>, options?: Parameters<typeof inScene>[1]) {
  return inScene(async (scene) => {
    await scene.leaveOthersBehind();
    await work(scene);
  }, options);
}

/** Nothing is left to do, twice over. */
async function settledFor(scene: Scene): Promise<void> {
  const dry = await scene.reconcile({ dryRun: true });
  expect(dry.text.differences).toEqual([]);
  expect(dry.started).toEqual([]);
}

const availableFor = (lab: Lab, accountId: string) =>
  lab.provider.allConnections().filter((one) => one.accountId === accountId && one.state === 'available');

describe('reconcile', () => {
  test('plans nothing where all is as it should be, and announces its report', () =>
    alone(async (scene) => {
      await scene.connect('orders');
      scene.restart();
      const run = await scene.reconcile();
      expect(run.counts).toEqual({
        accounts: 1,
        vpcs: 1,
        endpoints: 1,
        principals: 1,
        onboard: 0,
        offboard: 0,
        dueNext: 0,
        leftovers: 0,
        reported: 0,
        invitationsNearExpiry: 0,
        unreachable: 0,
      });
      expect(run.incomplete).toEqual([]);
      expect(run.text).toMatchObject({ dryRun: false, differences: [], reported: [] });
      expect(scene.announced).toEqual([
        {
          type: 'Reconciliation Finished',
          detail: {
            run: run.run,
            dryRun: false,
            counts: run.counts,
            invitationsNearExpiry: 0,
            incomplete: [],
            report: { pk: 'reconcile', sk: expect.stringContaining(run.run) },
          },
        },
      ]);
      expect(scene.log).toEqual([]);
    }));

  long('connects what no event told of: accounts that came, VPCs that were tagged', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      const other = await lab.account(GLOBAL_UNIT);
      await scene.unseen(async () => {
        await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders ledger shop' } });
        await lab.vpc(accountId, OTHER_VPC);
        await lab.vpc(other, VPC, { tags: { 'redis-privatelink': 'sessions-eu' }, region: 'eu-west-1' });
        // Not offered to it.
        await lab.vpc(other, OTHER_VPC, { tags: { 'redis-privatelink': 'orders' } });
      });
      const planned = [
        `onboard ledger ${accountId} ${VPC}`,
        `onboard orders ${accountId} ${VPC}`,
        `onboard sessions-eu ${other} ${VPC}`,
      ];
      const dry = await scene.reconcile({ dryRun: true });
      expect(dry.counts).toMatchObject({ onboard: 3, offboard: 0 });
      expect(dry.started).toEqual([]);
      expect(scene.log).toEqual([]);
      expect((await scene.reconcile()).started).toEqual(planned);
      expect(await scene.live(accountId)).toEqual([VPC, VPC]);
      expect(await scene.live(other, 'eu-west-1')).toEqual([VPC]);
      await settledFor(scene);
    }),
  );

  long('removes what lost its reason unseen, when two runs have found it so', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const untagged = await scene.connect('orders');
      const retagged = await scene.connect('orders');
      const moved = await scene.connect('ledger');
      const closed = await scene.connect('ledger');
      const removed = await scene.connect('orders');
      const stays = await scene.connect('orders');
      await scene.unseen(async () => {
        await scene.tag(untagged.accountId, VPC, null);
        await scene.tag(retagged.accountId, VPC, 'ledger');
        lab.cloud.accounts.move(moved.accountId, GLOBAL_UNIT);
        lab.cloud.accounts.close(closed.accountId);
        lab.cloud.accounts.remove(removed.accountId);
      });
      scene.restart();
      const first = await scene.reconcile();
      expect(first.started).toEqual([`onboard ledger ${retagged.accountId} ${VPC}`]);
      expect(first.counts).toMatchObject({ onboard: 1, offboard: 0, dueNext: 5 });
      expect(scene.log.filter((entry) => /DELETE|Delete|disassociate/.test(entry))).toEqual([]);

      // A dry run is no strike.
      await scene.reconcile({ dryRun: true });

      const second = await scene.reconcile();
      expect(second.started).toEqual(
        [
          `offboard orders ${untagged.accountId} ${VPC}`,
          `offboard orders ${retagged.accountId} ${VPC}`,
          `offboard ledger ${moved.accountId} whole`,
          `offboard ledger ${closed.accountId} whole`,
          `offboard orders ${removed.accountId} whole`,
        ].sort(),
      );
      expect(lab.executions('offboard').map(outcome)).toMatchObject(Array(5).fill({ status: 'SUCCEEDED' }));
      expect(Object.keys(lab.principals())).toEqual([stays.accountId]);
      expect(Object.keys(lab.principals(23456))).toEqual([retagged.accountId]);
      expect(availableFor(lab, closed.accountId)).toEqual([]);
      expect(availableFor(lab, moved.accountId)).toEqual([]);
      await settledFor(scene);
    }),
  );

  long('a removal that was due once and then not is not carried out', () =>
    alone(async (scene) => {
      const { accountId } = await scene.connect('orders');
      await scene.unseen(() => scene.tag(accountId, VPC, null));
      await scene.reconcile();
      await scene.unseen(() => scene.tag(accountId, VPC, 'orders'));
      await scene.reconcile();
      await scene.unseen(() => scene.tag(accountId, VPC, null));
      expect((await scene.reconcile()).started).toEqual([]);
      expect(await scene.live(accountId)).toEqual([VPC]);
    }),
  );

  long.each<[string, string, (scene: Scene, accountId: string) => Promise<unknown>]>([
    [
      'an endpoint that somebody has deleted',
      'orders',
      (scene, accountId) => scene.lab.world.deleteEndpoints(accountId, 'us-east-1', VPC),
    ],
    [
      'a resource endpoint that has failed',
      'orders',
      async ({ lab }, accountId) => {
        const share = lab.redisCloud.privateLink(12345)!.shareArn as string;
        lab.provider.disassociate(share, availableFor(lab, accountId)[0]!.associationId);
      },
    ],
    [
      'an interface endpoint that was rejected',
      'ledger',
      async ({ lab }, accountId) => {
        const service = lab.redisCloud.privateLink(23456)!.serviceName as string;
        lab.provider.disassociate(service, availableFor(lab, accountId)[0]!.vpcEndpointId);
      },
    ],
    [
      'a security group without its rules',
      'orders',
      (scene, accountId) => scene.lab.world.closeSecurityGroup(accountId, 'us-east-1', VPC),
    ],
    [
      'a security group that lets in nobody from where the configuration allows',
      'ledger',
      async ({ lab }, accountId) => {
        const place = { accountId, region: 'us-east-1' };
        const Filters = [{ Name: 'group-name', Values: ['redis-privatelink-ledger'] }];
        const { SecurityGroups } = await lab.call<{
          SecurityGroups: { GroupId: string; IpPermissions: { IpRanges: { CidrIp: string }[] }[] }[];
        }>('ec2', 'DescribeSecurityGroups', { Filters }, place);
        const [{ GroupId, IpPermissions } = { GroupId: '', IpPermissions: [] }] = SecurityGroups;
        const allowed = IpPermissions.map((permission) => ({
          ...permission,
          IpRanges: permission.IpRanges.filter(({ CidrIp }) => CidrIp === '10.64.0.0/12'),
        }));
        expect(allowed.flatMap(({ IpRanges }) => IpRanges)).toHaveLength(2);
        await lab.call('ec2', 'RevokeSecurityGroupIngress', { GroupId, IpPermissions: allowed }, place);
      },
    ],
    [
      'a principal that somebody has removed',
      'orders',
      (scene, accountId) => scene.byHand('DELETE', `${LINK}/principals`, { principal: accountId }),
    ],
  ])('repairs %s (%s)', (_, connection, spoil) =>
    alone(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect(connection);
      await scene.unseen(() => spoil(scene, accountId));
      const run = await scene.reconcile();
      expect(run.started).toEqual([`onboard ${connection} ${accountId} ${VPC}`]);
      expect(lab.executions('onboard').map(outcome).at(-1)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(availableFor(lab, accountId)).toHaveLength(1);
      expect(Object.values(lab.principals(connection === 'orders' ? 12345 : 23456))).toEqual(['associated']);
      await lab.sleep(2 * HOUR);
      await settledFor(scene);
    }),
  );

  long(
    'publishes what applications do not find: a database that came later, parameters that were deleted',
    () =>
      alone(async (scene) => {
        const { lab } = scene;
        const { accountId } = await scene.connect('orders');
        const place = { accountId, region: 'us-east-1' };
        const folder = `/redis-privatelink/orders/${VPC}`;
        const read = async () => {
          const input = { Path: folder, Recursive: true };
          const { Parameters } = await lab.call<{ Parameters: { Name: string }[] }>(
            'ssm',
            'GetParametersByPath',
            input,
            place,
          );
          return Parameters.map(({ Name }) => Name.slice(folder.length + 1));
        };
        await lab.call('ssm', 'DeleteParameter', { Name: `${folder}/endpoint-id` }, place);
        const share = lab.provider.shareHolding(
          lab.redisCloud.privateLink(12345)!.resourceConfigurationArn as string,
        )!;
        lab.provider.offerShare({
          ...share,
          resources: sharedResources(share.resourceConfigurationArn, [
            { databaseId: 51, port: 12_345 },
            { databaseId: 52, port: 12_346 },
          ]),
        });
        const run = await scene.reconcile();
        expect(run.started).toEqual([`onboard orders ${accountId} ${VPC}`]);
        expect(run.text.differences).toMatchObject([{ why: 'its parameters are not those of its endpoint' }]);
        expect(await read()).toEqual(expect.arrayContaining(['endpoint-id', 'databases/12346/host']));
        await settledFor(scene);
      }),
  );

  long('renews an invitation that expired before its VPC came', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      const letIn = await lab.lockOut(accountId);
      await scene.succeed('onboard', { connection: 'orders', accountId });
      await lab.sleep(13 * HOUR);
      await letIn();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      await scene.reconcile();
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect(await scene.live(accountId)).toEqual([VPC]);
      await settledFor(scene);
    }),
  );
});

describe('what a reconciliation reports and leaves alone', () => {
  test('principals and connections that this system has not made', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const stranger = '999900001111';
      const role = `arn:aws:iam::${accountId}:role/app`;
      await scene.byHand('POST', `${LINK}/principals`, { principal: stranger, type: 'aws_account' });
      await scene.byHand('POST', `${LINK}/principals`, { principal: role, type: 'iam_role' });
      // Somebody connects a VPC by themselves.
      await lab.vpc(accountId, OTHER_VPC);
      const { Subnets } = await scene.ec2<{ Subnets: { SubnetId: string; VpcId: string }[] }>(
        'DescribeSubnets',
        {},
        accountId,
      );
      await scene.ec2(
        'CreateVpcEndpoint',
        {
          VpcId: OTHER_VPC,
          VpcEndpointType: 'Resource',
          ResourceConfigurationArn: lab.redisCloud.privateLink(12345)!.resourceConfigurationArn,
          SubnetIds: [Subnets.find(({ VpcId }) => VpcId === OTHER_VPC)!.SubnetId],
        },
        accountId,
      );
      await lab.sleep(2 * MINUTE);
      for (let count = 0; count < 3; count += 1) {
        const run = await scene.reconcile();
        expect(run.started).toEqual([]);
        expect(run.text.reported).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ kind: 'unknown principal', accountId: stranger }),
            expect.objectContaining({ kind: 'other principal', what: expect.stringContaining(role) }),
            expect.objectContaining({ kind: 'connection not made by this system', accountId }),
          ]),
        );
      }
      expect(lab.principals()).toHaveProperty(stranger);
      expect(availableFor(lab, accountId)).toHaveLength(2);
    }));

  long('a stranger whose account has left the organization, with an endpoint of ours', () =>
    alone(async (scene) => {
      const { lab } = scene;
      await scene.connect('orders');
      const accountId = await lab.account();
      await scene.byHand('POST', `${LINK}/principals`, { principal: accountId, type: 'aws_account' });
      await scene.connect('orders', { accountId });
      await scene.unseen(() => lab.cloud.accounts.move(accountId, GLOBAL_UNIT));
      await scene.reconcile();
      await scene.reconcile();
      expect(await scene.live(accountId)).toEqual([]);
      expect(lab.principals()).toHaveProperty(accountId);
      await settledFor(scene);
    }),
  );
});

describe('a request to reconcile', () => {
  one.each<[string, unknown]>([
    ['with another key', { dry: true }],
    ['with a wrong value', { dryRun: 'yes' }],
    ['of text', '"now"'],
  ])('%s fails at once', (_, input) =>
    inScene(async ({ lab }) => {
      const execution = await lab.run('reconcile', input);
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'InvalidRequest',
        message: expect.stringContaining('{"dryRun":true}'),
      });
    }),
  );

  long('while one runs ends by saying so', () =>
    alone(async (scene) => {
      const { lab } = scene;
      await scene.connect('orders');
      const first = await lab.start('reconcile', {});
      await lab.reached(first, 'Await members');
      const second = await scene.succeed<{ skipped: string }>('reconcile', {});
      expect(second.skipped).toBe(`another run is under way: ${first.name}`);
      await lab.ended(first);
      expect(outcome(first)).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('at the same moment is carried out once', () =>
    alone(async (scene) => {
      const { lab } = scene;
      await scene.connect('orders');
      const both = [await lab.start('reconcile', {}), await lab.start('reconcile', {})];
      await lab.settled();
      expect(both.map(outcome)).toMatchObject(Array(2).fill({ status: 'SUCCEEDED' }));
      expect(both.filter(({ output }) => output!.includes('skipped'))).toHaveLength(1);
    }),
  );
});

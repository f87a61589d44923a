import { describe, expect, jest, test } from '@jest/globals';
import { callerIn, placeOf } from '../../../doctor/caller.ts';
import { Examination } from '../../../doctor/examination.ts';
import { planOf } from '../../../doctor/plan/plan.ts';
import { readPlan } from '../../../doctor/plan/read.ts';
import type { Configuration } from '../../../lib/configuration.ts';
import { World } from '../../../local/stories/world.ts';
import { type Ground, onGround } from '../../../proof/bench/ground.ts';
import { call, configuration, deployed, HUB, keepEnvironment, MANAGEMENT, MEMBER } from '../deployment.ts';

jest.setTimeout(60_000);
keepEnvironment();

let vpcId: string;
const [orders] = configuration.connections;

async function plan({ cloud }: Ground, change: Partial<Configuration['connections'][number]> = {}) {
  process.env.AWS_ENDPOINT_URL = cloud.url;
  process.env.AWS_ACCESS_KEY_ID = HUB;
  process.env.AWS_SECRET_ACCESS_KEY = 'any';
  const given = { ...configuration, connections: [{ ...orders!, ...change }] };
  const caller = await callerIn('us-east-1');
  const examination = new Examination({
    configuration: given,
    config: 'config/mine.yaml',
    place: placeOf(caller, given),
    accountId: caller.accountId,
    now: cloud.clock.now(),
    memberTemplate: async () => '',
  });
  return planOf(await readPlan(examination));
}

/** A deployment in which one VPC is connected, and a reconciliation has looked. */
const connected = (work: (ground: Ground) => Promise<void>) =>
  deployed(
    async (ground) => {
      const { cloud, activity } = ground;
      const world = new World(cloud);
      const tags = { 'redis-privatelink': 'orders' };
      vpcId = await world.createVpc(MEMBER, 'us-east-1', { cidrBlock: '10.42.0.0/16', tags });
      await world.createSubnets(MEMBER, 'us-east-1', vpcId, '10.42.0.0/16');
      await cloud.settled(activity);
      await cloud.start('reconcile', {});
      await cloud.settled(activity);
      await work(ground);
    },
    { reconciled: false },
  );

describe('the plan of a deployment', () => {
  test('says what stays, is cut and is refused', () =>
    connected(async (ground) => {
      const place = { accountId: MEMBER, vpcId };
      const same = await plan(ground);
      expect(same).toMatchObject({ isDeployed: true, errors: [], counts: { cut: 0, keep: 1 } });
      expect(same.connections[0]!.lines).toEqual([{ outcome: 'keep', ...place, why: 'it asks for it' }]);

      const excluded = { ...orders!.accounts, excludedAccountIds: [MEMBER] };
      const without = await plan(ground, { accounts: excluded });
      expect(without).toMatchObject({ isDeployed: false, errors: [], counts: { cut: 1 } });
      expect(without.connections[0]!.lines).toEqual([
        { outcome: 'cut', ...place, why: expect.stringMatching(/excludedAccountIds/) },
      ]);

      for (const change of [{ region: 'eu-west-1' }, { subscriptionId: 99 }, { name: 'billing' }]) {
        expect((await plan(ground, change)).errors).toHaveLength(1);
      }

      const mistyped = { ...orders!.accounts, organizationalUnits: ['ou-ab12-nowhere0'] };
      expect(await plan(ground, { accounts: mistyped })).toMatchObject({
        errors: [
          expect.stringMatching(/^ou-ab12-nowhere0 is not in the organization: correct config\/mine\.yaml$/),
        ],
        counts: { cut: 0, leave: 1 },
      });
    }));

  test('needs a deployment, and all of it', () =>
    onGround({ contract: 'resource-share', assembly: 'dist/test' }, async (ground) => {
      const moved = { ...configuration.organization, hubRegion: 'eu-west-1' };
      const before = configuration.organization;
      Object.assign(configuration, { organization: moved });
      try {
        await expect(plan(ground)).rejects.toThrow(
          /^The stack redis-privatelink-hub is not deployed in eu-west-1 of account 222222222222, so there is nothing to compare.*npx cdk deploy/,
        );
      } finally {
        Object.assign(configuration, { organization: before });
      }
      ground.cloud.interceptCalls(async ({ action }, proceed) => {
        const answer = (await proceed()) as { Stacks: object[] };
        if (action !== 'DescribeStacks') return answer;
        return { Stacks: answer.Stacks.map((stack) => ({ ...stack, StackStatus: 'ROLLBACK_COMPLETE' })) };
      });
      await expect(plan(ground)).rejects.toThrow(
        /^The stack redis-privatelink-hub in us-east-1 is ROLLBACK_COMPLETE/,
      );
    }));

  test('does not guess what VPCs ask for by another tag', () =>
    deployed(async (ground) => {
      const before = configuration.system;
      Object.assign(configuration, { system: { ...before, tag: 'redis' } });
      try {
        await expect(plan(ground)).rejects.toThrow(
          /^VPCs ask by the tag redis-privatelink, and by redis with this configuration: .* Tag VPCs with both/,
        );
      } finally {
        Object.assign(configuration, { system: before });
      }
    }));

  test('is not made of a part', () =>
    deployed(async (ground) => {
      await call(ground, 'organizations', 'DeleteResourcePolicy', {}, MANAGEMENT);
      await expect(plan(ground)).rejects.toThrow('AccessDenied on organizations:ListAccounts');
    }));
});

import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { long } from '../long.ts';
import { type Lab, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();
const _LINK = '/subscriptions/12345/private-link';

/** An organization of its own. */
function alone(work: (scene: Scene) => Promise<void>, options?: Parameters<typeof inScene>[1]) {
  return inScene(async (scene) => {
    await scene.leaveOthersBehind();
    await work(scene);
  }, options);
}

/** Nothing is left to do, twice over. */
async function _settledFor(scene: Scene): Promise<void> {
  const dry = await scene.reconcile({ dryRun: true });
  expect(dry.text.differences).toEqual([]);
  expect(dry.started).toEqual([]);
}

const _availableFor = (lab: Lab, accountId: string) =>
  lab.provider.allConnections().filter((one) => one.accountId === accountId && one.state === 'available');

describe('a reconciliation that cannot see everything', () => {
  const spoilt = async (scene: Scene) => {
    const left = await scene.connect('orders');
    const came = await scene.lab.account();
    await scene.unseen(async () => {
      await scene.tag(left.accountId, VPC, null);
      await scene.lab.vpc(came, VPC, { tags: { 'redis-privatelink': 'orders' } });
    });
    return { left: left.accountId, came };
  };

  test('removes nothing while the accounts cannot be listed', () =>
    alone(async (scene) => {
      const { left } = await spoilt(scene);
      await scene.reconcile();
      scene.beforeCall = ({ action }) => {
        if (action === 'ListAccounts') throw new AwsError('ServiceException', 'It is out of order.', 500);
      };
      const run = await scene.reconcile();
      expect(run.started).toEqual([]);
      expect(run.incomplete).toContain('the list of accounts');
      expect(await scene.live(left)).toEqual([VPC]);
    }));

  long('takes throttled listings for what they are', () =>
    alone(async (scene) => {
      const { came } = await spoilt(scene);
      const seen = new Map<string, number>();
      scene.beforeCall = ({ action }) => {
        const count = (seen.get(action) ?? 0) + 1;
        seen.set(action, count);
        if (action === 'ListAccounts' && count % 4 !== 0)
          throw new AwsError('TooManyRequestsException', 'Slow down.', 429);
        if (/^Describe(Vpcs|VpcEndpoints|SecurityGroups)$/.test(action) && count % 3 !== 0)
          throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
      };
      const run = await scene.reconcile();
      expect(run.incomplete).toEqual([]);
      expect(run.started).toEqual([`onboard orders ${came} ${VPC}`]);
    }),
  );

  long('leaves alone an account that cannot be entered, and connects the others', () =>
    alone(async (scene) => {
      const { left, came } = await spoilt(scene);
      await scene.lab.call(
        'iam',
        'UpdateAssumeRolePolicy',
        {
          RoleName: 'redis-privatelink-connector',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
        },
        { accountId: left, region: 'us-east-1' },
      );
      expect((await scene.reconcile()).started).toEqual([`onboard orders ${came} ${VPC}`]);
      const second = await scene.reconcile();
      expect(second.started).toEqual([]);
      expect(second.incomplete).toEqual([`account ${left} in us-east-1`]);
      expect(second.text.reported).toContainEqual(
        expect.objectContaining({
          kind: 'unreachable account',
          accountId: left,
          what: expect.stringMatching(/^MemberRoleNotAssumable: The role/),
        }),
      );
      expect(await scene.live(left)).toEqual([VPC]);
    }),
  );

  long('leaves alone a connection that cannot be read, and goes on with the others', () =>
    alone(async (scene) => {
      const { left, came } = await spoilt(scene);
      await scene.unseen(() => scene.tag(came, VPC, 'orders ledger'));
      scene.lab.intercept = ({ path }) => (path.includes('/12345/') ? { status: 500 } : undefined);
      await scene.reconcile();
      const run = await scene.reconcile();
      expect(run.incomplete).toEqual(['connection orders']);
      expect(scene.started('onboard', { connection: 'orders', accountId: came })).toEqual([]);
      expect(scene.lab.principals(23456)).toHaveProperty(came);
      expect(await scene.live(left)).toEqual([VPC]);
      expect(scene.lab.principals()).toHaveProperty(left);
    }),
  );
});

// Long: every way in which an account can be out of reach. offboard.test.ts always disconnects one, and
// test/lambdas/offboard/check-removal.test.ts decides what is removed.

import { describe, expect } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { long, one } from '../long.ts';
import { MINUTE, OTHER_VPC, outcome, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

const LINK = '/subscriptions/12345/private-link';
const CONNECTOR = 'redis-privatelink-connector';

/** The account's role is gone with its policies, as when its owner deletes the member stack. */
async function deleteConnectorRole({ lab }: Scene, accountId: string): Promise<void> {
  const place = { accountId, region: 'us-east-1' };
  await lab.call(
    'iam',
    'UpdateAssumeRolePolicy',
    {
      RoleName: CONNECTOR,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
    },
    place,
  );
}

describe('what cannot be reached is left on the Redis Cloud side anyway', () => {
  one.each<[string, string]>([
    ['a closed account', 'orders'],
    ['an account without the connector role', 'orders'],
    ['a closed account', 'ledger'],
    ['an account without the connector role', 'ledger'],
  ])('%s leaves %s, and the output says why', (kind, connection) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect(connection);
      if (kind === 'a closed account') {
        await scene.unseen(() => lab.cloud.accounts.close(accountId));
      } else await deleteConnectorRole(scene, accountId);
      const output = await scene.succeed('offboard', { connection, accountId });
      expect(output).toMatchObject({ principalRemoved: true, removed: [] });
      expect(output.accessError).toMatch(/^The role arn:.* cannot be assumed/);
      expect(lab.principals(connection === 'orders' ? 12345 : 23456)).toEqual({});
      expect(lab.provider.allConnections().filter(({ state }) => state === 'available')).toEqual([]);
      expect(await lab.records(accountId)).toEqual([]);
    }),
  );

  long('so does an account in which the Region is not enabled any more', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      // So AWS answers there: it knows none of the account's sessions.
      scene.beforeCall = ({ service, caller }) => {
        if (caller.accountId !== accountId || service === 'sts') return;
        throw new AwsError('AuthFailure', 'AWS was not able to validate the credentials.', 401);
      };
      const output = await scene.succeed('offboard', { connection: 'orders', accountId });
      expect(output).toMatchObject({ principalRemoved: true, removed: [] });
      expect(output.accessError).toMatch(/Region us-east-1 is enabled in it/);
      expect(lab.principals()).toEqual({});
      // It stays behind, and is known.
      expect(await lab.items('leftover')).toHaveLength(1);
    }),
  );

  long.each(['orders', 'ledger'])(
    'the only VPC of a closed account leaves %s with its principal',
    (connection) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const { accountId } = await scene.connect(connection);
        await scene.unseen(() => lab.cloud.accounts.close(accountId));
        const output = await scene.succeed('offboard', { connection, accountId, vpcId: VPC });
        expect(output.accessError).not.toBeNull();
        expect(lab.principals(connection === 'orders' ? 12345 : 23456)).toEqual({});
        expect(lab.provider.allConnections().filter(({ state }) => state === 'available')).toEqual([]);
      }),
  );

  long('one VPC of two of a closed account leaves the other admitted', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await scene.connect('orders', { accountId, vpcId: OTHER_VPC });
      await scene.unseen(() => lab.cloud.accounts.close(accountId));
      const output = await scene.succeed('offboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(output).toMatchObject({ principalRemoved: false, accessError: expect.any(String) });
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      // Whose connection is whose cannot be told, so both are, and nothing says otherwise.
      expect(scene.announced.map(({ type }) => type)).not.toContain('VPC Disconnected');
      expect(await lab.items(`account#${accountId} connection#orders#`)).toHaveLength(2);
      expect(JSON.stringify(output)).toContain('the VPC may be connected still');
    }),
  );

  long('an account that is closed in the middle', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const execution = await lab.start('offboard', { connection: 'orders', accountId });
      await lab.reached(execution, 'Disassociate connections');
      await scene.unseen(() => lab.cloud.accounts.close(accountId));
      await lab.ended(execution);
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(JSON.parse(execution.output!).accessError).toMatch(/cannot be assumed/);
      expect(lab.principals()).toEqual({});
    }),
  );

  long.each(['orders', 'ledger'])('an endpoint of %s that somebody has deleted', (connection) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId, vpcEndpointId } = await scene.connect(connection);
      await scene.ec2('DeleteVpcEndpoints', { VpcEndpointIds: [vpcEndpointId] }, accountId);
      const output = await scene.succeed('offboard', { connection, accountId, vpcId: VPC });
      expect(output).toMatchObject({ principalRemoved: true, accessError: null });
      expect(lab.principals(connection === 'orders' ? 12345 : 23456)).toEqual({});
      expect(await scene.groups(accountId)).toEqual([]);
    }),
  );

  long('a principal that somebody has removed', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      await scene.byHand('DELETE', `${LINK}/principals`, { principal: accountId });
      scene.restart();
      const output = await scene.succeed('offboard', { connection: 'orders', accountId });
      expect(output).toMatchObject({ principalRemoved: true, removed: [{ vpcId: VPC }] });
      expect(scene.log).toEqual(['DeleteVpcEndpoints', 'DeleteSecurityGroup']);
      expect(await scene.live(accountId)).toEqual([]);
    }),
  );

  long.each(['http-404', 'task-code', 'empty'] as const)(
    'a PrivateLink that somebody has deleted (none there: %s)',
    (shape) =>
      inScene(
        async (scene) => {
          const { lab } = scene;
          const { accountId } = await scene.connect('orders');
          await scene.byHand('DELETE', `${LINK}/principals`, { principal: accountId });
          await lab.call(
            'ec2',
            'DeleteVpcEndpoints',
            { VpcEndpointIds: (await lab.endpoints(accountId)).map(({ VpcEndpointId }) => VpcEndpointId) },
            { accountId, region: 'us-east-1' },
          );
          await scene.byHand('DELETE', LINK);
          await lab.sleep(5 * MINUTE);
          expect(lab.redisCloud.privateLink(12345)).toBeUndefined();
          const output = await scene.succeed('offboard', { connection: 'orders', accountId });
          expect(output).toMatchObject({ principalRemoved: true, accessError: null });
          expect(await lab.records(accountId)).toEqual([]);
          const whole = { connection: 'orders', all: true, confirm: 'orders' };
          expect(await scene.succeed('offboard', whole)).toMatchObject({ accounts: [] });
        },
        { ways: { 'none-shape': shape, 'deleted-endpoint': 'harmless' } },
      ),
  );
});

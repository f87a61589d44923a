import { describe, expect } from '@jest/globals';
import { long, one } from '../long.ts';
import { CATALOG_UNIT, GLOBAL_UNIT, LEAVING_UNIT, OTHER_VPC, outcome, UNIT, VPC } from './harness.ts';
import { theatre } from './leaving.ts';

const inScene = theatre();

const CONTRACTS: [string, string, number, number | undefined, string, string][] = [
  ['a resource share', 'orders', 12345, undefined, 'us-east-1', UNIT],
  ['an endpoint service', 'ledger', 23456, undefined, 'us-east-1', UNIT],
  ['a resource share of an Active-Active region', 'sessions-eu', 34567, 2, 'eu-west-1', GLOBAL_UNIT],
  ['an endpoint service of an Active-Active region', 'catalog', 45678, 2, 'eu-west-1', CATALOG_UNIT],
];

/** What the output says where a person has started the workflow. */
const REFUSAL = expect.stringMatching(/^it stays disconnected/);

describe('offboard', () => {
  one.each(CONTRACTS)(
    'cuts the last VPC off %s, deletes its endpoint and expels the account, in this order',
    (_, connection, subscription, regionId, region, unit) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const { accountId, vpcEndpointId } = await scene.connect(connection, { region, unit });
        scene.restart();
        const output = await scene.succeed('offboard', { connection, accountId, vpcId: VPC });
        expect(output).toEqual({
          connection,
          accountId,
          vpcId: VPC,
          removed: [{ vpcEndpointId, vpcId: VPC }],
          principalRemoved: true,
          notes: [REFUSAL],
          accessError: null,
        });
        const method = ['orders', 'sessions-eu'].includes(connection) ? 'POST' : 'PUT';
        expect(scene.log).toEqual([
          `${method} private-link/connections/disassociate`,
          'DeleteVpcEndpoints',
          'DELETE private-link/principals',
          'DeleteSecurityGroup',
        ]);
        const regions = regionId === undefined ? '' : `/regions/${regionId}`;
        const link = `/subscriptions/${subscription}${regions}/private-link`;
        expect(scene.requests).toEqual([
          {
            method,
            path: `${link}/connections/disassociate`,
            body:
              method === 'PUT'
                ? { endpointIds: [vpcEndpointId] }
                : {
                    connections: [
                      {
                        associationId: expect.stringMatching(/^rsa-/),
                        connectionId: expect.stringMatching(/^vpce-con-/),
                        // As Redis Cloud spells it.
                        type: expect.stringMatching(/^vpc_endpoint$/i),
                        principalId: accountId,
                      },
                    ],
                  },
          },
          {
            method: 'DELETE',
            path: `${link}/principals`,
            body:
              method === 'PUT'
                ? { principals: [`arn:aws:iam::${accountId}:root`] }
                : { principal: accountId },
          },
        ]);
        expect(await scene.live(accountId, region)).toEqual([]);
        expect(await scene.groups(accountId, region)).toEqual([]);
        expect(lab.principals(subscription, regionId)).toEqual({});
        expect(await lab.records(accountId)).toEqual([]);
        expect(scene.announced.map(({ type }) => type)).toEqual(['VPC Disconnected']);
      }),
  );

  long.each(['orders', 'ledger'])(
    'leaves the account admitted to %s while another VPC of it is connected',
    (connection) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const subscription = connection === 'orders' ? 12345 : 23456;
        const { accountId } = await scene.connect(connection);
        await scene.connect(connection, { accountId, vpcId: OTHER_VPC });
        scene.restart();
        const output = await scene.succeed('offboard', { connection, accountId, vpcId: VPC });
        expect(output).toMatchObject({ principalRemoved: false });
        expect(scene.log).toEqual([
          expect.stringContaining('disassociate'),
          'DeleteVpcEndpoints',
          'DeleteSecurityGroup',
        ]);
        expect(await scene.live(accountId)).toEqual([OTHER_VPC]);
        expect(lab.principals(subscription)).toEqual({ [accountId]: 'associated' });
        const states = lab.provider.allConnections().filter((one) => one.accountId === accountId);
        expect(states.filter(({ state }) => state === 'available')).toHaveLength(1);
        expect(await lab.records(accountId)).toEqual([
          `account#${accountId} connection#${connection}`,
          `account#${accountId} connection#${connection}#${OTHER_VPC}`,
        ]);
        const last = await scene.succeed('offboard', { connection, accountId, vpcId: OTHER_VPC });
        expect(last).toMatchObject({ principalRemoved: true });
        expect(lab.principals(subscription)).toEqual({});
        expect(await lab.records(accountId)).toEqual([]);
      }),
  );

  long.each(['orders', 'ledger'])('takes a whole account from %s', (connection) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const subscription = connection === 'orders' ? 12345 : 23456;
      const { accountId } = await scene.connect(connection);
      await scene.connect(connection, { accountId, vpcId: OTHER_VPC });
      const { accountId: other } = await scene.connect(connection);
      scene.restart();
      const output = await scene.succeed<{ removed: object[] }>('offboard', { connection, accountId });
      expect(output).toMatchObject({
        vpcId: null,
        principalRemoved: true,
        notes: [REFUSAL],
        accessError: null,
      });
      expect(output.removed).toHaveLength(2);
      expect(scene.log[0]).toContain('disassociate');
      expect(scene.log.filter((entry) => entry.includes('disassociate'))).toHaveLength(1);
      expect(scene.log.slice(1)).toEqual([
        'DeleteVpcEndpoints',
        'DELETE private-link/principals',
        'DeleteSecurityGroup',
      ]);
      expect(await scene.live(accountId)).toEqual([]);
      expect(await lab.records(accountId)).toEqual([]);
      expect(lab.principals(subscription)).toEqual({ [other]: 'associated' });
      expect(await scene.live(other)).toEqual([VPC]);
    }),
  );

  long('leaves one region of an Active-Active subscription and stays in the other', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('sessions-us', { unit: GLOBAL_UNIT });
      await scene.connect('sessions-eu', { accountId, vpcId: OTHER_VPC, region: 'eu-west-1' });
      await scene.succeed('offboard', { connection: 'sessions-eu', accountId });
      expect(lab.principals(34567, 2)).toEqual({});
      expect(lab.principals(34567, 1)).toEqual({ [accountId]: 'associated' });
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(await scene.live(accountId, 'eu-west-1')).toEqual([]);
    }),
  );

  long('is done at once when it is started again', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      const input = { connection: 'orders', accountId, vpcId: VPC };
      await scene.succeed('offboard', input);
      scene.restart();
      const again = await scene.succeed('offboard', input);
      expect(again).toMatchObject({ removed: [], principalRemoved: false });
      expect(scene.log).toEqual([]);
    }),
  );

  long('may run twice at the same time for the same VPC', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const input = { connection: 'orders', accountId, vpcId: VPC };
      const both = [await lab.start('offboard', input), await lab.start('offboard', input)];
      await lab.settled();
      expect(both.map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      expect(lab.principals()).toEqual({});
      expect(await scene.live(accountId)).toEqual([]);
    }),
  );

  long('takes four accounts at once, one change at a time', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accounts = [];
      for (let count = 0; count < 4; count += 1) accounts.push((await scene.connect('ledger')).accountId);
      const executions = [];
      for (const accountId of accounts) {
        executions.push(await lab.start('offboard', { connection: 'ledger', accountId }));
      }
      await lab.settled();
      expect(executions.map(outcome)).toMatchObject(Array(4).fill({ status: 'SUCCEEDED' }));
      expect(lab.principals(23456)).toEqual({});
    }),
  );
});

describe('offboarding a whole connection', () => {
  one.each<[string, object, RegExp]>([
    ['without confirmation', { connection: 'orders', all: true }, /write "confirm":"orders"/],
    ['with the wrong name', { connection: 'orders', all: true, confirm: 'ledger' }, /"confirm":"orders"/],
    ['with mere agreement', { connection: 'orders', all: true, confirm: true }, /"confirm":"orders"/],
    ['of nobody in particular', { connection: 'orders' }, /accountId/],
    [
      'that is not configured',
      { connection: 'shop', all: true, confirm: 'shop' },
      /"shop" is not configured/,
    ],
  ])('%s fails at once and says what to write', (_, input, message) =>
    inScene(async ({ lab }) => {
      const execution = await lab.run('offboard', input);
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'InvalidRequest',
        message: expect.stringMatching(message),
      });
      expect(lab.redisCloud.calls.total).toBe(0);
    }),
  );

  long.each([
    ['archive', 67890, undefined, 'us-east-1'],
    ['archive-eu', 67891, 3, 'eu-west-1'],
  ])('expels all accounts from %s and then deletes the PrivateLink', (connection, subscription, id, region) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const first = await scene.connect(connection, { unit: LEAVING_UNIT, region });
      const second = await scene.connect(connection, { unit: LEAVING_UNIT, region });
      scene.restart();
      const output = await scene.succeed<{
        accounts: { accountId: string }[];
        nonAccountPrincipals: string[];
      }>('offboard', { connection, all: true, confirm: connection });
      expect(output.accounts.map(({ accountId }) => accountId).sort()).toEqual(
        [first.accountId, second.accountId].sort(),
      );
      expect(output.nonAccountPrincipals).toEqual([]);
      const link = `/subscriptions/${subscription}${id ? `/regions/${id}` : ''}/private-link`;
      const deletions = scene.requests.filter(({ method }) => method === 'DELETE');
      expect(deletions.slice(0, -1).every(({ path }) => path === `${link}/principals`)).toBe(true);
      expect(deletions.at(-1)).toEqual({ method: 'DELETE', path: link, body: null });
      expect(lab.redisCloud.privateLink(subscription, id)).toBeUndefined();
      expect(await scene.live(first.accountId, region)).toEqual([]);
      expect(scene.announced.at(-1)).toMatchObject({ type: 'Connection Removed' });
      // It can be used again.
      await scene.connect(connection, { accountId: first.accountId, vpcId: OTHER_VPC, region });
    }),
  );

  long('leaves the PrivateLink where the configuration does not ask for its end', () =>
    inScene(async (scene) => {
      await scene.connect('orders');
      await scene.succeed('offboard', { connection: 'orders', all: true, confirm: 'orders' });
      expect(scene.lab.principals()).toEqual({});
      expect(scene.lab.redisCloud.privateLink(12345)).toMatchObject({ status: 'active' });
    }),
  );

  long('leaves strangers admitted, reports them, and keeps the PrivateLink for them', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      const stranger = await lab.account(LEAVING_UNIT);
      const principals = '/subscriptions/67890/private-link/principals';
      await scene.byHand('POST', principals, { principal: stranger, type: 'aws_account' });
      const role = `arn:aws:iam::${stranger}:role/app`;
      await scene.byHand('POST', principals, { principal: role, type: 'iam_role' });
      scene.restart();
      const input = { connection: 'archive', all: true, confirm: 'archive' };
      const output = await scene.succeed<{ accounts: object[]; nonAccountPrincipals: string[] }>(
        'offboard',
        input,
      );
      expect(Object.keys(lab.principals(67890))).toEqual([stranger]);
      expect(output.nonAccountPrincipals).toContain(role);
      expect(JSON.stringify(output)).toContain(`account ${stranger} was not admitted by this system`);
      expect(lab.principals(67890)[accountId]).toBeUndefined();
      expect(lab.redisCloud.privateLink(67890)).toMatchObject({ status: 'active' });
    }),
  );

  long('finds nothing to do where there is no PrivateLink', () =>
    inScene(async (scene) => {
      const input = { connection: 'archive', all: true, confirm: 'archive' };
      expect(await scene.succeed('offboard', input)).toMatchObject({
        accounts: [],
        nonAccountPrincipals: [],
      });
      expect(scene.log).toEqual([]);
    }),
  );
});

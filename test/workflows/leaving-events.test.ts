import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { long, one } from '../long.ts';
import { GLOBAL_UNIT, LEAVING_UNIT, MANAGEMENT, outcome, UNIT, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

/** Publishes an event of Organizations, which the management account gets. */
function organizations({ lab }: Scene, name: string, detail: object): void {
  lab.cloud.putEvent({
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.organizations',
    account: MANAGEMENT,
    region: 'us-east-1',
    detail: {
      eventName: name,
      eventSource: 'organizations.amazonaws.com',
      eventTime: new Date(lab.cloud.clock.now()).toISOString(),
      recipientAccountId: MANAGEMENT,
      ...detail,
    },
  });
}

async function gone(scene: Scene, accountId: string, subscription = 12345): Promise<void> {
  expect(await scene.live(accountId)).toEqual([]);
  expect(scene.lab.principals(subscription)).toEqual({});
  expect(await scene.groups(accountId).catch(() => [])).toEqual([]);
  expect(await scene.lab.items(`account#${accountId} connection#`)).toEqual([]);
}

describe('what ends a connection', () => {
  test('its tag is removed', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      await scene.tag(accountId, VPC, null);
      await scene.lab.settled();
      await gone(scene, accountId);
      expect(scene.started('offboard')).toHaveLength(1);
    }));

  long('its tag names another connection: one comes, the other goes', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await scene.tag(accountId, VPC, 'ledger');
      await lab.settled();
      expect(lab.principals(12345)).toEqual({});
      expect(lab.principals(23456)).toEqual({ [accountId]: 'associated' });
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(await scene.groups(accountId)).toEqual(['redis-privatelink-ledger']);
      await scene.tag(accountId, VPC, 'ledger orders');
      await lab.settled();
      expect(lab.principals(12345)).toEqual({ [accountId]: 'associated' });
      expect(await scene.live(accountId)).toEqual([VPC, VPC]);
      await scene.tag(accountId, VPC, 'orders');
      await lab.settled();
      expect(lab.principals(23456)).toEqual({});
      expect(await scene.live(accountId)).toEqual([VPC]);
    }),
  );

  long('somebody tears the VPC down: their next attempt succeeds', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await lab.world.tearDown(accountId, 'us-east-1', VPC);
      await lab.settled();
      await gone(scene, accountId);
      await lab.world.tearDown(accountId, 'us-east-1', VPC);
      const { Vpcs } = await scene.ec2<{ Vpcs: object[] }>('DescribeVpcs', {}, accountId);
      expect(Vpcs).toEqual([]);
      await lab.settled();
      await gone(scene, accountId);
    }),
  );

  long('somebody deletes the endpoint and then the VPC, which our security group keeps alive', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await lab.world.deleteEndpoints(accountId, 'us-east-1', VPC);
      await lab.sleep(600_000);
      await lab.world.tearDown(accountId, 'us-east-1', VPC);
      await lab.settled();
      await lab.world.tearDown(accountId, 'us-east-1', VPC);
      const { Vpcs } = await scene.ec2<{ Vpcs: object[] }>('DescribeVpcs', {}, accountId);
      expect(Vpcs).toEqual([]);
      await lab.settled();
      await gone(scene, accountId);
    }),
  );

  long('not that somebody tries to delete a subnet of it', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const [endpoint] = await lab.endpoints(accountId);
      const attempt = scene.ec2('DeleteSubnet', { SubnetId: endpoint!.SubnetIds[0] }, accountId);
      await expect(attempt).rejects.toMatchObject({ code: 'DependencyViolation' });
      await lab.settled();
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(scene.started('offboard')).toEqual([]);
    }),
  );

  long.each<[string, (scene: Scene, accountId: string) => void]>([
    ['closed', ({ lab }, accountId) => lab.cloud.accounts.close(accountId)],
    ['removed', ({ lab }, accountId) => lab.cloud.accounts.remove(accountId)],
    ['moved out of the units', ({ lab }, accountId) => lab.cloud.accounts.move(accountId, GLOBAL_UNIT)],
    [
      'reported to have departed',
      (scene, accountId) => {
        scene.lab.cloud.accounts.remove(accountId, { silent: true });
        organizations(scene, 'AccountDepartedOrganization', { serviceEventDetails: { accountId } });
      },
    ],
  ])('its account is %s', (_, leave) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await scene.connect('ledger', { accountId });
      leave(scene, accountId);
      await lab.settled();
      expect(lab.principals(12345)).toEqual({});
      expect(lab.principals(23456)).toEqual({});
      expect(lab.provider.allConnections().filter(({ state }) => state === 'available')).toEqual([]);
      expect(scene.started('offboard', { accountId })).toHaveLength(2);
      expect(scene.lab.executions('offboard').map(outcome)).toMatchObject(
        Array(2).fill({ status: 'SUCCEEDED' }),
      );
    }),
  );

  long('not a report of an account that is there anyway', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      organizations(scene, 'AccountDepartedOrganization', { serviceEventDetails: { accountId } });
      await lab.settled();
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
    }),
  );

  long('the account leaves while its endpoint is made', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const onboarding = await lab.start('onboard', { connection: 'ledger', accountId, vpcId: VPC });
      await lab.reached(onboarding, 'Wait for VPC endpoint');
      lab.cloud.accounts.remove(accountId);
      await lab.settled();
      expect(lab.provider.allConnections()).toContainEqual(
        expect.objectContaining({ accountId, state: 'rejected' }),
      );
      expect(lab.principals(23456)).toEqual({});
    }),
  );
});

describe('what brings a connection', () => {
  one.each<[string, (scene: Scene, accountId: string) => void]>([
    ['is moved into the units', ({ lab }, accountId) => lab.cloud.accounts.move(accountId, UNIT)],
    [
      'has joined',
      (scene, accountId) => {
        scene.lab.cloud.accounts.move(accountId, UNIT);
        organizations(scene, 'AccountJoinedOrganization', { serviceEventDetails: { accountId } });
      },
    ],
    [
      'has accepted the handshake',
      (scene, accountId) => {
        scene.lab.cloud.accounts.move(accountId, UNIT);
        const parties = [
          { type: 'ORGANIZATION', id: 'a1b2c3d4e5' },
          { type: 'ACCOUNT', id: accountId },
        ];
        organizations(scene, 'AcceptHandshake', { responseElements: { handshake: { parties } } });
      },
    ],
  ])('an account that %s is admitted', (kind, join) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account(GLOBAL_UNIT);
      if (kind !== 'is moved into the units') {
        scene.loses = (event) => JSON.stringify(event).includes('MoveAccount');
      }
      join(scene, accountId);
      await lab.settled();
      expect(lab.principals(12345)).toEqual({ [accountId]: 'associated' });
      expect(lab.principals(23456)).toHaveProperty(accountId);
      const onboardings = scene.started('onboard', { accountId });
      expect(onboardings.map(outcome)).toMatchObject(Array(2).fill({ status: 'SUCCEEDED' }));
    }),
  );
});

describe('events that come twice, late or in another order', () => {
  test('a removed tag that is reported twice is acted upon once', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      const onceAgain = lab.cloud.interceptEvents((event, deliver) => {
        deliver();
        if (event.source !== 'aws.states') deliver();
      });
      try {
        await scene.tag(accountId, VPC, null);
        await lab.settled();
        expect(scene.started('offboard')).toHaveLength(1);
      } finally {
        onceAgain();
      }
      await gone(scene, accountId);
    }));

  long('a tag that is removed and set again at once stays connected in the end', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await scene.tag(accountId, VPC, null);
      await lab.sleep(2_000);
      await scene.tag(accountId, VPC, 'orders');
      await lab.settled();
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
    }),
  );

  long('a tag that is set and removed at once is not connected in the end', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC);
      await scene.tag(accountId, VPC, 'orders');
      await lab.sleep(20_000);
      await scene.tag(accountId, VPC, null);
      await lab.settled();
      await gone(scene, accountId);
    }),
  );
});

describe('onboard and offboard of the same thing at once', () => {
  const target = (accountId: string, isWhole: boolean) => ({
    connection: 'orders',
    accountId,
    ...(!isWhole && { vpcId: VPC }),
  });

  one.each([0, 1, 9, 13, 40])('offboard wins when it comes %d seconds later', (seconds) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.sleep(seconds * 1000 + 1);
      await lab.start('offboard', target(accountId, seconds % 2 === 1));
      await lab.settled();
      expect(lab.executions('offboard').map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }]);
      await gone(scene, accountId);
    }),
  );

  long.each([0, 1, 2, 5, 11, 20, 30, 60])('onboard wins when it comes %d seconds later', (seconds) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      await lab.start('offboard', target(accountId, seconds % 2 === 1));
      await lab.sleep(seconds * 1000 + 1);
      await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.settled();
      const all = [...lab.executions('offboard'), ...lab.executions('onboard')];
      expect(all.map(outcome)).toMatchObject(all.map(() => ({ status: 'SUCCEEDED' })));
      expect(await scene.live(accountId)).toEqual([VPC]);
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect(
        lab.provider.allConnections().filter(({ accountId: owner }) => owner === accountId),
      ).toContainEqual(expect.objectContaining({ state: 'available' }));
      expect(await lab.items(`account#${accountId} connection#`)).toEqual([
        `account#${accountId} connection#orders`,
        `account#${accountId} connection#orders#${VPC}`,
      ]);
    }),
  );
});

describe('an account whose owner creates the endpoint', () => {
  const secretOf = (accountId: string) => `redis-privatelink/endpoint-script/partners/${accountId}`;
  const read = async ({ lab }: Scene, name: string) =>
    (await lab.call<{ SecretString: string }>('secretsmanager', 'GetSecretValue', { SecretId: name }))
      .SecretString;

  test('is admitted, and its script is handed over', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account(LEAVING_UNIT);
      await lab.vpc(accountId);
      await lab.call(
        'iam',
        'UpdateAssumeRolePolicy',
        {
          RoleName: 'redis-privatelink-connector',
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
        },
        { accountId, region: 'us-east-1' },
      );
      const output = await scene.succeed('onboard', { connection: 'partners', accountId, vpcId: VPC });
      expect(output).toMatchObject({ handedOver: secretOf(accountId), vpcEndpointId: null });
      expect(lab.principals(78901)).toEqual({ [accountId]: 'associating' });
      const script = JSON.parse(await read(scene, secretOf(accountId)));
      expect(script.resourceEndpointScript).toEqual(expect.any(String));
      expect(scene.announced.map(({ type }) => type)).toContain('Endpoint Handed Over');
      // The account can leave like any other.
      await scene.succeed('offboard', { connection: 'partners', accountId });
      expect(lab.principals(78901)).toEqual({});
    }));

  long('is told once, readably, when its script cannot be had', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = await lab.account(LEAVING_UNIT);
      await lab.vpc(accountId);
      await lab.lockOut(accountId);
      lab.redisCloud.faults.failTasks({ operation: 'getEndpointScript', code: 'SOMETHING_NEW' });
      const execution = await lab.run('onboard', { connection: 'partners', accountId, vpcId: VPC });
      await lab.settled();
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'TaskFailed' });
      const told = lab.published().filter(({ message }) => message.includes(accountId));
      expect(told.map(({ subject }) => subject)).toEqual([
        `redis-privatelink: onboard TaskFailed (partners, ${accountId}, ${VPC})`,
      ]);
      expect(told[0]!.message).toContain('Why:         TaskFailed: Redis Cloud');
    }),
  );

  long('is given no script by hand where it may not be connected', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const stranger = await lab.run('endpoint-script', { connection: 'orders', accountId: '999988887777' });
      expect(outcome(stranger)).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
      expect(stranger.cause).toContain('is not in the organization');
    }),
  );

  long.each(['orders', 'ledger'])('can be given the script of %s by hand, again and again', (connection) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect(connection);
      const input = { connection, accountId };
      const first = await scene.succeed<{ secretName: string }>('endpoint-script', input);
      const script = await read(scene, first.secretName);
      await lab.call('secretsmanager', 'PutSecretValue', { SecretId: first.secretName, SecretString: '-' });
      expect(await scene.succeed('endpoint-script', input)).toEqual(first);
      expect(await read(scene, first.secretName)).toBe(script);
      const histories = lab.executions('endpoint-script').map(({ history }) => JSON.stringify(history));
      expect(histories.join()).not.toMatch(/user-key-of-the-tests/);
    }),
  );

  long('is given the script although the subscription was busy, and AWS lost an answer', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      lab.redisCloud.faults.failTasks({ operation: 'getEndpointScript', code: 'SUBSCRIPTION_NOT_ACTIVE' });
      const wellAgain = lab.cloud.interceptCalls(async ({ action }, proceed) => {
        if (action !== 'CreateSecret') return proceed();
        wellAgain();
        await proceed();
        throw new AwsError('SdkClientException', 'The answer is lost.', 500);
      });
      const input = { connection: 'orders', accountId };
      const { secretName } = await scene.succeed<{ secretName: string }>('endpoint-script', input);
      expect(JSON.parse(await read(scene, secretName))).toHaveProperty('resourceEndpointScript');
    }),
  );

  long('can be given the script by a redrive after Redis Cloud could not write it', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      lab.redisCloud.faults.failTasks({ operation: 'getEndpointScript', code: 'SOMETHING_NEW' });
      const execution = await lab.run('endpoint-script', { connection: 'orders', accountId });
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'TaskFailed' });
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );
});

import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import type { Interception } from '../../local/redis-cloud/faults.ts';
import { long, one } from '../long.ts';
import { LEAVING_UNIT, MINUTE, outcome, VPC } from './harness.ts';
import { theatre } from './leaving.ts';

const inScene = theatre();

const LINK = '/subscriptions/12345/private-link';
/** What the output says where a person has started the workflow. */
const REFUSAL = expect.stringMatching(/^it stays disconnected/);

describe('what AWS does not let go', () => {
  test('is waited for without asking Redis Cloud', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      const execution = await scene.lab.run('offboard', { connection: 'orders', accountId });
      const states = execution.history.flatMap(({ type, details }) =>
        type.endsWith('StateEntered') ? [String(details?.name)] : [],
      );
      const waited = states.indexOf('Wait for VPC endpoint');
      expect(waited).toBeGreaterThan(states.indexOf('Delete VPC endpoint'));
      expect(states.slice(waited + 1, waited + 3)).toEqual([
        'List VPC endpoints',
        'Are all endpoints being deleted?',
      ]);
    }));

  long('an endpoint that is not seen when it is to be deleted is asked again', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId, vpcEndpointId } = await scene.connect('orders');
      let unseen = 3;
      scene.beforeCall = ({ action, input }) => {
        if (action !== 'DescribeVpcEndpoints' || !JSON.stringify(input).includes(vpcEndpointId)) return;
        unseen -= 1;
        if (unseen >= 0) throw new AwsError('InvalidVpcEndpointId.NotFound', 'It is not seen.', 400);
      };
      const output = await scene.succeed('offboard', { connection: 'orders', accountId });
      expect(unseen).toBeLessThan(0);
      expect(output).toMatchObject({
        principalRemoved: true,
        removed: [{ vpcEndpointId }],
        notes: [REFUSAL],
      });
      expect(lab.principals()).not.toHaveProperty(accountId);
    }),
  );

  long('a security group that somebody else uses stays, and the output says so', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      scene.beforeCall = ({ action }) => {
        if (action === 'DeleteSecurityGroup') throw new AwsError('DependencyViolation', 'It is used.', 400);
      };
      const output = await scene.succeed<{ notes: string[] }>('offboard', {
        connection: 'orders',
        accountId,
      });
      expect(output.notes).toEqual([REFUSAL, expect.stringMatching(/^Security group sg-.* is still in use/)]);
      expect(await scene.groups(accountId)).toHaveLength(1);
    }),
  );

  long('parameters stay where the account cannot be entered for them, and the output says so', () =>
    inScene(async (scene) => {
      const { accountId } = await scene.connect('orders');
      // The account is entered for them first.
      let isRefused = false;
      scene.beforeCall = ({ action }) => {
        if (action !== 'AssumeRole' || isRefused) return;
        isRefused = true;
        throw new AwsError('AccessDenied', 'Not now.', 403);
      };
      const output = await scene.succeed<{ notes: string[] }>('offboard', {
        connection: 'orders',
        accountId,
      });
      expect(output).toMatchObject({ accessError: null });
      expect(output.notes).toEqual([
        REFUSAL,
        expect.stringMatching(/^parameters may be left: The role .* cannot be assumed/),
      ]);
    }),
  );
});

describe('what this system has not made', () => {
  test('stays in the VPC: endpoints and security groups without its tags', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('ledger');
      const { Subnets } = await scene.ec2<{ Subnets: { SubnetId: string }[] }>(
        'DescribeSubnets',
        {},
        accountId,
      );
      await scene.ec2(
        'CreateSecurityGroup',
        { VpcId: VPC, GroupName: 'redis-privatelink-theirs', Description: 'Not of the system.' },
        accountId,
      );
      const { VpcEndpoint } = await scene.ec2<{ VpcEndpoint: { VpcEndpointId: string } }>(
        'CreateVpcEndpoint',
        {
          VpcId: VPC,
          VpcEndpointType: 'Interface',
          ServiceName: lab.redisCloud.privateLink(23456)!.serviceName,
          SubnetIds: [Subnets[0]!.SubnetId],
          TagSpecifications: [
            // Somebody copies one of the tags.
            {
              ResourceType: 'vpc-endpoint',
              Tags: [{ Key: 'redis-privatelink:connection', Value: 'ledger' }],
            },
          ],
        },
        accountId,
      );
      await lab.sleep(2 * MINUTE);
      const output = await scene.succeed<{ notes: string[] }>('offboard', {
        connection: 'ledger',
        accountId,
        vpcId: VPC,
      });
      const left = await lab.endpoints(accountId);
      expect(left.filter(({ State }) => State === 'available')).toMatchObject([
        { VpcEndpointId: VpcEndpoint.VpcEndpointId },
      ]);
      expect(await scene.groups(accountId)).toEqual(['redis-privatelink-theirs']);
      expect(lab.provider.allConnections()).toContainEqual(
        expect.objectContaining({ vpcEndpointId: VpcEndpoint.VpcEndpointId, state: 'available' }),
      );
      expect(output.notes.slice(1).join()).toMatch(/^$|connection of it that this system did not make/);
    }));

  long.each([
    ['its last VPC leaves', { vpcId: VPC, onlyOurs: true }],
    ['a person sends its last VPC away', { vpcId: VPC }],
    ['it leaves', { onlyOurs: true }],
  ])('stays admitted, if a person has admitted the account, when %s', (_, input) =>
    inScene(async (scene) => {
      const { lab } = scene;
      await scene.connect('orders');
      const accountId = await lab.account();
      await scene.byHand('POST', `${LINK}/principals`, { principal: accountId, type: 'aws_account' });
      await scene.connect('orders', { accountId });
      scene.restart();
      const output = await scene.succeed<{ notes: string[] }>('offboard', {
        connection: 'orders',
        accountId,
        ...input,
      });
      expect(output).toMatchObject({ principalRemoved: false, removed: [{ vpcId: VPC }] });
      expect(output.notes.join()).toMatch(/not admitted by this system/);
      expect(lab.principals()[accountId]).toBe('associated');
      expect(scene.log).not.toContain('DELETE private-link/principals');
    }),
  );

  long('a given security group stays', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const accountId = '444455556666';
      if (!lab.cloud.accounts.has(accountId)) await lab.account(LEAVING_UNIT, accountId);
      await lab.vpc(accountId, VPC);
      const { Subnets } = await scene.ec2<{ Subnets: { SubnetId: string }[] }>(
        'DescribeSubnets',
        {},
        accountId,
      );
      const Resources = Subnets.slice(0, 2).map(({ SubnetId }) => SubnetId);
      await scene.ec2('CreateTags', { Resources, Tags: [{ Key: 'tier', Value: 'data' }] }, accountId);
      const { GroupId } = await scene.ec2<{ GroupId: string }>(
        'CreateSecurityGroup',
        { VpcId: VPC, GroupName: 'redis-clients', Description: 'Clients of Redis.' },
        accountId,
      );
      const IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 8070, ToPort: 19_999, IpRanges: [{ CidrIp: '10.42.0.0/16' }] },
      ];
      await scene.ec2('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions }, accountId);
      await scene.succeed('onboard', { connection: 'guarded', accountId, vpcId: VPC });
      await scene.succeed('offboard', { connection: 'guarded', accountId, vpcId: VPC });
      expect(await scene.live(accountId)).toEqual([]);
      expect(await scene.groups(accountId)).toEqual(['redis-clients']);
    }),
  );
});

const CHANGES = ['disassociateConnections', 'removePrincipal', 'deletePrivateLink'];

describe('a Redis Cloud that does not do as it is told', () => {
  one.each<[string, Interception]>([
    ['answers 500', { status: 500 }],
    ['answers 503', { status: 503 }],
    ['answers 409', { status: 409 }],
    ['answers 429', { status: 429 }],
    ['breaks the connection', 'drop'],
    ['loses its answers', 'lose-answer'],
  ])('and %s to every removal for three minutes is asked again', (_, interception) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      const until = lab.cloud.clock.now() + 3 * MINUTE;
      scene.fault = (operation) =>
        CHANGES.includes(operation) && lab.cloud.clock.now() < until ? interception : undefined;
      expect(await scene.succeed('offboard', { connection: 'archive', accountId })).toMatchObject({
        principalRemoved: true,
      });
      expect(lab.redisCloud.privateLink(67890)).toBeUndefined();
      // Whoever has the lock cannot know that a request whose answer was lost is being processed.
      if (interception === 'lose-answer') lab.collisions.length = 0;
    }),
  );

  long.each(CHANGES.slice(0, 2))(
    'and keeps answering 500 to %s fails the execution; a redrive finishes',
    (operation) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
        scene.fault = (asked) => (asked === operation ? { status: 500 } : undefined);
        const execution = await lab.run('offboard', { connection: 'archive', accountId });
        expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'RedisCloudUnavailable' });
        expect(await lab.items('turn#')).toEqual([]);
        // Others are not kept from their locks.
        scene.fault = () => undefined;
        await scene.connect('archive', { unit: LEAVING_UNIT });
        expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
        expect(lab.principals(67890)[accountId]).toBeUndefined();
        expect(await scene.live(accountId)).toEqual([]);
      }),
  );

  long.each([
    ['disassociateConnections', 'PRIVATE_LINK_SERVICE_ERROR', 'TaskWithoutResult'],
    ['removePrincipal', 'GENERAL_ERROR', 'TaskWithoutResult'],
    ['removePrincipal', 'SOMETHING_NEW', 'TaskFailed'],
  ] as const)(
    'and ends a task of %s in %s fails the execution; a redrive finishes',
    (operation, code, error) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
        lab.redisCloud.faults.failTasks({ operation, code, times: 20 });
        const execution = await lab.run('offboard', { connection: 'archive', accountId });
        lab.redisCloud.faults.forgive();
        expect(outcome(execution)).toMatchObject({ status: 'FAILED', error });
        expect(outcome(execution).message).toContain('subscription 67890');
        expect(await lab.items('turn#')).toEqual([]);
        expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
        expect(lab.redisCloud.privateLink(67890)).toBeUndefined();
      }),
  );

  long.each(['CONFLICT_ERROR', 'SUBSCRIPTION_NOT_ACTIVE', 'PRIVATE_LINK_PRINCIPAL_NOT_FOUND'])(
    'and ends a removal in %s is looked at again',
    (code) =>
      inScene(async (scene) => {
        const { lab } = scene;
        const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
        lab.redisCloud.faults.failTasks({ operation: 'removePrincipal', code });
        await scene.succeed('offboard', { connection: 'archive', accountId });
        expect(lab.redisCloud.privateLink(67890)).toBeUndefined();
      }),
  );

  long('and takes other keys in the middle fails the execution; a redrive with the right ones finishes', () =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('archive', { unit: LEAVING_UNIT });
      const execution = await lab.start('offboard', { connection: 'archive', accountId });
      await lab.reached(execution, 'Delete VPC endpoint');
      lab.replaceKeys({ apiKey: 'another-account-key', secretKey: 'another-user-key' });
      await lab.ended(execution);
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      expect(JSON.stringify(execution.history)).not.toMatch(/(account|user)-key-of-the-tests/);
      expect(await lab.items('turn#')).toEqual([]);
      await lab.setSecret(JSON.stringify({ apiKey: 'another-account-key', secretKey: 'another-user-key' }));
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect(lab.redisCloud.privateLink(67890)).toBeUndefined();
    }),
  );
});

one.each(['PRIVATE_LINK_NOT_FOUND', 'SUBSCRIPTION_NOT_ACTIVE', 'an empty answer'])(
  'a whole connection goes although its members are once answered with %s',
  (answer) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId } = await scene.connect('orders');
      if (answer === 'an empty answer') {
        let isFirst = true;
        scene.fault = (operation) => {
          if (operation !== 'getPrivateLink' || !isFirst) return undefined;
          isFirst = false;
          return 'empty-answer';
        };
      } else lab.redisCloud.faults.failTasks({ operation: 'getPrivateLink', code: answer });
      const whole = { connection: 'orders', all: true, confirm: 'orders' };
      expect(await scene.succeed('offboard', whole)).toMatchObject({ accounts: [expect.anything()] });
      expect(lab.principals()).not.toHaveProperty(accountId);
    }),
);

long('one bad account does not stop the others, and a redrive tries it again', () =>
  inScene(async (scene) => {
    const { lab } = scene;
    const [bad, good] = [await scene.connect('orders'), await scene.connect('orders')];
    scene.beforeCall = ({ action, caller }) => {
      if (action === 'DescribeVpcEndpoints' && caller.accountId === bad.accountId) {
        throw new AwsError('SomethingNew', 'Made on purpose.');
      }
    };
    const whole = { connection: 'orders', all: true, confirm: 'orders' };
    const execution = await lab.run('offboard', whole);
    expect(outcome(execution)).toEqual({
      status: 'FAILED',
      error: 'OffboardingNotEnding',
      message: expect.stringMatching(
        `^1 of 2 accounts .*: ${bad.accountId} \\(SomethingNew: Made on purpose`,
      ),
    });
    expect(Object.keys(lab.principals())).toEqual([bad.accountId]);
    expect(await scene.live(good.accountId)).toEqual([]);

    scene.beforeCall = () => {};
    const redriven = await lab.redrive(execution);
    expect(outcome(redriven)).toMatchObject({ status: 'SUCCEEDED' });
    expect(lab.principals()).toEqual({});
    expect(JSON.parse(redriven.output!).accounts).toEqual([
      { accountId: bad.accountId, principalRemoved: true, note: null, error: null },
    ]);
  }),
);

long('a whole connection whose members could not be read is read again by a redrive', () =>
  inScene(async (scene) => {
    const { lab } = scene;
    const { accountId } = await scene.connect('orders');
    lab.redisCloud.faults.failTasks({ operation: 'getPrivateLink', code: 'SOMETHING_NEW' });
    const execution = await lab.run('offboard', { connection: 'orders', all: true, confirm: 'orders' });
    expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'TaskFailed' });
    expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    expect(lab.principals()).not.toHaveProperty(accountId);
  }),
);

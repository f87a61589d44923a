import { DeleteVpcEndpointsCommand, DescribeVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { event } from '../events.ts';
import { long } from '../long.ts';
import { HUB, type Lab, laboratory, MANAGEMENT, outcome, VPC } from './harness.ts';
import { endpointByHand, made } from './made.ts';

const inLab = laboratory();

const OTHERS = '666600006666';

/** Every reading of the connection's PrivateLink from now on shows it with these members in place of its own. */
function answer(lab: Lab, subscriptionId: number, members: Record<string, string>): void {
  const link = lab.redisCloud.privateLink(subscriptionId);
  const resource = { ...link, ...members };
  lab.redisCloud.faults.answerReadings({
    operation: 'getPrivateLink',
    subscriptionId,
    resource,
    times: 1_000,
  });
}

/** Whether Redis Cloud lists a service network of the account. */
function hasNetwork(lab: Lab, subscriptionId: number, accountId: string): boolean {
  const { connections = [] } = lab.redisCloud.privateLink(subscriptionId) ?? {};
  return (connections as { ownerId: string; type?: string }[]).some(
    ({ ownerId, type = '' }) => ownerId === accountId && /service.network/i.test(type),
  );
}

describe('the administrator of a member account', () => {
  test('announces nothing in the name of the hub', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const place = { accountId, region: 'us-east-1' };
      const RoleName = 'redis-privatelink-forwarder-of-mine';
      const document = (statement: object) =>
        JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
      const AssumeRolePolicyDocument = document({
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'sts:AssumeRole',
      });
      await lab.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument }, place);
      const PolicyDocument = document({ Action: 'events:PutEvents', Resource: '*' });
      await lab.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'put', PolicyDocument }, place);
      const caller = { ...place, arn: `arn:aws:sts::${accountId}:assumed-role/${RoleName}/me` };
      const put = (Source: string) =>
        lab.cloud.call(
          'events',
          'PutEvents',
          {
            Entries: [
              {
                EventBusName: `arn:aws:events:us-east-1:${HUB}:event-bus/redis-privatelink`,
                Source,
                DetailType: 'Reconciliation Finished',
                Detail: JSON.stringify({ counts: {} }),
              },
            ],
          },
          caller,
        );
      await expect(put('redis-privatelink')).rejects.toThrow(/not authorized to perform: events:PutEvents/);
      // The role comes in by its name: only that source is refused.
      await expect(put('mine')).resolves.toMatchObject({ FailedEntryCount: 0 });
    }));

  long('keeps nobody waiting by writing a tag again and again', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const place = { accountId, region: 'us-east-1' };
      const write = (Value: string) =>
        lab.call(
          'ec2',
          'CreateTags',
          { Resources: [VPC], Tags: [{ Key: 'redis-privatelink', Value }] },
          place,
        );
      for (let round = 0; round < 30; round += 1) {
        await write(round % 2 === 0 ? 'orders' : 'ledger');
        await lab.sleep(5_000);
      }
      await lab.settled();
      const started = lab.executions('onboard').map(({ input }) => JSON.parse(input).connection);
      // Which tag the first one has seen, events decide that may be late.
      expect(started).toEqual([expect.stringMatching(/^(orders|ledger)$/), 'ledger']);
      // The last tag counts, and grace is over.
      const live = (await lab.endpoints(accountId)).filter(({ State }) => State === 'available');
      expect(live).toHaveLength(1);
      // It stays admitted where Redis Cloud shows a service network of it, which this system has not made.
      expect(lab.admitted(12345).includes(accountId)).toBe(hasNetwork(lab, 12345, accountId));
      expect(lab.admitted(23456)).toContain(accountId);
    }),
  );
});

describe('whoever answers as Redis Cloud', () => {
  test.each([
    ['a service of AWS', { serviceName: 'com.amazonaws.us-east-1.kms' }],
    [
      'a service in another Region',
      { serviceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
    ],
  ])('gets nobody connected to %s', (_, members) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.run('onboard', { connection: 'ledger', accountId });
      await lab.vpc(accountId);
      answer(lab, 23456, members);
      const execution = await lab.run('onboard', { connection: 'ledger', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({
        error: 'UntrustedTarget',
        message: expect.stringContaining(members.serviceName),
      });
      expect(await made(lab, accountId)).toEqual({ endpoints: [], groups: [] });
    }),
  );

  test('brings nothing else into an account with what it shares', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const types = ['vpc-lattice:ResourceConfiguration', 'ec2:Subnet'];
      const end = lab.cloud.interceptCalls(async ({ action }, proceed) =>
        action === 'ListPendingInvitationResources'
          ? { resources: types.map((type) => ({ type })) }
          : proceed(),
      );
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      end();
      expect(outcome(execution)).toMatchObject({
        error: 'UntrustedTarget',
        message: expect.stringContaining('ec2:Subnet'),
      });
      expect(await made(lab, accountId)).toMatchObject({ endpoints: [] });
      const where = { accountId, region: 'us-east-1', arn: `arn:aws:iam::${accountId}:root` };
      const shares = await lab.cloud.call(
        'ram',
        'GetResourceShares',
        { resourceOwner: 'OTHER-ACCOUNTS' },
        where,
      );
      expect(shares).toMatchObject({ resourceShares: [] });
    }));

  test('cannot move a connection to another account, nor have the good endpoint deleted', () =>
    inLab(async (lab) => {
      const [first, second] = [await lab.account(), await lab.account()];
      await lab.vpc(first);
      expect(
        outcome(await lab.run('onboard', { connection: 'orders', accountId: first, vpcId: VPC })),
      ).toMatchObject({ status: 'SUCCEEDED' });
      await lab.run('onboard', { connection: 'orders', accountId: second });
      await lab.vpc(second);
      const { shareArn, resourceConfigurationArn } = lab.redisCloud.privateLink(12345) as Record<
        string,
        string
      >;
      const moved = (arn = '') => arn.replace(/:\d{12}:/, `:${OTHERS}:`);
      answer(lab, 12345, {
        shareArn: moved(shareArn),
        resourceConfigurationArn: moved(resourceConfigurationArn),
      });
      for (const accountId of [first, second]) {
        const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(execution)).toMatchObject({
          error: 'UntrustedTarget',
          message: expect.stringContaining(`account ${OTHERS}`),
        });
        expect(outcome(execution).message).not.toMatch(/delete/i);
      }
      expect(await lab.endpoints(first)).toMatchObject([{ State: 'available' }]);
      expect(await made(lab, second)).toEqual({ endpoints: [], groups: [] });

      // It was somebody's lie: the truth is trusted as before.
      lab.redisCloud.faults.forgive();
      expect(
        outcome(await lab.run('onboard', { connection: 'orders', accountId: second, vpcId: VPC })),
      ).toMatchObject({ status: 'SUCCEEDED' });
    }));
});

describe('an owner who leaves', () => {
  long('keeps no endpoint of his own that nobody is told of', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'ledger', accountId });
      const theirs = await endpointByHand(lab, accountId, lab.serviceOf(23456));
      await lab.sleep(120_000);
      const told = () => lab.published().filter(({ message }) => message.includes(theirs));
      await lab.run('reconcile', {});
      // It may have been on its way.
      expect(told()).toEqual([]);
      for (let run = 0; run < 2; run += 1) await lab.run('reconcile', {});
      expect(told()).toMatchObject([{ subject: expect.stringContaining("1 endpoints are nobody's") }]);
      await lab.settled();
    }),
  );

  test('keeps no connection through an endpoint that he has made by hand', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'ledger', accountId, vpcId: VPC });
      const theirs = await endpointByHand(lab, accountId, lab.serviceOf(23456));
      await lab.sleep(120_000);
      const states = () =>
        lab.provider.allConnections().flatMap((one) => (one.vpcEndpointId === theirs ? [one.state] : []));
      expect(states()).toEqual(['available']);
      const left = await lab.run('offboard', { connection: 'ledger', accountId });
      expect(outcome(left)).toMatchObject({ status: 'SUCCEEDED' });
      expect(states()).not.toContain('available');
      expect(JSON.parse(left.output ?? '{}').notes).toContainEqual(
        expect.stringContaining(
          `VPC endpoint ${theirs}, which this system did not make, is cut at Redis Cloud`,
        ),
      );
      expect(lab.admitted(23456)).not.toContain(accountId);
    }));

  long('is not let in again by an execution of before, whether it waits or is redriven', () =>
    inLab(async (lab) => {
      const [failing, waiting] = [await lab.account(), await lab.account()];
      let isRefusing = true;
      const busy = { status: 409, body: { error: { type: 'CONFLICT_ERROR', description: 'busy' } } };
      lab.intercept = ({ operation = '' }) =>
        isRefusing && /^(createPrivateLink|addPrincipal)$/.test(operation) ? busy : undefined;
      const failed = await lab.run('onboard', { connection: 'orders', accountId: failing });
      expect(outcome(failed)).toMatchObject({ status: 'FAILED' });
      const before = await lab.start('onboard', { connection: 'orders', accountId: waiting });
      await lab.sleep(60_000);
      for (const id of [failing, waiting]) await lab.cloud.accounts.remove(id);
      isRefusing = false;
      for (const execution of [await lab.redrive(failed), await lab.ended(before)]) {
        expect(outcome(execution)).toMatchObject({
          error: 'InvalidRequest',
          message: expect.stringContaining('the account is not in the organization'),
        });
      }
      expect(lab.changes).toEqual([]);
      await lab.settled();
      expect(lab.admitted()).toEqual([]);
    }),
  );
});

describe('whoever has an operator start something', () => {
  long('has no execution that runs cleaned up, whatever he says of it', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { bare: true });
      const running = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.reached(running, 'Describe VPC');
      const before = await lab.items('turn#');
      const lie = {
        executionArn: running.arn,
        stateMachineArn: running.arn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
        name: running.name,
        status: 'FAILED',
        stopDate: Date.now(),
        input: running.input,
        error: 'Forged',
        cause: 'forged',
      };
      const forged = await lab.run('clean-up', { detail: lie });
      expect(outcome(forged)).toMatchObject({ status: 'SUCCEEDED' });
      const invented = { ...lie, executionArn: `${running.arn}-2` };
      expect(outcome(await lab.run('clean-up', { detail: invented }))).toMatchObject({ status: 'SUCCEEDED' });
      expect(running.status).toBe('RUNNING');
      expect(await lab.items('turn#')).toEqual(before);
      expect(await lab.items(`account#${accountId} failure#`)).toEqual([]);
      expect(lab.published()).toEqual([]);
      await lab.stopAll();
    }),
  );

  test('has nobody removed by the tale that an account has left', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const time = new Date(lab.cloud.clock.now()).toISOString().replace(/\.\d+Z/, 'Z');
      const departed = { ...event.accountDeparted(accountId), time };
      for (const account of [accountId, MANAGEMENT]) await lab.run('dispatch', { ...departed, account });
      await lab.settled();
      expect(lab.executions('offboard')).toEqual([]);
      expect(lab.principals()).toMatchObject({ [accountId]: 'associated' });
      expect(await lab.endpoints(accountId)).toMatchObject([{ State: 'available' }]);
    }));
});

describe('whoever has the role of one function', () => {
  /** What the function could do in the account, had somebody else its role. */
  const enter = async (lab: Lab, call: string, accountId: string, more: object = {}) => {
    const arn = `arn:aws:sts::${HUB}:assumed-role/redis-privatelink-hub-${call}/redis-privatelink-${call}`;
    const { Credentials } = (await lab.cloud.call(
      'sts',
      'AssumeRole',
      {
        RoleArn: `arn:aws:iam::${accountId}:role/redis-privatelink-connector`,
        RoleSessionName: 'look-1',
        ExternalId: lab.cloud.configuration.organization.externalId,
        ...more,
      },
      { accountId: HUB, region: 'us-east-1', arn },
    )) as { Credentials: Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string> };
    return new EC2Client({
      region: 'us-east-1',
      endpoint: lab.cloud.url,
      credentials: {
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      },
    });
  };

  test('that lists deletes nothing, whatever session it begins', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const [endpoint] = await lab.endpoints(accountId);
      const looking = await enter(lab, 'list-vpc-endpoints', accountId);
      await expect(looking.send(new DescribeVpcEndpointsCommand({}))).resolves.toBeDefined();
      const deletion = new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpoint!.VpcEndpointId] });
      await expect(looking.send(deletion)).rejects.toThrow(
        /not authorized to perform: ec2:DeleteVpcEndpoints/,
      );
      await expect(
        enter(lab, 'list-vpc-endpoints', accountId, { RoleSessionName: 'redis-privatelink-1' }),
      ).rejects.toThrow(/not authorized to perform: sts:AssumeRole/);
      expect(await lab.endpoints(accountId)).toMatchObject([{ State: 'available' }]);
    }));

  test('that does not work in member accounts enters none', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const RoleName = 'redis-privatelink-hub-of-mine';
      const trust = { Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' };
      const all = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
      await lab.call('iam', 'CreateRole', {
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
      });
      await lab.call('iam', 'PutRolePolicy', {
        RoleName,
        PolicyName: 'all',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [all] }),
      });
      await expect(enter(lab, 'of-mine', accountId)).rejects.toThrow(
        /not authorized to perform: sts:AssumeRole/,
      );
    }));

  test('of another stack in the hub account neither writes into the table nor reads the keys', () =>
    inLab(async (lab) => {
      const RoleName = 'other-stack';
      const trust = { Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' };
      const all = { Effect: 'Allow', Action: ['dynamodb:*', 'secretsmanager:*', 'kms:*'], Resource: '*' };
      await lab.call('iam', 'CreateRole', {
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
      });
      await lab.call('iam', 'PutRolePolicy', {
        RoleName,
        PolicyName: 'all',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [all] }),
      });
      const arn = `arn:aws:sts::${HUB}:assumed-role/${RoleName}/me`;
      const ask = (service: string, action: string, input: object) =>
        lab.cloud.call(service, action, input, { accountId: HUB, region: 'us-east-1', arn });
      const { TableNames } = (await ask('dynamodb', 'ListTables', {})) as { TableNames: string[] };
      const [TableName] = TableNames;
      const Item = { pk: { S: 'account#444455556666' }, sk: { S: 'own#vpce-0123456789abcdef0' } };
      const refused = (action: string) =>
        new RegExp(`not authorized to perform: ${action}.* with an explicit deny in a resource-based policy`);
      await expect(ask('dynamodb', 'PutItem', { TableName, Item })).rejects.toThrow(
        refused('dynamodb:PutItem'),
      );
      await expect(ask('dynamodb', 'DeleteItem', { TableName, Key: Item })).rejects.toThrow(
        refused('dynamodb:DeleteItem'),
      );
      const SecretId = lab.cloud.configuration.redisCloud.accounts[0]!.secretName;
      await expect(ask('secretsmanager', 'GetSecretValue', { SecretId })).rejects.toThrow(
        refused('secretsmanager:GetSecretValue'),
      );
      // npm run status and doctor look with such a role.
      await expect(ask('dynamodb', 'Scan', { TableName })).resolves.toMatchObject({
        Items: expect.anything(),
      });
      await expect(ask('secretsmanager', 'DescribeSecret', { SecretId })).resolves.toBeDefined();
    }));
});

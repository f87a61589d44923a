import { describe, expect, test } from '@jest/globals';
import { long } from '../long.ts';
import { GLOBAL_UNIT, type Lab, laboratory, MINUTE, OTHER_VPC, outcome, UNIT, VPC } from './harness.ts';

const inLab = laboratory();

describe('onboard', () => {
  test('connects the first VPC of the first account over a resource share', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
      const [endpoint] = await lab.endpoints(accountId);
      expect(endpoint).toMatchObject({ VpcId: VPC, State: 'available' });
      // The third subnet is in a zone where AWS has no resource endpoints.
      expect(endpoint?.SubnetIds).toHaveLength(2);
      expect(JSON.parse(execution.output!)).toEqual({
        connection: 'orders',
        accountId,
        vpcId: VPC,
        vpcEndpointId: endpoint?.VpcEndpointId,
        endpoints: expect.arrayContaining([
          expect.objectContaining({
            dnsName: expect.stringMatching(/^redis-12345\./),
            port: 12_345,
            type: 'database',
          }),
        ]),
        missing: [],
      });
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect(lab.changes).toEqual(['createPrivateLink 12345']);
      expect(lab.provider.allConnections()).toContainEqual(
        expect.objectContaining({ vpcEndpointId: endpoint?.VpcEndpointId, accountId, state: 'available' }),
      );
      expect(await lab.records(accountId)).toEqual([
        `account#${accountId} connection#orders`,
        `account#${accountId} connection#orders#${VPC}`,
      ]);
    }));

  test('gives what it makes the tags that the configuration asks for', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const { Tags } = await lab.call<{ Tags: { Key: string; Value: string; ResourceType: string }[] }>(
        'ec2',
        'DescribeTags',
        {},
        { accountId, region: 'us-east-1' },
      );
      const tagged = (key: string) =>
        Tags.filter(({ Key }) => Key === key).map(({ Value, ResourceType }) => `${ResourceType} ${Value}`);
      expect(tagged('cost-center').sort()).toEqual(['security-group 4711', 'vpc-endpoint 4711']);
      expect(tagged('Owner').sort()).toEqual(['security-group data platform', 'vpc-endpoint data platform']);
    }));

  test('connects a VPC to an endpoint service', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'ledger', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: VPC, State: 'available' }]);
      expect(lab.principals(23456)).toEqual({ [accountId]: 'associated' });
      expect(lab.changes).toEqual(['createPrivateLink 23456', 'addPrincipal 23456']);
      expect(JSON.parse(execution.output!).endpoints[0]).toMatchObject({ type: 'service', port: null });
    }));

  test('connects a second VPC of an admitted account by one reading, changing nothing', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.vpc(accountId, OTHER_VPC);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      const before = lab.redisCloud.calls.byOperation();
      const second = await lab.run('onboard', { connection: 'orders', accountId, vpcId: OTHER_VPC });
      expect(second.status).toBe('SUCCEEDED');
      const { getTask, ...calls } = lab.redisCloud.calls.byOperation();
      expect(calls).toEqual({ ...calls, createPrivateLink: 1, getPrivateLink: before.getPrivateLink! + 1 });
      expect(getTask! - before.getTask!).toBeLessThan(5);
      expect(await lab.endpoints(accountId)).toHaveLength(2);
    }));

  test('admits an account without a VPC and creates nothing in it', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const execution = await lab.run('onboard', { connection: 'orders', accountId });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(JSON.parse(execution.output!)).toEqual({
        connection: 'orders',
        accountId,
        vpcId: null,
        invitation: 'accepted',
        vpcEndpointId: null,
        endpoints: [],
      });
      expect(lab.principals()).toEqual({ [accountId]: 'associated' });
      expect(await lab.endpoints(accountId)).toEqual([]);
      expect(await lab.records(accountId)).toEqual([`account#${accountId} connection#orders`]);
    }));

  test('finds everything there when it is started again', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const input = { connection: 'orders', accountId, vpcId: VPC, region: 'us-east-1' };
      const first = await lab.run('onboard', input);
      const again = await lab.run('onboard', input);
      expect(again).toMatchObject({ status: 'SUCCEEDED', output: first.output });
      expect(lab.changes).toEqual(['createPrivateLink 12345']);
      expect(await lab.endpoints(accountId)).toHaveLength(1);
    }));

  long('may run twice at the same time for the same VPC', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const input = { connection: 'orders', accountId, vpcId: VPC };
      const both = [await lab.start('onboard', input), await lab.start('onboard', input)];
      await lab.settled();
      expect(both.map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      expect(both[0]?.output).toBe(both[1]?.output);
      expect(await lab.endpoints(accountId)).toHaveLength(1);
    }),
  );

  test('connects two VPCs of a new account at the same time', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await lab.vpc(accountId, OTHER_VPC);
      const both = [
        await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC }),
        await lab.start('onboard', { connection: 'orders', accountId, vpcId: OTHER_VPC }),
      ];
      await lab.settled();
      expect(both.map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      const endpoints = await lab.endpoints(accountId);
      expect(endpoints.map(({ VpcId, State }) => [VpcId, State]).sort()).toEqual([
        [VPC, 'available'],
        [OTHER_VPC, 'available'],
      ]);
    }));

  test.each(['orders', 'ledger'])(
    'connects four accounts to %s at once, one change at a time',
    (connection) =>
      inLab(async (lab) => {
        const executions = [];
        for (let count = 0; count < 4; count += 1) {
          const accountId = await lab.account();
          await lab.vpc(accountId);
          executions.push(await lab.start('onboard', { connection, accountId, vpcId: VPC }));
        }
        await lab.settled();
        expect(executions.map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
        const principals = lab.principals(connection === 'orders' ? 12345 : 23456);
        expect(Object.values(principals)).toEqual(Array(4).fill('associated'));
      }),
  );

  test('connects the regions of an Active-Active subscription, each in its own AWS Region', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(GLOBAL_UNIT);
      await lab.vpc(accountId, VPC);
      await lab.vpc(accountId, OTHER_VPC, { region: 'eu-west-1' });
      const us = await lab.start('onboard', { connection: 'sessions-us', accountId, vpcId: VPC });
      const eu = await lab.start('onboard', { connection: 'sessions-eu', accountId, vpcId: OTHER_VPC });
      await lab.settled();
      expect([us, eu].map(outcome)).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      expect(await lab.endpoints(accountId, 'us-east-1')).toMatchObject([{ VpcId: VPC }]);
      expect(await lab.endpoints(accountId, 'eu-west-1')).toMatchObject([{ VpcId: OTHER_VPC }]);
      expect(lab.principals(34567, 1)).toEqual({ [accountId]: 'associated' });
      expect(lab.principals(34567, 2)).toEqual({ [accountId]: 'associated' });
    }));

  long('connects a region of an Active-Active subscription to an endpoint service', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(GLOBAL_UNIT, '444455550001');
      await lab.vpc(accountId, VPC, { region: 'eu-west-1' });
      const execution = await lab.run('onboard', { connection: 'catalog', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(lab.principals(45678, 2)).toEqual({ [accountId]: 'associated' });
    }),
  );

  test('waits for subnets that come late', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { bare: true });
      const execution = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.sleep(30 * MINUTE);
      expect(execution.status).toBe('RUNNING');
      await lab.world.createSubnets(accountId, 'us-east-1', VPC, '10.42.0.0/16');
      await lab.ended(execution);
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
    }));

  long('gives up on subnets after an hour, and goes on when it is redriven', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { bare: true });
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'PreconditionFailed',
        message: expect.stringMatching(/has no subnet yet.*60 minutes.*Repair that, then redrive/),
      });
      const hours = (execution.stopDate! - execution.startDate) / 3_600_000;
      expect(hours).toBeGreaterThan(1);
      expect(hours).toBeLessThan(1.1);
      expect(await lab.endpoints(accountId)).toEqual([]);

      await lab.world.createSubnets(accountId, 'us-east-1', VPC, '10.42.0.0/16');
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect(await lab.endpoints(accountId)).toHaveLength(1);
    }),
  );

  test('uses the security group and the subnets that the connection asks for', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(GLOBAL_UNIT, '444455556666');
      const place = { accountId, region: 'us-east-1' };
      await lab.vpc(accountId);
      const { Subnets } = await lab.call<{ Subnets: { SubnetId: string }[] }>(
        'ec2',
        'DescribeSubnets',
        {},
        place,
      );
      const Resources = Subnets.map(({ SubnetId }) => SubnetId);
      await lab.call('ec2', 'DeleteTags', { Resources, Tags: [{ Key: 'tier' }] }, place);
      const input = { connection: 'guarded', accountId, vpcId: VPC };
      expect(outcome(await lab.run('onboard', input))).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringContaining('tier=data'),
      });

      const chosen = Resources.slice(0, 2);
      const Tags = [{ Key: 'tier', Value: 'data' }];
      await lab.call('ec2', 'CreateTags', { Resources: chosen, Tags }, place);
      expect(outcome(await lab.run('onboard', input))).toMatchObject({
        error: 'PreconditionFailed',
        message: expect.stringContaining('no security group named redis-clients'),
      });

      const { GroupId } = await lab.call<{ GroupId: string }>(
        'ec2',
        'CreateSecurityGroup',
        { VpcId: VPC, GroupName: 'redis-clients', Description: 'Clients of Redis.' },
        place,
      );
      const IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 8070, ToPort: 19_999, IpRanges: [{ CidrIp: '10.42.0.0/16' }] },
      ];
      await lab.call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions }, place);
      expect(outcome(await lab.run('onboard', input))).toMatchObject({ status: 'SUCCEEDED' });
      expect(await lab.endpoints(accountId)).toMatchObject([
        { SubnetIds: [...chosen].sort(), Groups: [{ GroupId }] },
      ]);
    }));
});

describe('the door', () => {
  test.each<[string, string, (lab: Lab) => Promise<string>, RegExp]>([
    ['of another organization', 'orders', async () => '999988887777', /not in the organization/],
    ['that is excluded', 'orders', (lab) => lab.account(UNIT, '444455550099'), /excludedAccountIds/],
    [
      'in another unit',
      'orders',
      (lab) => lab.account(GLOBAL_UNIT),
      /accounts.organizationalUnits of connec/,
    ],
    [
      'that is closed',
      'orders',
      async (lab) => {
        const accountId = await lab.account();
        lab.cloud.accounts.close(accountId, { silent: true });
        return accountId;
      },
      /is SUSPENDED/,
    ],
  ])('is closed to an account %s', (_, connection, account, message) =>
    inLab(async (lab) => {
      const accountId = await account(lab);
      const execution = await lab.run('onboard', { connection, accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'InvalidRequest',
        message: expect.stringMatching(message),
      });
      expect(lab.changes).toEqual([]);
      expect(await lab.items(`account#${accountId} connection#`)).toEqual([]);
    }),
  );

  test('opens as soon as Organizations says enough', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      let answers = 0;
      const end = lab.cloud.interceptCalls(async ({ service, action }, proceed) => {
        const answer = (await proceed()) as { Account?: object };
        if (service !== 'organizations' || action !== 'DescribeAccount' || answers++ > 1) return answer;
        return { Account: { ...answer.Account, Paths: undefined } };
      });
      try {
        const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
        expect(answers).toBeGreaterThan(2);
      } finally {
        end();
      }
    }));
});

describe('a request to onboard', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'of an unknown connection',
      { connection: 'shop', accountId: '444455556666' },
      /"shop" is not configured; there is: orders, ledger/,
    ],
    ['with a short account id', { connection: 'orders', accountId: '4444' }, /accountId: .*twelve digits/],
    ['with a number for an account', { connection: 'orders', accountId: 444455556666 }, /accountId: /],
    [
      'with a malformed VPC id',
      { connection: 'orders', accountId: '444455556666', vpcId: 'vpc-XYZ' },
      /vpcId: .*looks like/,
    ],
    [
      'with another Region',
      { connection: 'orders', accountId: '444455556666', vpcId: VPC, region: 'eu-west-1' },
      /orders is in us-east-1/,
    ],
    ['with an unknown key', { connection: 'orders', accountId: '444455556666', vpc: VPC }, /vpc/],
    [
      'with two problems',
      { connection: 'shop', accountId: '1' },
      /twelve digits.*"shop"|"shop".*twelve digits/,
    ],
    ['of no input', {}, /connection: .*accountId: .*An input looks like/],
    ['of an array', [{ connection: 'orders' }], /not acceptable/],
    ['of text', '"orders"', /not acceptable/],
    ['of null', 'null', /not acceptable/],
    [
      'with hostile names',
      '{"connection":"__proto__","accountId":"444455556666","__proto__":{"vpcId":"x"}}',
      /"__proto__" is not configured/,
    ],
    [
      'with a name that goes on and on',
      { connection: 'x'.repeat(250_000), accountId: '444455556666' },
      /"x{64}" is not configured/,
    ],
  ])('%s fails at once, and says why', (_, input, message) =>
    inLab(async (lab) => {
      const execution = await lab.run('onboard', input);
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'InvalidRequest',
        message: expect.stringMatching(message),
      });
      expect(execution.cause!.length).toBeLessThan(2_000);
      expect(lab.redisCloud.calls.total).toBe(0);
    }),
  );

  test('of more than 256 KiB is not accepted', () =>
    inLab(async (lab) => {
      const input = { connection: 'x'.repeat(270_000) };
      await expect(lab.start('onboard', input)).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
    }));

  test('of a VPC that is not there fails before anything is created', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'VpcNotFound',
        message: expect.stringContaining(`Account ${accountId} has no VPC ${VPC} in us-east-1`),
      });
      expect(await lab.endpoints(accountId)).toEqual([]);
    }));
});

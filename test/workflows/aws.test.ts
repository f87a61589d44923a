import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { long, one } from '../long.ts';
import { GLOBAL_UNIT, type Lab, laboratory, MINUTE, outcome, UNIT, VPC } from './harness.ts';

const inLab = laboratory();

const here = (accountId: string) => ({ accountId, region: 'us-east-1' });

/** A VPC whose only subnets are these. */
async function vpcWith(
  lab: Lab,
  accountId: string,
  subnets: { zone: string; cidr: string }[],
): Promise<void> {
  await lab.vpc(accountId, VPC, { bare: true });
  for (const { zone, cidr } of subnets) {
    const subnet = { VpcId: VPC, CidrBlock: cidr, AvailabilityZone: `us-east-1${zone}` };
    await lab.call('ec2', 'CreateSubnet', subnet, here(accountId));
  }
}

async function securityGroups(lab: Lab, accountId: string): Promise<string[]> {
  const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupName: string }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    {},
    here(accountId),
  );
  return SecurityGroups.map(({ GroupName }) => GroupName).filter((name) => name !== 'default');
}

describe('half an endpoint', () => {
  test('is waited for while associations and names come one by one', () =>
    inLab(
      async (lab) => {
        const accountId = await lab.account();
        await lab.vpc(accountId);
        const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
        const { endpoints, missing } = JSON.parse(execution.output!);
        expect(endpoints.map(({ type }: { type: string }) => type)).toEqual(['metrics', 'database']);
        expect(missing).toEqual([]);
      },
      { ec2: { associations: 'one-by-one' } },
    ));

  long.each(['available', 'partial'] as const)(
    'with an association that failed, while AWS says %s, is connected, recorded and reported as what it is',
    (failedAssociation) =>
      inLab(
        async (lab) => {
          const accountId = await lab.account();
          await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
          const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
          expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
          const { endpoints, missing } = JSON.parse(execution.output!);
          expect(endpoints).toMatchObject([{ type: 'metrics' }]);
          expect(missing).toContainEqual(
            expect.stringMatching(/ has failed: The association could not be made/),
          );
        },
        { ec2: { failedAssociation } },
      ),
  );
});

describe('a VPC that is still being built', () => {
  test('is connected in every zone when it is there', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      lab.cloud.ensureVpc(here(accountId), { vpcId: VPC, cidrBlock: '10.42.0.0/16', tags: {} });
      const subnet = (zone: string, CidrBlock: string) =>
        lab.call(
          'ec2',
          'CreateSubnet',
          { VpcId: VPC, CidrBlock, AvailabilityZone: `us-east-1${zone}` },
          here(accountId),
        );
      await subnet('a', '10.42.255.0/28');
      const execution = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.reached(execution, 'Describe VPC');
      await lab.sleep(12_000);
      await lab.world.enableDnsHostnames(accountId, 'us-east-1', VPC);
      for (const [index, zone] of ['b', 'a', 'd', 'e'].entries()) {
        await lab.sleep(4_000);
        await subnet(zone, `10.42.${16 * index}.0/20`);
      }
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED' });
      expect((await lab.endpoints(accountId))[0]?.SubnetIds).toHaveLength(4);
    }));
});

test('what AWS refuses in one zone is made in the others, and said', () =>
  inLab(
    async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect((await lab.endpoints(accountId))[0]?.SubnetIds).toHaveLength(1);
      const refused = expect.stringMatching(/^AWS refuses subnet-\w+: .*use1-az1/);
      expect(JSON.parse(execution.output!).missing).toEqual([refused]);
    },
    {
      ec2: { refusedZone: 'zone', hiddenTarget: 'InvalidParameterValue', refusedToken: 'kept' },
      subscriptions: [
        {
          subscriptionId: 12345,
          region: 'us-east-1',
          contract: 'resource-share',
          zoneIds: ['use1-az2'],
          databases: [{ databaseId: 51, port: 12345 }],
        },
      ],
    },
  ));

describe('a VPC that cannot take the endpoint', () => {
  one.each<[string, string, { zone: string; cidr: string }[], RegExp]>([
    [
      'is only in a zone where AWS has no resource endpoints',
      'orders',
      [{ zone: 'c', cidr: '10.42.0.0/20' }],
      /is in zone use1-az3, where AWS has no resource endpoints.*Create a subnet/,
    ],
    [
      'has too few free addresses',
      'orders',
      [{ zone: 'a', cidr: '10.42.0.0/28' }],
      /has 11 free addresses of the 16 needed/,
    ],
  ])('because it %s is refused, with the reason for each subnet', (_, connection, subnets, message) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await vpcWith(lab, accountId, subnets);
      const execution = await lab.run('onboard', { connection, accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'PreconditionFailed',
        message: expect.stringMatching(message),
      });
      expect(await lab.endpoints(accountId)).toEqual([]);
      expect(await securityGroups(lab, accountId)).toEqual([]);

      // Once there is a subnet that can, the same execution goes on.
      const subnet = { VpcId: VPC, CidrBlock: '10.42.128.0/20', AvailabilityZone: 'us-east-1b' };
      await lab.call('ec2', 'CreateSubnet', subnet, here(accountId));
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('because the endpoint service is not offered in its zones is refused', () =>
    inLab(
      async (lab) => {
        const accountId = await lab.account();
        await vpcWith(lab, accountId, [{ zone: 'a', cidr: '10.42.0.0/20' }]);
        const execution = await lab.run('onboard', { connection: 'ledger', accountId, vpcId: VPC });
        expect(outcome(execution)).toEqual({
          status: 'FAILED',
          error: 'PreconditionFailed',
          message: expect.stringContaining('zone use1-az1, which the endpoint service does not offer'),
        });
      },
      {
        subscriptions: [
          {
            subscriptionId: 23456,
            region: 'us-east-1',
            contract: 'endpoint-service',
            zoneIds: ['use1-az2'],
            databases: [],
          },
        ],
      },
    ),
  );

  long('because DNS is off is refused, with the command that switches it on', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      lab.cloud.ensureVpc(here(accountId), { vpcId: VPC, cidrBlock: '10.42.0.0/16', tags: {} });
      await lab.world.createSubnets(accountId, 'us-east-1', VPC, '10.42.0.0/16');
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'PreconditionFailed',
        message: expect.stringMatching(
          /enableDnsHostnames off.*aws ec2 modify-vpc-attribute .*--enable-dns-hostnames/,
        ),
      });
      expect(await lab.endpoints(accountId)).toEqual([]);
      await lab.world.enableDnsHostnames(accountId, 'us-east-1', VPC);
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );

  long('because it has as many endpoints as it may have is refused', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const ServiceName = 'com.amazonaws.vpce.us-east-1.vpce-svc-0aaaaaaaaaaaaaaaa';
      const zoneIds = ['use1-az1', 'use1-az2', 'use1-az4'];
      lab.provider.offerService({ serviceName: ServiceName, region: 'us-east-1', zoneIds });
      lab.provider.admit(ServiceName, accountId);
      const { Subnets } = await lab.call<{ Subnets: { SubnetId: string; VpcId: string }[] }>(
        'ec2',
        'DescribeSubnets',
        {},
        here(accountId),
      );
      const SubnetIds = [Subnets.find(({ VpcId }) => VpcId === VPC)!.SubnetId];
      for (let count = 0; count < 50; count += 1) {
        const endpoint = { VpcId: VPC, VpcEndpointType: 'Interface', ServiceName, SubnetIds };
        await lab.call('ec2', 'CreateVpcEndpoint', endpoint, here(accountId));
      }
      const execution = await lab.run('onboard', { connection: 'ledger', accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'QuotaExceeded',
        message: expect.stringMatching(/ec2:CreateVpcEndpoint in us-east-1.*exceeds a quota.*Service Quotas/),
      });
    }),
  );
});

describe('an account that cannot be entered', () => {
  test('because the StackSet does not reach it is admitted, and its VPC fails with MemberRoleNotAssumable', () =>
    inLab(async (lab) => {
      const accountId = '444455556666';
      await lab.cloud.accounts.add(accountId, undefined, { silent: true, stacks: 'later' });
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'guarded', accountId, vpcId: VPC });
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'MemberRoleNotAssumable',
        message: expect.stringMatching(
          /redis-privatelink-connector of account 444455556666 cannot be assumed.*Deploy the member stack/,
        ),
      });
      expect(lab.principals(56789)).toEqual({ [accountId]: expect.any(String) });
      expect(await lab.endpoints(accountId)).toEqual([]);
    }));

  long('because the StackSet is still on its way to it is waited for', () =>
    inLab(async (lab) => {
      const accountId = '444455599999';
      await lab.cloud.accounts.add(accountId, UNIT);
      await lab.vpc(accountId);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      const refusals = execution.history.filter(({ details }) => details?.error === 'MemberRoleNotAssumable');
      expect(refusals).not.toEqual([]);
      expect(await lab.endpoints(accountId)).toEqual([expect.objectContaining({ State: 'available' })]);
    }),
  );

  long('because its role trusts another external id fails the same way', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const RoleName = 'redis-privatelink-connector';
      const { Role } = await lab.call<{ Role: { AssumeRolePolicyDocument: string } }>(
        'iam',
        'GetRole',
        { RoleName },
        here(accountId),
      );
      const trust = decodeURIComponent(Role.AssumeRolePolicyDocument);
      const setTrust = (PolicyDocument: string) =>
        lab.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument }, here(accountId));
      await setTrust(trust.replace(/"sts:ExternalId":"[^"]+"/, '"sts:ExternalId":"another"'));
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution)).toMatchObject({ status: 'FAILED', error: 'MemberRoleNotAssumable' });
      await setTrust(trust);
      expect(outcome(await lab.redrive(execution))).toMatchObject({ status: 'SUCCEEDED' });
    }),
  );
});

describe('a VPC endpoint', () => {
  one.each([
    ['orders', 'failed'],
    ['ledger', 'rejected'],
  ])(
    'of %s that is %s while it is created fails by name; the next onboarding replaces it',
    (connection, state) =>
      inLab(async (lab) => {
        const accountId = await lab.account();
        await lab.vpc(accountId);
        const execution = await lab.start('onboard', { connection, accountId, vpcId: VPC });
        await lab.reached(execution, 'Wait for VPC endpoint');
        const [{ VpcEndpointId: first } = { VpcEndpointId: '' }] = await lab.endpoints(accountId);
        const link = lab.redisCloud.privateLink(connection === 'orders' ? 12345 : 23456)!;
        lab.provider.disassociate(String(link.shareArn ?? link.serviceName), first);
        await lab.ended(execution);
        expect(outcome(execution)).toEqual({
          status: 'FAILED',
          error: 'EndpointFailed',
          message: expect.stringMatching(
            new RegExp(`VPC endpoint ${first} .* is ${state}.*onboard the VPC again`),
          ),
        });
        const again = await lab.run('onboard', { connection, accountId, vpcId: VPC });
        expect(outcome(again)).toMatchObject({ status: 'SUCCEEDED' });
        const [live, ...others] = (await lab.endpoints(accountId)).filter(({ State }) => State !== 'deleted');
        expect(live).toMatchObject({ State: 'available' });
        expect(others).toEqual([]);
      }),
  );

  long('that somebody deletes while it is created is created once more', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.reached(execution, 'Wait for VPC endpoint');
      const [{ VpcEndpointId: first } = { VpcEndpointId: '' }] = await lab.endpoints(accountId);
      await lab.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: [first] }, here(accountId));
      await lab.ended(execution);
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      expect(JSON.parse(execution.output!).vpcEndpointId).not.toBe(first);
    }),
  );

  long('that somebody always deletes ends in EndpointNotStaying', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const execution = await lab.start('onboard', { connection: 'orders', accountId, vpcId: VPC });
      while (execution.status === 'RUNNING') {
        for (const { VpcEndpointId, State } of await lab.endpoints(accountId)) {
          if (State !== 'pending') continue;
          await lab.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpointId] }, here(accountId));
        }
        await lab.sleep(1_000);
      }
      expect(outcome(execution)).toEqual({
        status: 'FAILED',
        error: 'EndpointNotStaying',
        message: expect.stringContaining('Find in CloudTrail who deletes it'),
      });
    }),
  );
});

describe('AWS', () => {
  test('may throttle and fail for a while', () =>
    inLab(async (lab) => {
      const accountId = await lab.account(GLOBAL_UNIT);
      await lab.vpc(accountId);
      const until = lab.cloud.clock.now() + 4 * MINUTE;
      let asked = 0;
      const wellAgain = lab.cloud.interceptCalls(async ({ service }, proceed) => {
        if (service !== 'ec2') return proceed();
        asked += 1;
        if (lab.cloud.clock.now() < until && asked % 4 !== 0) {
          const [code, status] = asked % 2 ? ['RequestLimitExceeded', 503] : ['InternalError', 500];
          throw new AwsError(String(code), 'Try later.', Number(status));
        }
        return proceed();
      });
      try {
        const execution = await lab.run('onboard', { connection: 'sessions-us', accountId, vpcId: VPC });
        expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
        expect(await lab.endpoints(accountId)).toHaveLength(1);
      } finally {
        wellAgain();
      }
    }));

  long('may crash, stop and throttle functions, each of them once', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const troubled = new Map<string, number>();
      const wellAgain = lab.cloud.interceptFunctions((name) => {
        const times = troubled.get(name) ?? 0;
        troubled.set(name, times + 1);
        return (['crash', 'timeout', 'throttle'] as const)[times];
      });
      try {
        const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
        expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED' });
      } finally {
        wellAgain();
      }
    }),
  );
});

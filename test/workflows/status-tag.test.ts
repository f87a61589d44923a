import { describe, expect, test } from '@jest/globals';
import { long } from '../long.ts';
import { type Lab, laboratory, MINUTE, outcome, VPC } from './harness.ts';

const inLab = laboratory();

const STATUS = 'redis-privatelink:status';
const place = (accountId: string, region = 'us-east-1') => ({ accountId, region });

async function statusOf(lab: Lab, accountId: string, region = 'us-east-1'): Promise<string | undefined> {
  const { Vpcs } = await lab.call<{ Vpcs: { VpcId: string; Tags?: { Key: string; Value: string }[] }[] }>(
    'ec2',
    'DescribeVpcs',
    { VpcIds: [VPC] },
    place(accountId, region),
  );
  return Vpcs[0]!.Tags?.find(({ Key }) => Key === STATUS)?.Value;
}

async function tag(lab: Lab, accountId: string, value: string, region = 'us-east-1'): Promise<void> {
  const input = { Resources: [VPC], Tags: [{ Key: 'redis-privatelink', Value: value }] };
  await lab.call('ec2', 'CreateTags', input, place(accountId, region));
  await lab.settled();
}

describe('the status tag of a VPC', () => {
  test('tells that it is connected, and goes with the last connection', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await tag(lab, accountId, 'orders');
      const [endpoint] = await lab.endpoints(accountId);
      expect(await statusOf(lab, accountId)).toBe(`connected ${endpoint!.VpcEndpointId}`);

      await lab.world.untagVpc(accountId, 'us-east-1', VPC, 'redis-privatelink');
      await lab.sleep(MINUTE);
      expect(await statusOf(lab, accountId)).toBe('to be disconnected');
      await lab.sleep(30 * MINUTE);
      expect(await lab.endpoints(accountId)).toMatchObject([{ State: 'deleted' }]);
      expect(await statusOf(lab, accountId)).toBeUndefined();
    }));

  long('asks Organizations once at most until it tells that the VPC is connected', () =>
    inLab(async (lab) => {
      let asked = 0;
      lab.cloud.interceptCalls(({ action, caller }, proceed) => {
        if (action === 'DescribeAccount' && caller.arn.includes('write-status')) asked += 1;
        return proceed();
      });
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await tag(lab, accountId, 'orders');
      expect(await statusOf(lab, accountId)).toMatch(/^connected/);
      expect(asked).toBeLessThan(2);
    }),
  );

  long('starts nothing itself', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await tag(lab, accountId, 'orders');
      // Twice reported by AWS, as always, and not once more for the status.
      expect(lab.executions('dispatch')).toHaveLength(2);
      expect(lab.executions('onboard')).toHaveLength(1);
    }),
  );

  long.each([
    ['ordres', 'us-east-1', 'unknown connection ordres - did you mean orders'],
    ['sessions-eu', 'us-east-1', 'wrong Region: sessions-eu is in eu-west-1'],
    ['sessions-us', 'us-east-1', 'not offered to this account'],
    ['orders', 'eu-west-1', 'wrong Region: orders is in us-east-1'],
  ])('with "%s" in %s is "%s"', (value, region, status) =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { region });
      await tag(lab, accountId, value, region);
      expect(await statusOf(lab, accountId, region)).toBe(status);
    }),
  );

  long('tells that subnets are missing, and later that it is connected', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { bare: true });
      const input = { Resources: [VPC], Tags: [{ Key: 'redis-privatelink', Value: 'orders' }] };
      await lab.call('ec2', 'CreateTags', input, place(accountId));
      await lab.sleep(3 * MINUTE);
      expect(await statusOf(lab, accountId)).toBe('waiting for subnets in 1 zone');
      await lab.world.createSubnets(accountId, 'us-east-1', VPC, '10.42.0.0/16');
      await lab.settled();
      expect(await statusOf(lab, accountId)).toMatch(/^connected vpce-/);
    }),
  );

  long('tells why it has failed, and forgets it with the next attempt', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const attribute = { VpcId: VPC, EnableDnsSupport: { Value: false } };
      await lab.call('ec2', 'ModifyVpcAttribute', attribute, place(accountId));
      const failed = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await tag(lab, accountId, 'orders');
      expect(failed.status).toBe('FAILED');
      // What the tag has no room for, whoever owns the VPC finds in his own account.
      const told = await statusOf(lab, accountId);
      expect(told).toMatch(/^failed PreconditionFailed: VPC .*\.\.\. \/redis-privatelink\/status\/vpc-/);
      const [, Name] = told!.split('... ');
      const whole = await lab.call<{ Parameter: { Value: string } }>(
        'ssm',
        'GetParameter',
        { Name },
        place(accountId),
      );
      expect(whole.Parameter.Value).toContain(JSON.parse(failed.cause!).errorMessage);
      await lab.call(
        'ec2',
        'ModifyVpcAttribute',
        { VpcId: VPC, EnableDnsSupport: { Value: true } },
        place(accountId),
      );
      const again = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(again).status).toBe('SUCCEEDED');
      await lab.settled();
      expect(await statusOf(lab, accountId)).toMatch(/^connected vpce-/);
      const Path = '/redis-privatelink/status';
      expect(await lab.call('ssm', 'GetParametersByPath', { Path }, place(accountId))).toMatchObject({
        Parameters: [],
      });
    }),
  );

  long('is rewritten in each VPC when the whole account is disconnected', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      await tag(lab, accountId, 'orders');
      await lab.run('offboard', { connection: 'orders', accountId });
      await lab.settled();
      expect(await statusOf(lab, accountId)).toBe('disconnected by hand');
    }),
  );

  long('wakes nobody where it cannot be written', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const letIn = await lab.lockOut(accountId);
      await tag(lab, accountId, 'ordres');
      expect(await statusOf(lab, accountId)).toBeUndefined();
      expect(await lab.deadLetters()).toEqual([]);
      await letIn();
      await tag(lab, accountId, 'ordres orders');
      expect(await statusOf(lab, accountId)).toMatch(
        /^unknown connection ordres .* \/ orders connected vpce-/,
      );
    }),
  );

  long('is the only tag of a VPC that the connector role may write or delete', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { team: 'a' } });
      const arn = `arn:aws:sts::${accountId}:assumed-role/redis-privatelink-connector/me`;
      const as = (action: string, keys?: string[]) =>
        lab.cloud.call(
          'ec2',
          action,
          { Resources: [VPC], ...(keys && { Tags: keys.map((Key) => ({ Key, Value: 'x' })) }) },
          { ...place(accountId), arn },
        );
      for (const keys of [['team'], ['redis-privatelink'], [STATUS, 'team'], ['Redis-privatelink:status']]) {
        await expect(as('CreateTags', keys)).rejects.toThrow(/not authorized/);
        await expect(as('DeleteTags', keys)).rejects.toThrow(/not authorized/);
      }
      // Without keys all would go.
      await expect(as('DeleteTags')).rejects.toThrow(/not authorized/);
      await as('CreateTags', [STATUS]);
      expect(await statusOf(lab, accountId)).toBe('x');
      await as('DeleteTags', [STATUS]);
      expect(await statusOf(lab, accountId)).toBeUndefined();
    }),
  );
});

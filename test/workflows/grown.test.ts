import { describe, expect, test } from '@jest/globals';
import { type Lab, laboratory, outcome, VPC } from './harness.ts';

const inLab = laboratory();

/** The blocks from which the group that was made lets in connections. */
async function letIn(lab: Lab, accountId: string): Promise<string[]> {
  const { SecurityGroups } = await lab.call<{
    SecurityGroups: { GroupName: string; IpPermissions: { IpRanges?: { CidrIp: string }[] }[] }[];
  }>('ec2', 'DescribeSecurityGroups', {}, { accountId, region: 'us-east-1' });
  const made = SecurityGroups.filter(({ GroupName }) => GroupName.startsWith('redis-privatelink-'));
  const blocks = made.flatMap(({ IpPermissions }) =>
    IpPermissions.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp)),
  );
  return [...new Set(blocks)].sort();
}

async function grow(lab: Lab, accountId: string, CidrBlock: string): Promise<void> {
  const place = { accountId, region: 'us-east-1' };
  await lab.call('ec2', 'AssociateVpcCidrBlock', { VpcId: VPC, CidrBlock }, place);
  await lab.settled();
}

describe('a VPC that gets another block of addresses', () => {
  test('has it let in at once where it is connected, and the next one, too', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const tag = { Resources: [VPC], Tags: [{ Key: 'redis-privatelink', Value: 'orders' }] };
      await lab.call('ec2', 'CreateTags', tag, { accountId, region: 'us-east-1' });
      await lab.settled();
      expect(await letIn(lab, accountId)).toEqual(['10.42.0.0/16']);
      await grow(lab, accountId, '10.43.0.0/16');
      expect(await letIn(lab, accountId)).toEqual(['10.42.0.0/16', '10.43.0.0/16']);
      await grow(lab, accountId, '10.44.0.0/16');
      expect(await letIn(lab, accountId)).toEqual(['10.42.0.0/16', '10.43.0.0/16', '10.44.0.0/16']);
      expect(lab.executions('onboard').map((one) => outcome(one).status)).toEqual(Array(3).fill('SUCCEEDED'));
    }));

  test('is not connected for that', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'orders' } });
      await grow(lab, accountId, '10.43.0.0/16');
      expect(lab.executions('onboard')).toEqual([]);
      await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      await lab.run('offboard', { connection: 'orders', accountId, vpcId: VPC });
      await grow(lab, accountId, '10.44.0.0/16');
      expect(lab.executions('onboard')).toHaveLength(1);
    }));
});

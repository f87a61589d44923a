// Long: endpoints that people have made, taken over and deleted. owning.test.ts always has this system take
// something over.

import { describe, expect, test } from '@jest/globals';
import { type Lab, laboratory, outcome, VPC } from './harness.ts';

const inLab = laboratory();
const REGION = 'us-east-1';
const at = (accountId: string) => ({ accountId, region: REGION });

interface Subnets {
  Subnets: { SubnetId: string; SubnetArn: string; OwnerId: string }[];
}

async function subnetsOf(lab: Lab, accountId: string): Promise<Subnets['Subnets']> {
  return (await lab.call<Subnets>('ec2', 'DescribeSubnets', {}, at(accountId))).Subnets;
}

describe('an endpoint that somebody has made by hand', () => {
  /** The owner of the VPC has accepted the invitation and made an endpoint, before the VPC asks by its tag. */
  async function byHand(lab: Lab, accountId: string) {
    await lab.vpc(accountId);
    expect(outcome(await lab.run('onboard', { connection: 'orders', accountId }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    await lab.sleep(600_000);
    const [subnet] = await subnetsOf(lab, accountId);
    const ResourceConfigurationArn = lab.redisCloud.privateLink(12345)!.resourceConfigurationArn;
    const input = {
      VpcId: VPC,
      VpcEndpointType: 'Resource',
      ResourceConfigurationArn,
      SubnetIds: [subnet!.SubnetId],
      PrivateDnsEnabled: true,
    };
    type Made = { VpcEndpoint: { VpcEndpointId: string } };
    const { VpcEndpoint } = await lab.call<Made>('ec2', 'CreateVpcEndpoint', input, at(accountId));
    await lab.sleep(300_000);
    return VpcEndpoint.VpcEndpointId;
  }

  test('is named, with both ways out; tagged and taken over, it is the connection’s, and never gone', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const id = await byHand(lab, accountId);
      const request = { connection: 'orders', accountId, vpcId: VPC };
      const refused = outcome(await lab.run('onboard', request));
      expect(refused).toMatchObject({ status: 'FAILED', error: 'PreconditionFailed' });
      const [, tags = ''] = /aws ec2 create-tags --region \S+ --resources \S+ --tags (.*?)\)/.exec(
        refused.message,
      )!;
      const Tags = tags.split(' ').map((tag) => {
        const [, Key, Value] = /^Key=(.*),Value=(.*)$/.exec(tag)!;
        return { Key, Value };
      });
      await lab.call('ec2', 'CreateTags', { Resources: [id], Tags }, at(accountId));
      const taken = await lab.run('onboard', { ...request, vpcEndpointId: id });
      expect(outcome(taken)).toMatchObject({ status: 'SUCCEEDED', message: '' });
      expect(await lab.endpoints(accountId, REGION)).toMatchObject([
        { VpcEndpointId: id, State: 'available' },
      ]);
      expect(outcome(await lab.run('onboard', request))).toMatchObject({ status: 'SUCCEEDED' });
    }));

  test('is deleted by its owner, and a redrive makes another', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const id = await byHand(lab, accountId);
      const execution = await lab.run('onboard', { connection: 'orders', accountId, vpcId: VPC });
      expect(outcome(execution).message).toContain(`VPC endpoint ${id}`);
      await lab.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: [id] }, at(accountId));
      await lab.sleep(300_000);
      await lab.call('states', 'RedriveExecution', { executionArn: execution.arn });
      expect(outcome(await lab.ended(execution))).toMatchObject({ status: 'SUCCEEDED', message: '' });
    }));
});

test('a shared VPC is left to its owner, and nothing is made in it', () =>
  inLab(async (lab) => {
    const [owner, participant] = [await lab.account(), await lab.account()];
    await lab.vpc(owner);
    const management = at('111111111111');
    await lab.call('ram', 'EnableSharingWithAwsOrganization', {}, management);
    const resourceArns = (await subnetsOf(lab, owner)).map(({ SubnetArn }) => SubnetArn);
    await lab.call(
      'ram',
      'CreateResourceShare',
      { name: 'network', resourceArns, principals: [participant] },
      at(owner),
    );
    expect((await subnetsOf(lab, participant)).map(({ OwnerId }) => OwnerId)).toEqual(
      resourceArns.map(() => owner),
    );

    const refused = outcome(
      await lab.run('onboard', { connection: 'orders', accountId: participant, vpcId: VPC }),
    );
    expect(refused).toMatchObject({ status: 'FAILED', error: 'PreconditionFailed' });
    expect(refused.message).toContain(`belongs to account ${owner}`);
    expect(await lab.endpoints(participant, REGION)).toEqual([]);
    const groups = await lab.call<{ SecurityGroups: object[] }>(
      'ec2',
      'DescribeSecurityGroups',
      {},
      at(participant),
    );
    expect(groups.SecurityGroups).toEqual([]);

    const connected = await lab.run('onboard', { connection: 'orders', accountId: owner, vpcId: VPC });
    expect(outcome(connected)).toMatchObject({ status: 'SUCCEEDED' });
  }));

import { describe, expect, test } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { outcome, VPC } from './harness.ts';
import { type Scene, theatre } from './leaving.ts';

const inScene = theatre();

/** An organization of its own. */
function alone(work: (scene: Scene) => Promise<void>) {
  return inScene(async (scene) => {
    await scene.leaveOthersBehind();
    await work(scene);
  });
}

describe('an endpoint in fewer zones than its VPC', () => {
  const here = (accountId: string) => ({ accountId, region: 'us-east-1' });
  const narrow = async ({ lab }: Scene) => {
    const accountId = await lab.account();
    await lab.vpc(accountId, VPC, { tags: { 'redis-privatelink': 'ledger' }, bare: true });
    const first = { VpcId: VPC, CidrBlock: '10.42.240.0/20', AvailabilityZone: 'us-east-1a' };
    await lab.call('ec2', 'CreateSubnet', first, here(accountId));
    expect(outcome(await lab.run('onboard', { connection: 'ledger', accountId, vpcId: VPC }))).toMatchObject({
      status: 'SUCCEEDED',
    });
    const [endpoint] = await lab.endpoints(accountId);
    expect(endpoint!.SubnetIds).toHaveLength(1);
    const more = (zone: string, CidrBlock: string) =>
      lab.call<{ Subnet: { SubnetId: string } }>(
        'ec2',
        'CreateSubnet',
        { VpcId: VPC, CidrBlock, AvailabilityZone: `us-east-1${zone}` },
        here(accountId),
      );
    const { Subnet } = await more('b', '10.42.0.0/20');
    await more('c', '10.42.16.0/20');
    return { accountId, id: endpoint!.VpcEndpointId, subnetId: Subnet.SubnetId };
  };

  test('comes into the other zones, and stays the same', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const { accountId, id } = await narrow(scene);
      const run = await scene.reconcile();
      expect(run.text.differences).toMatchObject([{ why: expect.stringContaining('is not in use1-az') }]);
      await lab.settled();
      expect(await lab.endpoints(accountId)).toMatchObject([
        { VpcEndpointId: id, SubnetIds: Array(3).fill(expect.any(String)) },
      ]);
      expect((await scene.reconcile({ dryRun: true })).text.differences).toEqual([]);
    }));

  test('stays out of one that AWS refuses, which is told and not asked for again', () =>
    alone(async (scene) => {
      const { lab } = scene;
      const { accountId, id, subnetId } = await narrow(scene);
      scene.beforeCall = ({ action, input }) => {
        if (action !== 'ModifyVpcEndpoint' || !String(input.AddSubnetIds).includes(subnetId)) return;
        throw new AwsError('InvalidParameter', `The service does not support the zone of ${subnetId}.`);
      };
      await scene.reconcile();
      await lab.settled();
      const onboarded = lab.executions('onboard').at(-1)!;
      expect(JSON.parse(onboarded.output!).missing).toEqual([
        expect.stringContaining(`AWS refuses ${subnetId}: The service does not support`),
      ]);
      expect(await lab.endpoints(accountId)).toMatchObject([
        { VpcEndpointId: id, SubnetIds: Array(2).fill(expect.any(String)) },
      ]);
      const again = await scene.reconcile();
      expect(again.text.differences).toEqual([]);
      expect(again.text.reported).toMatchObject([{ kind: 'incomplete endpoint' }]);
    }));
});

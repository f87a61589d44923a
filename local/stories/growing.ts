import type { Story } from './story.ts';

const ACCOUNT = '444455556666';

/** A VPC that is connected gets a subnet in another zone. A reconciliation brings its endpoint there. */
export const growing: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name, region } = connections[0]!;
  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  const tags = { [cloud.names.TAG]: name };
  const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock: '10.42.0.0/16', tags });
  await world.createSubnets(ACCOUNT, region, vpcId, '10.42.0.0/16');
  await cloud.settled(activity);
  say(ACCOUNT, `${vpcId} gets a subnet in another zone.`);
  const subnet = { VpcId: vpcId, CidrBlock: '10.42.64.0/20', AvailabilityZone: `${region}d` };
  await cloud.call('ec2', 'CreateSubnet', subnet, cloud.root({ accountId: ACCOUNT, region }));
  say(organization.hubAccountId, 'Reconciliation.');
  await cloud.start('reconcile', {});
  await cloud.settled(activity);
};

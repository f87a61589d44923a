import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * An Active-Active subscription with a connection for each region: one account is connected to both, from a VPC
 * in each Region.
 */
export const activeActive: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  say(ACCOUNT, `Account ${ACCOUNT} joins the organization.`);
  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: false });
  await cloud.settled(activity);
  say(ACCOUNT, 'The StackSet deploys the member stack to both Regions.');
  await activity.sleep(5 * MINUTE);
  for (const [index, { name, region }] of connections.entries()) {
    const cidrBlock = `10.${50 + index}.0.0/16`;
    const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock, tags: { [cloud.names.TAG]: name } });
    await world.createSubnets(ACCOUNT, region, vpcId, cidrBlock);
    say(ACCOUNT, `Somebody creates ${vpcId} in ${region}, tagged ${cloud.names.TAG}=${name}.`);
    await activity.sleep(MINUTE / 2);
  }
  await cloud.settled(activity);
};

import { NetworkOwner } from './network-owner.ts';
import { MINUTE, type Story } from './story.ts';

/** The accounts that come one after the other. */
const ACCOUNTS = ['444455556666', '555566667777', '666677778888'];

/**
 * A service network that its owner shares with the organization. The first account that comes has the owner admitted and
 * the network associated; those that follow ask nothing of Redis Cloud. Then they leave, and the connection with them.
 */
export const serviceNetwork: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name, region } = connections[0]!;
  const [unit] = organization.organizationalUnits;
  const network = new NetworkOwner(cloud);
  const owner = network.accountId;
  const tags = { [cloud.names.TAG]: name };

  await network.share();
  say(owner, `Account ${owner} shares its service network with the organization.`);

  const vpcs: [accountId: string, vpcId: string][] = [];
  for (const [index, accountId] of ACCOUNTS.entries()) {
    say(accountId, `AWS account ${accountId} is created.`);
    await cloud.accounts.add(accountId, unit!, { silent: true, stacks: 'later' });
    cloud.accounts.enroll(accountId);
    await activity.sleep(10 * MINUTE);
    const cidrBlock = `10.${42 + index}.0.0/16`;
    const vpcId = await world.createVpc(accountId, region, { cidrBlock, tags });
    await world.createSubnets(accountId, region, vpcId, cidrBlock);
    say(accountId, `Somebody creates ${vpcId}, tagged.`);
    vpcs.push([accountId, vpcId]);
    await cloud.settled(activity);
  }

  const [leaving, vpcId] = vpcs[0]!;
  say(leaving, `Somebody removes the tag of ${vpcId}.`);
  await world.untagVpc(leaving, region, vpcId, cloud.names.TAG);
  await cloud.settled(activity);

  say(owner, 'Somebody deletes the association of the network.');
  await network.endAssociations();
  await activity.sleep(MINUTE);
  say(organization.hubAccountId, 'The reconciliation finds it out.');
  await cloud.start('reconcile', {});
  await cloud.settled(activity);

  say(organization.hubAccountId, `A person removes ${name} altogether.`);
  await cloud.start('offboard', { connection: name, all: true, confirm: name });
  await cloud.settled(activity);
};

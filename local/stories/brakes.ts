import { Operator } from './operator.ts';
import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * Removals that are held, in a configuration whose budget is used up: one is refused and one released. Then the account
 * moves out of all units, leaves something behind and comes back.
 */
export const brakes: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name: connection, region } = connections[0]!;
  const operator = new Operator(cloud, activity);
  const settle = () => cloud.settled(activity);
  const connect = async (cidrBlock: string) => {
    const tags = { [cloud.names.TAG]: connection };
    const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock, tags });
    await world.createSubnets(ACCOUNT, region, vpcId, cidrBlock);
    await settle();
    return vpcId;
  };

  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  const kept = await connect('10.42.0.0/16');
  const released = await connect('10.43.0.0/16');
  say(ACCOUNT, `A tool takes the tags from ${kept} and ${released}. Both removals are held.`);
  for (const vpcId of [kept, released]) await world.untagVpc(ACCOUNT, region, vpcId, cloud.names.TAG);
  await settle();

  say(organization.hubAccountId, `A person keeps ${kept} connected, and releases the other.`);
  await operator.start('offboard', { connection, refuse: [`${ACCOUNT}/${kept}`] });
  await settle();
  await operator.start('offboard', { connection, release: 'all' });
  await settle();

  say(ACCOUNT, `A person connects ${released} again by hand.`);
  await operator.start('onboard', { connection, accountId: ACCOUNT, vpcId: released });
  await settle();

  say(ACCOUNT, 'The account moves out of all units. Nothing is cut, because that is held, too.');
  cloud.accounts.move(ACCOUNT, 'r-ab12');
  await settle();
  await activity.sleep(10 * MINUTE);
  await cloud.fireSchedulesOf(cloud.arnOf('reconcile'));
  await settle();

  say(
    organization.hubAccountId,
    'A person offboards the account. What its role does not let go is left, and told.',
  );
  await operator.start('offboard', { connection, accountId: ACCOUNT });
  await settle();
  await cloud.fireSchedulesOf(cloud.arnOf('reconcile'));
  await settle();
  await operator.start('offboard', { connection, leave: [`${ACCOUNT}/${kept}`] });
  await settle();

  say(
    ACCOUNT,
    'The account comes back with its role. What was asked for by hand once is offboarded so, and the rest removed.',
  );
  cloud.accounts.move(ACCOUNT, organization.organizationalUnits[0]!);
  await settle();
  await activity.sleep(30 * MINUTE);
  await cloud.fireSchedulesOf(cloud.arnOf('reconcile'));
  await settle();
  await operator.start('offboard', { connection, accountId: ACCOUNT, vpcId: released });
  await settle();
  await cloud.fireSchedulesOf(cloud.arnOf('reconcile'));
  await settle();
};

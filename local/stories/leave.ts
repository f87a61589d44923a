import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * Leaving: a VPC loses its tag; somebody tears another one down, which our endpoint keeps alive at first; the
 * account is closed.
 */
export const leave: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name, region } = connections[0]!;
  const unit = organization.organizationalUnits[0]!;
  const tags = { [cloud.names.TAG]: name };

  await cloud.accounts.add(ACCOUNT, unit, { silent: true });
  const first = await world.createVpc(ACCOUNT, region, { cidrBlock: '10.42.0.0/16', tags });
  await world.createSubnets(ACCOUNT, region, first, '10.42.0.0/16');
  const second = await world.createVpc(ACCOUNT, region, { cidrBlock: '10.43.0.0/16', tags });
  await world.createSubnets(ACCOUNT, region, second, '10.43.0.0/16');
  say(ACCOUNT, `${first} and ${second} are here, tagged ${cloud.names.TAG}=${name}.`);
  await cloud.settled(activity);
  await activity.sleep(10 * MINUTE);

  say(ACCOUNT, `Somebody takes the tag from ${first}.`);
  await world.untagVpc(ACCOUNT, region, first, cloud.names.TAG);
  await cloud.settled(activity);
  await activity.sleep(10 * MINUTE);

  say(ACCOUNT, `Somebody tears ${second} down; our endpoint is in the way.`);
  await world.tearDown(ACCOUNT, region, second);
  await cloud.settled(activity);
  say(ACCOUNT, `They try again, and ${second} is gone.`);
  await world.tearDown(ACCOUNT, region, second);
  await cloud.settled(activity);
  await activity.sleep(10 * MINUTE);

  const third = await world.createVpc(ACCOUNT, region, { cidrBlock: '10.44.0.0/16', tags });
  await world.createSubnets(ACCOUNT, region, third, '10.44.0.0/16');
  say(ACCOUNT, `Another one, ${third}, is connected.`);
  await cloud.settled(activity);

  say(ACCOUNT, `Account ${ACCOUNT} is closed. No role can be assumed in it any more.`);
  cloud.accounts.close(ACCOUNT);
  await cloud.settled(activity);
};

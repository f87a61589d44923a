import type { CloudEvent } from 'local-cloud';
import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';

/**
 * A day in an organization: an account is created, a VPC in it, then another one, and AWS delivers an event
 * twice.
 */
export const onboarding: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const [connection] = connections;
  const [unit] = organization.organizationalUnits;
  const { name, region } = connection!;

  say(ACCOUNT, `AWS account ${ACCOUNT} is created in ${unit}.`);
  await cloud.accounts.add(ACCOUNT, unit!, { silent: true, stacks: 'later' });
  cloud.accounts.enroll(ACCOUNT);
  await activity.sleep(5 * MINUTE);

  const first = await world.createVpc(ACCOUNT, region, {
    cidrBlock: '10.42.0.0/16',
    tags: { Name: 'orders', 'redis-privatelink': name },
  });
  say(ACCOUNT, `Somebody creates ${first}, tagged, without subnets.`);
  await activity.sleep(MINUTE / 2);
  await world.createSubnets(ACCOUNT, region, first, '10.42.0.0/16');
  say(ACCOUNT, `It gets subnets in three zones.`);
  await activity.sleep(5 * MINUTE);

  let event: CloudEvent | undefined;
  cloud.observeDeliveries((delivery) => {
    if (delivery.event.detail.eventName === 'CreateVpc') event = delivery.event;
  });
  const second = await world.createVpc(ACCOUNT, region, {
    cidrBlock: '10.43.0.0/16',
    tags: { Name: 'orders-canary', 'redis-privatelink': name },
  });
  await world.createSubnets(ACCOUNT, region, second, '10.43.0.0/16');
  say(ACCOUNT, `Somebody creates ${second}, tagged, with subnets.`);
  await activity.sleep(5 * MINUTE);

  say(ACCOUNT, `AWS delivers the event of ${second} once more.`);
  const started = () => cloud.executions().filter(isOnboarding).length;
  const before = started();
  if (event) cloud.putEvent(event);
  await cloud.settled(activity);
  if (started() === before) say(ACCOUNT, 'Nothing is started for it: it is a duplicate.');
};

function isOnboarding({ stateMachineName }: { stateMachineName: string }): boolean {
  return stateMachineName.endsWith('-onboard');
}

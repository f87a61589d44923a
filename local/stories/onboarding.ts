import type { CloudEvent } from 'local-cloud';
import type { Connection } from '../../lambdas/shared/workflows/configuration.ts';
import { MINUTE, type Story } from './story.ts';

/**
 * A day in an organization: an account is created, a VPC in it, then another one, and AWS delivers an event
 * twice.
 */
export const onboarding: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name, region, vpcs, accounts } = connections[0]!;
  const account = somebody(accounts);
  const unit = accounts.organizationalUnits[0] ?? organization.organizationalUnits[0]!;
  // Where every VPC is connected, nobody needs a tag.
  const tags: Record<string, string> = vpcs === 'all' ? {} : { [cloud.names.TAG]: name };
  const tagged = vpcs === 'all' ? '' : ', tagged';

  say(account, `AWS account ${account} is created in ${unit}.`);
  await cloud.accounts.add(account, unit, { silent: true, stacks: 'later' });
  cloud.accounts.enroll(account);
  await activity.sleep(5 * MINUTE);

  const first = await world.createVpc(account, region, {
    cidrBlock: '10.42.0.0/16',
    tags: { Name: 'orders', ...tags },
  });
  say(account, `Somebody creates ${first}${tagged}, without subnets.`);
  await activity.sleep(MINUTE / 2);
  await world.createSubnets(account, region, first, '10.42.0.0/16');
  say(account, `It gets subnets in three zones.`);
  await activity.sleep(5 * MINUTE);

  let event: CloudEvent | undefined;
  cloud.observeDeliveries((delivery) => {
    if (delivery.event.detail.eventName === 'CreateVpc') event = delivery.event;
  });
  const second = await world.createVpc(account, region, {
    cidrBlock: '10.43.0.0/16',
    tags: { Name: 'orders-canary', ...tags },
  });
  await world.createSubnets(account, region, second, '10.43.0.0/16');
  say(account, `Somebody creates ${second}${tagged}, with subnets.`);
  await activity.sleep(5 * MINUTE);

  say(account, `AWS delivers the event of ${second} once more.`);
  const started = () => cloud.executions().filter(isOnboarding).length;
  const before = started();
  if (event) cloud.putEvent(event);
  await cloud.settled(activity);
  if (started() === before) say(account, 'Nothing is started for it: it is a duplicate.');
};

/** An account to which the connection is offered. */
function somebody({ organizationalUnits, accountIds, excludedAccountIds }: Connection['accounts']): string {
  const named = accountIds.find((id) => !excludedAccountIds.includes(id));
  if (organizationalUnits.length === 0 && named) return named;
  return ['444455556666', '444455556667'].find((id) => !excludedAccountIds.includes(id))!;
}

function isOnboarding({ stateMachineName }: { stateMachineName: string }): boolean {
  return stateMachineName.endsWith('-onboard');
}

import type { Deployment } from '../deployment.ts';
import { Operator } from './operator.ts';
import { MINUTE, type Story } from './story.ts';

const ACCOUNT = '444455556666';
const ANOTHER = '444455556667';
const NEW = '444455556668';

/**
 * Events that reach nobody: one that cannot be read, two at which the functions that measure fail, then these functions
 * are gone, the workflows, and the roles that forward events.
 * Each lands in the dead-letter queue of where it got stuck.
 */
export const deadLetters: Story = async ({ cloud, world, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { hubAccountId, managementAccountId, controlTowerRegion } = organization;
  const { name, region } = connections[0]!;
  const operator = new Operator(cloud, activity);
  const settle = () => cloud.settled(activity);
  const tags = { [cloud.names.TAG]: name };

  await cloud.accounts.add(ACCOUNT, organization.organizationalUnits[0]!, { silent: true });
  const first = await world.createVpc(ACCOUNT, region, { cidrBlock: '10.42.0.0/16', tags });
  await world.createSubnets(ACCOUNT, region, first, '10.42.0.0/16');
  await settle();

  say(managementAccountId, 'An event of Control Tower comes without the account that it is about.');
  cloud.putEvent({
    'detail-type': 'AWS Service Event via CloudTrail',
    source: 'aws.controltower',
    account: managementAccountId,
    region: controlTowerRegion,
    detail: { eventName: 'CreateManagedAccount' },
  });
  await settle();

  let network = 50;
  /** One event of each kind. The VPC cannot be deleted, because of its endpoint. */
  const everything = async () => {
    const cidrBlock = `10.${network++}.0.0/16`;
    const vpcId = await world.createVpc(ACCOUNT, region, { cidrBlock, tags });
    await world.untagVpc(ACCOUNT, region, vpcId, cloud.names.TAG);
    await world.tearDown(ACCOUNT, region, first);
    cloud.accounts.enroll(ACCOUNT);
    const another = String(444455557000 + network);
    for (const { accountId, region, id } of cloud.stacks()) {
      if (accountId === ACCOUNT) tellOfStack(cloud, { accountId, region, id });
    }
    await cloud.accounts.add(another, organization.organizationalUnits[0]!, { silent: false });
    await activity.sleep(10 * MINUTE);
  };

  say(hubAccountId, 'Somebody announces what cannot be measured, and takes a variable away from a function.');
  await operator.announce('VPC Connected', { since: 'yesterday' });
  await operator.removeVariable('watch-locks', 'TABLE_NAME');
  await operator.removeVariable('look-at-account', 'CONNECTOR_ROLE_NAME');
  cloud.fireScheduledRules(cloud.hub);
  await cloud.accounts.add(NEW, organization.organizationalUnits[0]!, { silent: false });
  // Lambda tries twice more, after one minute and after two.
  await activity.sleep(10 * MINUTE);

  say(
    hubAccountId,
    'Somebody deletes the functions that measure; an account is admitted, and the schedule comes.',
  );
  for (const call of ['record-metrics', 'watch-turns', 'look-at-account'])
    await operator.removeFunction(call);
  await cloud.accounts.add(ANOTHER, organization.organizationalUnits[0]!, { silent: true });
  await operator.start('onboard', { connection: name, accountId: ANOTHER });
  cloud.fireScheduledRules(cloud.hub);
  await settle();

  say(hubAccountId, 'Somebody deletes the workflows; an execution is stopped, and the schedule comes.');
  const running = await operator.start('onboard', { connection: name, accountId: ACCOUNT, vpcId: first });
  for (const workflow of ['clean-up', 'dispatch', 'reconcile']) await operator.removeWorkflow(workflow);
  await operator.stop(running);
  await cloud.fireSchedulesOf(cloud.arnOf('reconcile'));
  await everything();

  say(ACCOUNT, 'Somebody deletes the roles that forward events, here and in the management account.');
  for (const { accountId, resources } of cloud.stacks()) {
    for (const { type, physicalId } of [...resources.values()]) {
      const isForwarder = type === 'AWS::IAM::Role' && physicalId.includes('forwarder');
      if (isForwarder && [ACCOUNT, managementAccountId].includes(accountId)) {
        await operator.removeRole(accountId, physicalId);
      }
    }
  }
  await everything();
};

/** CloudFormation tells of the member stack as if it had just come. */
function tellOfStack(
  cloud: Deployment,
  { accountId: account, region, id }: { accountId: string; region: string; id: string },
): void {
  cloud.putEvent({
    'detail-type': 'CloudFormation Stack Status Change',
    source: 'aws.cloudformation',
    account,
    region,
    resources: [id],
    detail: { 'stack-id': id, 'status-details': { status: 'CREATE_COMPLETE', 'status-reason': '' } },
  });
}

import type { ExecutionRecord } from 'local-cloud';
import { Operator } from './operator.ts';
import { MINUTE, type Story } from './story.ts';

const ACCOUNTS = ['444455550001', '444455550002', '444455550003', '444455550004'];
const LOCKED = '444455550009';
const FRIEND = '777788889999';
const HOUR = 60 * MINUTE;

/**
 * A bad day: several accounts at once, people who stop executions while others wait for them, an account that nobody
 * can enter for some hours, endpoints that fail, a reconciliation that is interrupted; and the end of a connection.
 */
export const badDay: Story = async ({ cloud, world, activity, say, redisCloud }) => {
  const { organization, connections } = cloud.configuration;
  const { name: connection, region, subscriptionId } = connections[0]!;
  const operator = new Operator(cloud, activity);
  const settle = () => cloud.settled(activity);
  const all = (workflow: string, accountIds: string[]) =>
    Promise.all(accountIds.map((accountId) => operator.start(workflow, { connection, accountId })));
  const connect = async (accountId: string, cidrBlock: string) => {
    const tags = { [cloud.names.TAG]: connection };
    const vpcId = await world.createVpc(accountId, region, { cidrBlock, tags });
    await world.createSubnets(accountId, region, vpcId, cidrBlock);
    return vpcId;
  };
  /** The second in the queue is stopped, and nobody is told. The first releases the lock, past it. */
  const stopInLine = async (inLine: ExecutionRecord[], state: string) => {
    for (const execution of inLine) await operator.reached(execution, state);
    await activity.sleep(1000);
    await operator.withoutCleanUp(async () => {
      await operator.stop(inLine[1]!);
      await settle();
    });
  };

  for (const accountId of [...ACCOUNTS, LOCKED]) {
    await cloud.accounts.add(accountId, organization.organizationalUnits[0]!, { silent: true });
  }
  const [first = '', ...others] = ACCOUNTS;
  say(first, 'This account is the first to be admitted.');
  const [creating] = await all('onboard', [first]);
  await operator.reached(creating!, 'Wait for Redis Cloud');
  say(first, 'A person asks for the script before the PrivateLink is there.');
  await operator.start('endpoint-script', { connection, accountId: first });
  await settle();

  say(
    organization.hubAccountId,
    'Three accounts are admitted at once, and the second is stopped in the queue.',
  );
  await stopInLine(await all('onboard', others), 'Acquire lock to admit');
  await all('onboard', others);
  await settle();

  const vpcId = await connect(first, '10.42.0.0/16');
  say(first, `${vpcId} is connected. Redis Cloud's side cuts its endpoint, and it is made again.`);
  await settle();
  cloud.provider.cutAll();
  await operator.start('onboard', { connection, accountId: first, vpcId });
  await settle();

  say(LOCKED, 'Somebody deletes the connector role. Two VPCs ask for the connection.');
  const putBack = await operator.removeRole(LOCKED, cloud.names.CONNECTOR_ROLE);
  await connect(LOCKED, '10.60.0.0/16');
  await settle();
  const lockedVpc = await connect(LOCKED, '10.61.0.0/16');
  await settle();
  say(LOCKED, 'A person asks once more, and stops it while the script is fetched.');
  const handingOver = await operator.start('onboard', { connection, accountId: LOCKED, vpcId: lockedVpc });
  await operator.reached(handingOver, 'Store script for owner');
  await operator.stop(handingOver);
  await settle();
  say(LOCKED, 'The role is back, half a day later. The invitation has expired by then.');
  await activity.sleep(13 * HOUR);
  await putBack();
  await operator.start('onboard', { connection, accountId: LOCKED, vpcId: lockedVpc });
  await settle();

  say(
    organization.hubAccountId,
    'The daily reconciliation is stopped while it looks into accounts, and redriven.',
  );
  operator.stopAtCall('reconcile', 'DescribeVpcs');
  await cloud.fireSchedulesOf(cloud.arnOf('reconcile'));
  await settle();
  await operator.redrive(operator.newest('reconcile'));
  await settle();

  say(
    organization.hubAccountId,
    'Three accounts are expelled at once, the second is stopped in the queue, and another one comes.',
  );
  await operator.start('onboard', { connection, accountId: first, vpcId });
  const leaving = await all('offboard', others);
  await activity.sleep(1000);
  await operator.start('onboard', { connection, accountId: first, vpcId });
  await stopInLine(leaving, 'Acquire lock');
  await settle();

  const expelled = await operator.start('offboard', { connection, accountId: LOCKED });
  await operator.reached(expelled, 'Await PrivateLink');
  say(LOCKED, 'While it is expelled, a person admits another account at Redis Cloud, and removes it again.');
  const principals = `/subscriptions/${subscriptionId}/private-link/principals`;
  await redisCloud('POST', principals, { principal: FRIEND, type: 'aws_account' });
  await settle();
  await redisCloud('DELETE', principals, { principal: FRIEND });
  await activity.sleep(MINUTE);

  say(
    organization.hubAccountId,
    `Nobody needs ${connection} any more. The first attempt is stopped half way.`,
  );
  const end = { connection, all: true, confirm: connection };
  const ending = await operator.start('offboard', end);
  await operator.reached(ending, 'Offboard account');
  await operator.stop(ending);
  await settle();
  await operator.start('offboard', end);
  await settle();

  say(first, 'A person asks for the script of the PrivateLink that is gone.');
  await operator.start('endpoint-script', { connection, accountId: first });
  await settle();
};

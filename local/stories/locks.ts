import type { ExecutionEvent, ExecutionRecord } from 'local-cloud';
import { Operator } from './operator.ts';
import { MINUTE, type Story } from './story.ts';

/**
 * Executions end with the lock, in the queue for it, or while they read for others; of some the clean-up hears, of others
 * nobody. Whoever comes by next, or watches, gives what they had to somebody who is still there.
 */
export const locks: Story = async ({ cloud, activity, say }) => {
  const { organization, connections } = cloud.configuration;
  const { name: connection } = connections[0]!;
  const { hubAccountId } = organization;
  const operator = new Operator(cloud, activity);
  const settle = () => cloud.settled(activity);

  let accounts = 444455550000;
  /** An account that is not admitted yet. */
  const newcomer = async () => {
    const accountId = String(++accounts);
    await cloud.accounts.add(accountId, organization.organizationalUnits[0]!, { silent: true });
    return accountId;
  };
  const start = async (workflow: string, accountId: string, state: string) => {
    const execution = await operator.start(workflow, { connection, accountId });
    await operator.reached(execution, state);
    return execution;
  };
  /** The one that has the lock comes first. They look together: while one changes something, nobody can. */
  const admitting = async (count: number) => {
    const accountIds = await Promise.all(Array.from({ length: count }, newcomer));
    const all = await Promise.all(
      accountIds.map((accountId) => operator.start('onboard', { connection, accountId })),
    );
    for (const execution of all) await operator.reached(execution, 'Acquire lock to admit');
    await activity.sleep(250);
    return all.sort((a, b) => Number(b.history.some(isAdmission)) - Number(a.history.some(isAdmission)));
  };
  const reading = async () => {
    const execution = await start('onboard', await newcomer(), 'Read PrivateLink');
    await activity.sleep(250);
    return execution;
  };
  const admitted = async () => {
    const accountId = await newcomer();
    await operator.start('onboard', { connection, accountId });
    await settle();
    return accountId;
  };
  const inLineToJoin = async () => start('onboard', await newcomer(), 'Acquire lock to admit');
  const inLineToLeave = async (accountId: string) => start('offboard', accountId, 'Acquire lock');
  const leaving = async (accountId: string) => start('offboard', accountId, 'Remove principal');
  /** Nobody hears of their end. */
  const vanish = (...executions: ExecutionRecord[]) =>
    operator.withoutCleanUp(async () => {
      for (const execution of executions) await operator.stop(execution);
      await activity.sleep(1000);
    });
  const watch = () => cloud.fireScheduledRules(cloud.hub);

  const members: string[] = [];
  for (let index = 0; index < 11; index++) members.push(await admitted());
  const member = () => members.pop()!;

  say(
    hubAccountId,
    'An account is admitted. Two executions vanish in the queue behind it, and the lock goes past them.',
  );
  const [, behind] = await admitting(2);
  await vanish(behind!, await inLineToLeave(member()));
  await inLineToLeave(member());
  await settle();

  say(hubAccountId, 'An account leaves, and the lock goes past those that vanished behind it.');
  await leaving(member());
  await vanish(await inLineToLeave(member()));
  await vanish(await inLineToJoin());
  await settle();

  say(hubAccountId, 'An account that was never here is to leave. Whoever vanishes behind it is passed over.');
  await leaving(member());
  await inLineToLeave(await newcomer());
  await vanish(await inLineToLeave(member()), await inLineToJoin());
  await settle();

  say(hubAccountId, 'Accounts leave and come, one after the other.');
  await leaving(member());
  await inLineToLeave(member());
  await inLineToJoin();
  await settle();
  await reading();
  await reading();
  await settle();

  say(
    hubAccountId,
    'Executions vanish with the lock. A minute later, whoever asks for it takes it from them.',
  );
  await vanish(...(await admitting(1)));
  await activity.sleep(2 * MINUTE);
  await vanish(await leaving(member()));
  await activity.sleep(2 * MINUTE);
  await admitted();

  say(
    hubAccountId,
    'One that reads for others vanishes. A minute later, whoever wants to look reads instead.',
  );
  await vanish(await reading());
  await activity.sleep(2 * MINUTE);
  await admitted();

  say(
    hubAccountId,
    'The one with the lock is stopped. Clean-up releases the lock, past those that vanished.',
  );
  const leaver = member();
  const [holder, ...inLine] = await admitting(3);
  await vanish(...inLine, await inLineToLeave(member()));
  await inLineToLeave(leaver);
  await operator.stop(holder!);
  await settle();
  const [stopped] = await admitting(2);
  await operator.stop(stopped!);
  await settle();

  say(hubAccountId, 'The one that reads for others is stopped, and the next one reads.');
  const reader = await reading();
  await reading();
  await operator.stop(reader);
  await settle();

  say(
    hubAccountId,
    'Executions vanish with the lock while others wait. They get it when the locks are watched.',
  );
  const [lost] = await admitting(2);
  await vanish(lost!);
  watch();
  await settle();
  const lostToo = await leaving(await admitted());
  await inLineToLeave(leaver);
  await vanish(lostToo);
  watch();
  await settle();

  say(hubAccountId, 'So it is with a reading that others wait for.');
  const lostReader = await reading();
  await reading();
  await vanish(lostReader);
  await activity.sleep(2 * MINUTE);
  watch();
  await settle();
};

function isAdmission({ type, details }: ExecutionEvent): boolean {
  return type === 'TaskStateEntered' && details?.name === 'Add principal';
}

import { expect } from '@jest/globals';
import { AwsError } from 'local-cloud';
import { HOUR, MINUTE, UNIT, VPC } from '../harness.ts';
import type { Scene } from '../leaving.ts';

/** Accounts that are connected, and whom a mishap meets. */
export interface Met {
  scene: Scene;
  /** They are to stay connected all along. */
  accounts: readonly string[];
  /** A VPC that is there for a person to disconnect. */
  spare: () => Promise<{ accountId: string; vpcId: string }>;
}

/** Something goes wrong, until what it returns is called. */
export type Mishap = (met: Met) => Promise<() => unknown>;

type Answer = Record<string, unknown>;

/** Organizations answers in another way. */
function answering(
  { lab }: Scene,
  change: (action: string, answer: Answer, input: Answer) => Answer | undefined,
): () => void {
  return lab.cloud.interceptCalls(async ({ service, action, input }, proceed) => {
    if (service !== 'organizations') return proceed();
    const answer = (await proceed()) as Answer;
    return change(action, answer, input as Answer) ?? answer;
  });
}

/** All accounts that an answer has, changed. */
function eachAccount(answer: Answer, change: (account: Answer) => Answer): Answer {
  const { Account, Accounts } = answer as { Account?: Answer; Accounts?: Answer[] };
  return {
    ...answer,
    ...(Account && { Account: change(Account) }),
    ...(Accounts && { Accounts: Accounts.map(change) }),
  };
}

/** The configuration names a unit that the organization does not have, or has again with another id. */
const unknownUnit: Mishap = async ({ scene }) => {
  const { lab } = scene;
  const moved = (account: Answer) => ({
    ...account,
    Paths: (account.Paths as string[] | undefined)?.map((path) => path.replace(UNIT, 'ou-ab12-anew0000')),
  });
  return lab.cloud.interceptCalls(async ({ service, action, input }, proceed) => {
    const { OrganizationalUnitId } = input as Answer;
    if (action === 'DescribeOrganizationalUnit' && OrganizationalUnitId === UNIT) {
      throw new AwsError('OrganizationalUnitNotFoundException', 'There is no such unit.');
    }
    const answer = (await proceed()) as Answer;
    return service === 'organizations' ? eachAccount(answer, moved) : answer;
  });
};

const withoutMembers: Mishap = async ({ scene }) =>
  answering(scene, (_, answer) =>
    eachAccount(answer, ({ State: _state, Status: _status, Paths: _paths, ...account }) => account),
  );

/** A listing leaves half of the accounts out. */
const withoutAccounts: Mishap = async ({ scene, accounts }) =>
  answering(scene, (action, answer) => {
    if (action !== 'ListAccounts') return undefined;
    const left = (answer.Accounts as { Id: string }[]).filter(({ Id }) => !accounts.slice(0, 3).includes(Id));
    return { ...answer, Accounts: left };
  });

const movedOutAndBack: Mishap = async ({ scene: { lab }, accounts }) => {
  const id = 'ou-ab12-e1sewher';
  const { accounts: organization } = lab.cloud;
  if (!organization.hasUnit(id)) organization.addUnit('elsewhere', { id });
  for (const accountId of accounts) await organization.move(accountId, id);
  await lab.sleep(5 * MINUTE);
  for (const accountId of accounts) await organization.move(accountId, UNIT);
  return () => undefined;
};

/** What is in use is not deleted: else the mishap would be none. */
async function refused(deletion: Promise<unknown>): Promise<void> {
  await expect(deletion).rejects.toThrow(/has dependencies/);
}

/** Somebody's script tries each hour of a night to delete a VPC that is in use. */
const cleaner: Mishap = async ({ scene, accounts: [accountId = ''] }) => {
  const [endpoint] = await scene.lab.endpoints(accountId);
  const { NetworkInterface } = await scene.ec2<{ NetworkInterface: { NetworkInterfaceId: string } }>(
    'CreateNetworkInterface',
    { SubnetId: endpoint!.SubnetIds[0] },
    accountId,
  );
  for (let hour = 0; hour < 3; hour += 1) {
    await refused(scene.ec2('DeleteVpc', { VpcId: VPC }, accountId));
    await scene.lab.sleep(HOUR);
  }
  const { NetworkInterfaceId } = NetworkInterface;
  return () => scene.ec2('DeleteNetworkInterface', { NetworkInterfaceId }, accountId);
};

const flappingTag: Mishap = async ({ scene, accounts }) => {
  for (let round = 0; round < 4; round += 1) {
    for (const accountId of accounts) await scene.tag(accountId, VPC, null);
    await scene.lab.sleep(4 * MINUTE);
    for (const accountId of accounts) await scene.tag(accountId, VPC, 'orders');
    await scene.lab.sleep(2 * MINUTE);
  }
  return () => undefined;
};

/** A subnet is to be replaced: its deletion is refused, because the endpoint is in it. */
const replacedSubnet: Mishap = async ({ scene, accounts: [, accountId = ''] }) => {
  const [endpoint] = await scene.lab.endpoints(accountId);
  for (const SubnetId of endpoint!.SubnetIds) {
    await refused(scene.ec2('DeleteSubnet', { SubnetId }, accountId));
  }
  return () => undefined;
};

/** The keys of Redis Cloud are revoked while some VPCs leave. */
const revokedKeys: Mishap = async ({ scene, spare }) => {
  const { lab } = scene;
  const leaving = [await spare(), await spare()];
  for (const { accountId, vpcId } of leaving) await scene.tag(accountId, vpcId, null);
  await lab.sleep(11 * MINUTE);
  await lab.setSecret(JSON.stringify({ apiKey: 'revoked', secretKey: 'revoked' }));
  return () => lab.restoreSecret();
};

const silentOrganizations: Mishap = async ({ scene: { lab }, accounts }) => {
  const end = lab.cloud.interceptCalls(async ({ service, caller }, proceed) => {
    if (service === 'organizations' && !caller.arn?.includes('root')) {
      throw new AwsError('AccessDeniedException', 'Not now.');
    }
    return proceed();
  });
  for (const accountId of accounts) lab.cloud.accounts.enroll(accountId);
  return end;
};

/** Redis Cloud says for some minutes that there is nothing, while somebody looks twice. */
const denyingRedisCloud: Mishap = async ({ scene: { lab } }) => {
  const resource = { links: [] };
  lab.redisCloud.faults.answerReadings({
    operation: 'getPrivateLink',
    subscriptionId: 12345,
    resource,
    times: 10_000,
  });
  for (let run = 0; run < 2; run += 1) {
    await lab.start('reconcile', {});
    await lab.sleep(10 * MINUTE);
  }
  lab.redisCloud.faults.forgive();
  return () => undefined;
};

/** An account lets nobody in, while events say that its tag is gone. */
const lockedOut: Mishap = async ({ scene, accounts: [, , accountId = ''] }) => {
  const letIn = await scene.lab.lockOut(accountId);
  await scene.tag(accountId, VPC, null);
  await scene.lab.sleep(20 * MINUTE);
  await scene.tag(accountId, VPC, 'orders');
  return letIn;
};

/** One of them each day. */
export const MISHAPS: readonly [string, Mishap][] = [
  ['a unit that the organization does not have, or has anew', unknownUnit],
  ['answers of Organizations without state and place', withoutMembers],
  ['a listing without half of the accounts', withoutAccounts],
  ['all accounts moved out and back', movedOutAndBack],
  ['a cleaner that comes each hour of a night', cleaner],
  ['tags that flap', flappingTag],
  ['a subnet that is to be replaced', replacedSubnet],
  ['keys that are revoked while VPCs leave', revokedKeys],
  ['Organizations that refuses to answer', silentOrganizations],
  ['a Redis Cloud that denies everything', denyingRedisCloud],
  ['an account that lets nobody in', lockedOut],
];

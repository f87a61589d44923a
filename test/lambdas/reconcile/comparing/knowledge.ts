import type { Finding, PrivateLinkSnapshot } from '../../../../lambdas/reconcile/comparing/findings.ts';
import { type Knowledge, reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';

export const A = '111111111111';
export const B = '222222222222';
export const VPC = 'vpc-0a71e831cb5152c43';
export const OTHER_VPC = 'vpc-0b00000000000000b';
export const REGION = 'us-east-1';

export const orders = connection();
export const endpoint = (changes: object = {}) => ({
  vpcEndpointId: 'vpce-1',
  vpcId: VPC,
  connection: 'orders',
  state: 'available',
  securityGroupIds: ['sg-1'],
  parameters: 'a1',
  ...changes,
});
export const group = (changes: object = {}) => ({
  groupId: 'sg-1',
  vpcId: VPC,
  connection: 'orders',
  complete: true,
  ...changes,
});
export const snapshot = (changes: object = {}): PrivateLinkSnapshot => ({
  status: 'active',
  principals: [`${A} associated`],
  others: [],
  owners: [A],
  ...changes,
});
const UNPUBLISHED = ['deleting', 'deleted', 'failed', 'rejected', 'expired'];

/** Unless told otherwise, a group and parameters are there where a working endpoint is. */
export const found = (changes: object = {}): Finding => {
  const { endpoints = [endpoint()] } = changes as { endpoints?: ReturnType<typeof endpoint>[] };
  const isPublished = endpoints.some(
    ({ connection, state }) => connection === 'orders' && !UNPUBLISHED.includes(state),
  );
  return {
    accountId: A,
    region: REGION,
    vpcs: [{ vpcId: VPC, tags: 'orders' }],
    endpoints,
    groups: isPublished ? [group()] : [],
    parameters: isPublished ? [{ connection: 'orders', vpcId: VPC, digest: 'a1' }] : [],
    ...changes,
  };
};
export const unreachable = (changes: object = {}): Finding => ({
  accountId: A,
  region: REGION,
  error: 'MemberRoleNotAssumable: x',
  ...changes,
});

/** Account A is offered `orders`, asks for it with one VPC and is connected: nothing is to be done. */
export function know(changes: Partial<Knowledge> = {}): Knowledge {
  return {
    run: 'run-1',
    at: '2026-11-20T10:00:00.000Z',
    everyMinutes: 360,
    connections: [orders],
    accounts: [`${A} 0`],
    doubt: null,
    former: [],
    findings: [found()],
    snapshots: new Map([['orders', snapshot()]]),
    recorded: new Set(),
    admittedAt: new Map(),
    dueBefore: new Set(),
    standing: new Map(),
    held: [],
    leftovers: [],
    ...changes,
  };
}
export const read = (changes: object) => ({ snapshots: new Map([['orders', snapshot(changes)]]) });
export const find = (...findings: Finding[]) => ({ findings });

/** What comes of it, in short. */
export function outcomes(knowledge: Knowledge): string[] {
  return reconcile(knowledge).differences.map(
    ({ workflow, connection, accountId, vpcId, outcome }) =>
      `${outcome} ${workflow} ${connection} ${accountId}${vpcId ? ` ${vpcId}` : ''}`,
  );
}

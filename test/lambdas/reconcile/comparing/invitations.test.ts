import { describe, expect, test } from '@jest/globals';
import { reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';
import { A, B, find, found, know, REGION, read, unreachable, VPC } from './knowledge.ts';

const invited = read({ principals: [`${A} associating`], owners: [] });
const withoutVpc = find(found({ vpcs: [], endpoints: [], groups: [] }));
/** The run begins at 10:00. */
const admitted = (at: string) => ({ admittedAt: new Map([[`${A} orders`, `2026-11-20T${at}:00.000Z`]]) });

describe('an account that has not accepted its invitation', () => {
  test('is onboarded, without a VPC', () => {
    const { executions, differences } = reconcile(know({ ...invited, ...withoutVpc }));
    expect(executions).toEqual([
      {
        workflow: 'onboard',
        name: expect.stringMatching(new RegExp(`^orders-${A}-[0-9a-f]{12}$`)),
        input: { connection: 'orders', accountId: A, because: 'reconciliation' },
      },
    ]);
    expect(differences).toMatchObject([{ why: 'its invitation is not accepted', outcome: 'start' }]);
  });

  test.each<[string, object]>([
    ['has accepted it', read({ principals: [`${A} associated`], owners: [] })],
    [
      'is not invited, because the contract knows no invitations',
      {
        connections: [connection({ contract: 'endpoint-service' })],
        ...invited,
      },
    ],
    ['was removed since', read({ principals: [`${A} disassociated`], owners: [] })],
  ])('is left alone when it %s', (_, changes) => {
    expect(reconcile(know({ ...withoutVpc, ...changes })).differences).toEqual([]);
  });

  test('is onboarded with its VPC where that is to be connected, and not a second time', () => {
    const { executions } = reconcile(know({ ...invited, ...find(found({ endpoints: [] })) }));
    expect(executions).toMatchObject([{ input: { accountId: A, vpcId: VPC } }]);
    expect(executions).toHaveLength(1);
  });

  test('must have accepted when it has an endpoint, whatever Redis Cloud says', () => {
    expect(reconcile(know(invited)).differences).toEqual([]);
  });

  test('is left alone where the connection is not offered to it', () => {
    const changes = { ...read({ principals: [`${A} associated`, `${B} associating`] }) };
    expect(reconcile(know(changes)).executions).toEqual([]);
  });
});

describe('an invitation that nobody can accept', () => {
  test.each([
    [60, '2026-11-19T23:00', 1],
    [60, '2026-11-19T23:01', 0],
    [15, '2026-11-19T22:15', 1],
    [15, '2026-11-19T22:16', 0],
    // Longer than it is valid: the next run never can be sure to come in time.
    [1_440, '2026-11-20T09:59', 1],
  ])('counts as near expiry where the run in %d minutes may come too late', (everyMinutes, at, count) => {
    const admittedAt = new Map([[`${A} orders`, `${at}:00.000Z`]]);
    const knowledge = know({ ...invited, ...find(unreachable()), admittedAt, everyMinutes });
    expect(reconcile(knowledge).counts.invitationsNearExpiry).toBe(count);
  });

  test.each([
    ['04:00', 1],
    ['04:01', 0],
  ])('of an account that was admitted at %s counts as near expiry: %d', (at, count) => {
    const { counts, reported } = reconcile(know({ ...invited, ...find(unreachable()), ...admitted(at) }));
    expect(counts.invitationsNearExpiry).toBe(count);
    const near = reported.filter(({ kind }) => kind === 'invitation near expiry');
    expect(near).toEqual(
      count === 0
        ? []
        : [
            {
              kind: 'invitation near expiry',
              connection: 'orders',
              accountId: A,
              region: REGION,
              what: expect.stringContaining('expires at 2026-11-20T16:00:00.000Z'),
            },
          ],
    );
  });

  test('counts only if this system has sent it, and the account cannot be entered', () => {
    const unknown = reconcile(know({ ...invited, ...find(unreachable()) }));
    expect(unknown.counts.invitationsNearExpiry).toBe(0);
    const entered = reconcile(know({ ...invited, ...withoutVpc, ...admitted('01:00') }));
    expect(entered.counts.invitationsNearExpiry).toBe(0);
  });
});

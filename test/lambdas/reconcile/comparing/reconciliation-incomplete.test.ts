import { describe, expect, test } from '@jest/globals';
import type { Finding, PrivateLinkSnapshot } from '../../../../lambdas/reconcile/comparing/findings.ts';
import { type Knowledge, reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';
import {
  A,
  B,
  endpoint,
  find,
  found,
  know,
  OTHER_VPC,
  orders,
  REGION,
  read,
  snapshot,
  unreachable,
  VPC,
} from './knowledge.ts';

/** What comes of it, in short. */
function outcomes(knowledge: Knowledge): string[] {
  return reconcile(knowledge).differences.map(
    ({ workflow, connection, accountId, vpcId, outcome }) =>
      `${outcome} ${workflow} ${connection} ${accountId}${vpcId ? ` ${vpcId}` : ''}`,
  );
}

describe('incomplete knowledge', () => {
  const dueBefore = new Set([`orders ${A}`, `orders ${A} ${VPC}`]);
  const recorded = new Set([`${A} orders`]);

  test('of the accounts: nothing is planned, and no principal is judged', () => {
    const outcome = reconcile(
      know({ accounts: null, dueBefore, ...find(found({ vpcs: [], endpoints: [endpoint()] })) }),
    );
    expect(outcome).toMatchObject({ differences: [], due: [], reported: [] });
    expect(outcome.incomplete).toEqual(['the list of accounts']);
    expect(outcomes(know({ accounts: null, dueBefore, recorded, findings: [] }))).toEqual([]);
  });

  test.each<[string, Finding[]]>([
    ['could not be looked into', [unreachable()]],
    ['was not looked into', []],
  ])('of an account and Region that %s: nothing is planned there, and it is reported', (_, findings) => {
    const changes = { findings, dueBefore, ...read({ principals: [], owners: [A, A] }) };
    const outcome = reconcile(know(changes));
    expect(outcome).toMatchObject({ differences: [], due: [] });
    expect(outcome.reported).toMatchObject([{ kind: 'unreachable account', accountId: A, region: REGION }]);
    expect(outcome.incomplete).toEqual([`account ${A} in ${REGION}`]);
    expect(outcome.counts).toMatchObject({ unreachable: 1 });
  });

  test('of what is offered to an account: nothing of it is removed, and it is reported', () => {
    const unit = 'ou-x is not in the organization';
    const doubt = {
      accounts: [`${A} 0`],
      why: ['Organizations does not say', `setting: ${unit}`],
      units: [unit],
    };
    const changes = { accounts: [], doubt, recorded, dueBefore };
    const stays = reconcile(know({ ...changes, findings: [] }));
    expect(stays).toMatchObject({ differences: [], due: [], executions: [] });
    expect(stays.incomplete).toEqual(['what is offered to 1 accounts']);
    expect(stays.reported).toEqual([
      { kind: 'unknown organizational unit', what: unit },
      { kind: 'unclear account', what: 'Organizations does not say' },
    ]);
    // The account was looked into because of another connection.
    expect(reconcile(know(changes)).differences).toMatchObject([
      {
        outcome: 'held',
        workflow: 'offboard',
        vpcId: VPC,
        reason: expect.stringContaining('cannot be told'),
      },
    ]);
    expect(outcomes(know({ ...changes, doubt: null }))).toEqual([`start offboard orders ${A}`]);
  });

  test('of one account does not hold up another', () => {
    const changes = {
      accounts: [`${A} 0`, `${B} 0`],
      findings: [unreachable(), found({ accountId: B, endpoints: [] })],
      ...read({ principals: [`${B} associated`], owners: [] }),
    };
    expect(outcomes(know(changes))).toEqual([`start onboard orders ${B} ${VPC}`]);
  });

  test('of an account holds its own removal', () => {
    const changes = {
      connections: [orders, connection({ name: 'sessions' })],
      accounts: [`${A} 1`],
      findings: [unreachable()],
      recorded,
      dueBefore,
    };
    const outcome = reconcile(know(changes));
    expect(outcome.differences).toMatchObject([
      {
        workflow: 'offboard',
        connection: 'orders',
        outcome: 'held',
        reason: expect.stringContaining('looked into'),
      },
    ]);
    expect(outcome).toMatchObject({ executions: [], due: [] });
  });

  test.each<[string, Knowledge['snapshots']]>([
    ['could not be read', new Map([['orders', { error: 'RateLimited: x' }]])],
    ['was not read', new Map()],
  ])('of a connection that %s: what is seen is held, and it is reported', (_, snapshots) => {
    const vpcs = [{ vpcId: OTHER_VPC, tags: 'orders' }];
    const outcome = reconcile(know({ snapshots, dueBefore, ...find(found({ vpcs })) }));
    expect(outcome.differences).toMatchObject([
      { workflow: 'onboard', vpcId: OTHER_VPC, why: 'it has no endpoint', outcome: 'held' },
      { workflow: 'offboard', vpcId: VPC, outcome: 'held' },
    ]);
    expect(outcome).toMatchObject({ executions: [], due: [], incomplete: ['connection orders'] });
    expect(outcome.reported).toMatchObject([{ kind: 'unreadable connection', connection: 'orders' }]);
  });

  test('of one connection does not hold up another', () => {
    const changes = {
      connections: [orders, connection({ name: 'sessions' })],
      accounts: [`${A} 0,1`],
      snapshots: new Map<string, PrivateLinkSnapshot>([
        ['orders', { error: 'x' }],
        ['sessions', snapshot({ owners: [] })],
      ]),
      ...find(found({ vpcs: [{ vpcId: VPC, tags: 'sessions orders' }] })),
    };
    expect(outcomes(know(changes))).toEqual([`start onboard sessions ${A} ${VPC}`]);
  });
});

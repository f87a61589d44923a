import { describe, expect, test } from '@jest/globals';
import { type Knowledge, reconcile } from '../../../../lambdas/reconcile/comparing/reconciliation.ts';
import { connection } from '../../../connection.ts';
import { A, B, endpoint, find, found, group, know, REGION, read, unreachable, VPC } from './knowledge.ts';

const DUE = 'orders unused';
const nobody = { principals: [], owners: [] };
const left = found({ vpcs: [], endpoints: [] });

/** Nobody uses orders, and it is to go then. */
const unused = (changes: Partial<Knowledge> = {}): Knowledge =>
  know({
    connections: [connection({ deletePrivateLinkWhenUnused: true })],
    ...read(nobody),
    ...find(left),
    dueBefore: new Set([DUE]),
    ...changes,
  });

const deletions = (knowledge: Knowledge) =>
  reconcile(knowledge).executions.filter(({ input }) => input.unused === true);

describe('a PrivateLink that nobody uses', () => {
  test('is deleted if the run before has found it unused, too', () => {
    expect(reconcile(unused())).toMatchObject({
      executions: [
        {
          workflow: 'offboard',
          name: expect.stringMatching(/^orders-unused-[0-9a-f]{12}$/),
          input: { connection: 'orders', unused: true },
        },
      ],
      due: [DUE],
      reported: [{ kind: 'unused PrivateLink', what: expect.stringContaining('deleted now') }],
    });
  });

  test('is due first', () => {
    const { due, executions } = reconcile(unused({ dueBefore: new Set() }));
    expect({ due, executions }).toEqual({ due: [DUE], executions: [] });
  });

  test('is found unused although a principal that was removed is still listed', () => {
    expect(deletions(unused(read({ ...nobody, principals: [`${A} disassociated`] })))).toHaveLength(1);
  });

  test('is deleted although a VPC asks for it that a person keeps disconnected', () => {
    const standing: Knowledge['standing'] = new Map([
      [`${A}#orders#${VPC}`, { kind: 'refusal', at: '2026-11-20T09:00:00Z' }],
    ]);
    const asking = find(found({ endpoints: [] }));
    expect(deletions(unused({ ...asking, standing }))).toHaveLength(1);
    expect(deletions(unused(asking))).toHaveLength(0);
  });
});

describe('a PrivateLink stays', () => {
  test.each<[string, Partial<Knowledge>]>([
    ['if an account is admitted', read({ ...nobody, principals: [`${B} associated`] })],
    ['if an account is leaving', read({ ...nobody, principals: [`${B} disassociating`] })],
    ['if an account has failed to be admitted', read({ ...nobody, principals: [`${B} failed`] })],
    ['if a principal is no account', read({ ...nobody, others: ['arn:aws:organizations::1:o/x'] })],
    ['if somebody is connected', read({ ...nobody, owners: [B] })],
    ['while it is being made', read({ ...nobody, status: 'initializing' })],
    ['if it could not be read', { snapshots: new Map([['orders', { error: 'x' }]]) }],
    ['if a VPC asks for it', find(found({ endpoints: [], groups: [group()] }))],
    ['if a VPC has an endpoint', find(found({ endpoints: [endpoint()] }))],
    ['if an account could not be looked into', find(unreachable())],
    ['if an account was not looked into', { findings: [] }],
    ['if the accounts could not be listed', { accounts: null }],
    ['if it is unclear who it is offered to', { doubt: { accounts: [`${B} 0`], why: ['x'], units: [] } }],
    ['if the configuration does not say that it goes', { connections: [connection()] }],
  ])('%s', (_, changes) => {
    expect(deletions(unused(changes))).toEqual([]);
    expect(reconcile(unused(changes)).due).not.toContain(DUE);
  });

  test('where an account of another Region could not be looked into, it goes', () => {
    const abroad = unreachable({ accountId: A, region: `${REGION}x` });
    expect(deletions(unused(find(left, abroad)))).toHaveLength(1);
  });
});

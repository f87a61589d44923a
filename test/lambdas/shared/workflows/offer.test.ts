import { describe, expect, test } from '@jest/globals';
import type { Connection } from '../../../../lambdas/shared/workflows/configuration.ts';
import { type Account, asksFor, offerTo } from '../../../../lambdas/shared/workflows/offer.ts';
import { connection } from '../../../connection.ts';

const ID = '444455556666';
const at = (...units: string[]) => [`o-a1b2c3d4e5/r-ab12/${units.map((unit) => `${unit}/`).join('')}${ID}/`];
const account = (changes: Partial<Account> = {}): Account => ({
  accountId: ID,
  state: 'ACTIVE',
  paths: at('ou-ab12-l3zc8b3h'),
  ...changes,
});
const UNITS = { organizationalUnits: ['ou-ab12-l3zc8b3h'] };
const offer = (
  accounts: Partial<Connection['accounts']>,
  to: Account = account(),
  unknown: Record<string, string> = {},
) =>
  offerTo(
    connection({
      accounts: { organizationalUnits: [], accountIds: [], excludedAccountIds: [], ...accounts },
    }),
    to,
    new Map(Object.entries(unknown)),
  );
const yes = { answer: 'yes' };
const no = (reason: RegExp) => ({ answer: 'no', reason: expect.stringMatching(reason) });
const cannotTell = (what: RegExp) => ({ answer: 'cannot tell', what: expect.stringMatching(what) });

describe('a connection is offered', () => {
  test('to accounts below its organizational units, however deep', () => {
    const deep = account({ paths: at('ou-ab12-l3zc8b3h', 'ou-ab12-deeper00') });
    expect(offer(UNITS, deep)).toEqual(yes);
    expect(offer({ organizationalUnits: ['r-ab12'] }, deep)).toEqual(yes);
    expect(offer({ organizationalUnits: ['ou-ab12-other000'] }, deep)).toEqual(no(/organizationalUnits/));
  });

  test('to accounts by id, wherever they are', () => {
    expect(offer({ accountIds: [ID] }, account({ paths: [] }))).toEqual(yes);
    expect(offer({ accountIds: [ID] }, account({ paths: null }))).toEqual(yes);
  });

  test('never to excluded accounts', () => {
    const accounts = { organizationalUnits: ['r-ab12'], excludedAccountIds: [ID] };
    expect(offer(accounts)).toEqual(no(/excludedAccountIds/));
    expect(offer(accounts, account({ state: 'UNKNOWN', paths: null }))).toEqual(no(/excludedAccountIds/));
  });

  test.each(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'PENDING_ACTIVATION'])(
    'only to active accounts, not to one that is %s',
    (state) => {
      expect(offer({ accountIds: [ID] }, account({ state }))).toEqual(no(new RegExp(state)));
    },
  );

  test('only to accounts of the organization', () => {
    expect(offer({ accountIds: [ID] }, account({ state: null, paths: null }))).toEqual(
      no(/not in the organization/),
    );
  });
});

describe('it cannot be told', () => {
  test.each<[string, Partial<Account>, RegExp]>([
    ['when the state is not said', { state: 'UNKNOWN' }, /whether account 444455556666 is active/],
    ['when AWS has added the state since', { state: 'QUARANTINED' }, /QUARANTINED/],
    ['when the path is not said', { paths: null }, /in which organizational unit/],
    ['when there is no path', { paths: [] }, /in which organizational unit/],
  ])('%s', (_, changes, what) => {
    expect(offer(UNITS, account(changes))).toEqual(cannotTell(what));
  });

  test('when a unit of the configuration is not in the organization', () => {
    const mistyped = { organizationalUnits: ['ou-ab12-l3zc8b3x', 'ou-ab12-other000'] };
    const unknown = { 'ou-ab12-l3zc8b3x': 'ou-ab12-l3zc8b3x is not in the organization' };
    expect(offer(mistyped, account(), unknown)).toEqual(
      cannotTell(/organizationalUnits of connection orders: ou-ab12-l3zc8b3x is not in/),
    );
    // Where another unit says yes, the mistake does not matter to this account.
    expect(offer(mistyped, account({ paths: at('ou-ab12-other000') }), unknown)).toEqual(yes);
  });

  test('but one thing that is known to be against it is enough', () => {
    expect(offer(UNITS, account({ state: 'SUSPENDED', paths: null }))).toEqual(no(/SUSPENDED/));
    expect(offer(UNITS, account({ state: 'UNKNOWN', paths: at('ou-ab12-other000') }))).toEqual(
      no(/below none of accounts.organizationalUnits/),
    );
  });
});

test('a VPC asks for a connection by its tag, or because every VPC does', () => {
  expect(asksFor(connection(), 'ledger  orders')).toBe(true);
  expect(asksFor(connection(), 'ledger,orders')).toBe(true);
  expect(asksFor(connection(), ' Orders, ,')).toBe(true);
  expect(asksFor(connection(), 'order')).toBe(false);
  expect(asksFor(connection(), null)).toBe(false);
  expect(asksFor(connection({ vpcs: 'all' }), null)).toBe(true);
  const renamed = connection({ newName: 'billing' });
  for (const tag of ['orders', 'billing', 'orders billing']) expect(asksFor(renamed, tag)).toBe(true);
  expect(asksFor(renamed, 'bill')).toBe(false);
  const twice = connection({ newName: 'invoices', namesBetween: ['billing'] });
  for (const tag of ['orders', 'billing', 'invoices']) expect(asksFor(twice, tag)).toBe(true);
});

test('a default VPC is not meant by all, unless the configuration says so', () => {
  const all = connection({ vpcs: 'all' });
  expect(asksFor(all, null, true)).toBe(false);
  expect(asksFor(all, 'ledger', true)).toBe(false);
  expect(asksFor(all, 'orders', true)).toBe(true);
  expect(asksFor(all, null, undefined)).toBe(true);
  expect(asksFor({ ...all, includeDefaultVpcs: true }, null, true)).toBe(true);
  expect(asksFor(connection({ includeDefaultVpcs: true }), null, true)).toBe(false);
});

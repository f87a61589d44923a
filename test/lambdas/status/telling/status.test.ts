import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../../lambdas/shared/workflows/offer.ts';
import { dependsOnAccount, type Facts, inTag, statusOf } from '../../../../lambdas/status/telling/status.ts';
import { connection } from '../../../connection.ts';

const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';
const ENDPOINT = 'vpce-0a71e831cb5152c43';
const orders = connection();
const { organizationalUnits } = orders.accounts;
const account: Account = {
  accountId: ACCOUNT,
  state: 'ACTIVE',
  paths: [`o-a1b2c3d4e5/r-ab12/${organizationalUnits[0]}/${ACCOUNT}/`],
};
const subnet = (zone: string) => ({
  SubnetId: `subnet-${zone}`,
  AvailabilityZoneId: `use1-${zone}`,
  AvailableIpAddressCount: 100,
});

function facts(more: Partial<Facts> = {}): Facts {
  return {
    accountId: ACCOUNT,
    region: 'us-east-1',
    vpcId: VPC,
    tag: 'orders',
    isDefault: false,
    subnets: [subnet('az1'), subnet('az2')],
    recorded: [],
    failed: [],
    approved: [],
    planned: [],
    noted: new Map(),
    account,
    since: null,
    ...more,
  };
}

const PARAMETER = `/redis-privatelink/status/${VPC}`;

function told(more: Partial<Facts>, ...connections: (typeof orders)[]): string | null {
  const status = statusOf(facts(more), connections.length > 0 ? connections : [orders]);
  return status === null ? null : inTag(status, PARAMETER);
}

const recorded = [{ connection: 'orders', at: '2026-11-20T10:00:00.000Z', vpcEndpointId: ENDPOINT }];
const failure = {
  connection: 'orders',
  at: '2026-11-20T11:00:00.000Z',
  status: 'FAILED',
  error: 'PreconditionFailed',
  cause: JSON.stringify({ errorMessage: 'DNS host names are off (enable them).' }),
};

describe('the status of a VPC', () => {
  test.each<[string, Partial<Facts>]>([
    ['connecting', {}],
    [`connected ${ENDPOINT}`, { recorded }],
    ['unknown connection ordres - did you mean orders', { tag: 'ordres' }],
    ['unknown connection zebra', { tag: 'zebra' }],
    ['wrong Region: orders is in us-east-1', { region: 'eu-west-1' }],
    ['not offered to this account', { account: { ...account, paths: ['o-a1b2c3d4e5/r-ab12/1/'] } }],
    ['waiting for subnets in 1 zone', { subnets: [] }],
    ['failed PreconditionFailed: DNS host names are off enable them .', { failed: [failure] }],
    ['failed because somebody stopped it', { failed: [{ ...failure, status: 'ABORTED', error: '-' }] }],
    ['failed because it took too long', { failed: [{ ...failure, status: 'TIMED_OUT', error: '-' }] }],
    ['to be disconnected', { tag: null, recorded }],
    [
      'disconnected by hand',
      { noted: new Map([[`${ACCOUNT}#orders#${VPC}`, { kind: 'refusal', at: '2026-11-20T10:00:00Z' }]]) },
    ],
  ])('is "%s"', (status, more) => {
    expect(told(more)).toBe(status);
  });

  test('is nothing where nothing was asked for', () => {
    expect(told({ tag: null })).toBeNull();
    expect(told({ tag: ' ' })).toBeNull();
  });

  test('says in how many zones subnets are missing', () => {
    const { endpoint } = orders;
    const two = { ...orders, endpoint: { ...endpoint, subnets: { ...endpoint.subnets, minimumZones: 2 } } };
    expect(told({ subnets: [subnet('az1')] }, two)).toBe('waiting for subnets in 2 zones');
    expect(told({}, two)).toBe('connecting');
  });

  test('tells of a failure only what came after the connection, and after what asks for it now', () => {
    const earlier = { ...failure, at: '2026-11-20T09:00:00.000Z' };
    expect(told({ recorded, failed: [earlier] })).toBe(`connected ${ENDPOINT}`);
    expect(told({ recorded, failed: [failure] })).toMatch(
      /^connected vpce-\S+ - failed PreconditionFailed: /,
    );
    expect(told({ failed: [failure], since: '2026-11-20T11:00:01Z' })).toBe('connecting');
    expect(told({ failed: [failure], since: '2026-11-20T11:00:00Z' })).toMatch(/^failed/);
  });

  test('tells who waits for approval', () => {
    const guarded = { ...orders, approval: 'required' as const };
    const states = [
      [],
      [{ connection: 'orders', state: 'asked' }],
      [{ connection: 'orders', state: 'approved' }],
    ];
    expect(states.map((approved) => told({ approved }, guarded))).toEqual([
      'waiting for approval',
      'waiting for approval',
      'connecting',
    ]);
    expect(told({ approved: [{ connection: 'orders', state: 'refused' }] }, guarded)).toBe(
      'refused by an approver',
    );
  });

  test('names each of several connections, a renamed one by its new name', () => {
    const ledger = { ...orders, name: 'ledger', subscriptionId: 2, newName: 'books' };
    expect(told({ tag: 'orders ledger ordres', recorded }, orders, ledger)).toBe(
      `unknown connection ordres - did you mean orders / orders connected ${ENDPOINT} / books connecting`,
    );
  });

  test('says of a connection that takes every VPC only what it does with this one', () => {
    const all = { ...orders, vpcs: 'all' as const };
    expect(told({ tag: null }, all)).toBe('connecting');
    expect(told({ tag: null, isDefault: true }, all)).toBeNull();
    const elsewhere = { ...account, paths: ['o-a1b2c3d4e5/r-ab12/1/'] };
    expect(told({ tag: null, account: elsewhere }, all)).toBeNull();
    expect(told({ account: elsewhere }, all)).toBe('not offered to this account');
  });

  test('does not say no where nobody can tell', () => {
    expect(told({ account: { ...account, state: 'UNKNOWN', paths: null } })).toBe('connecting');
  });

  test('fits into a tag, whatever somebody wrote', () => {
    const cause = JSON.stringify({ errorMessage: `a\u0000b\n<script>"'\`${'x'.repeat(400)}\ud800` });
    const status = told({ failed: [{ ...failure, cause }] })!;
    // It says that it is cut, and where the whole is.
    expect(status).toMatch(
      /^failed PreconditionFailed: a b script x+\.\.\. \/redis-privatelink\/status\/vpc-0a71e831cb5152c43$/,
    );
    expect([...status]).toHaveLength(256);
    expect(status).toMatch(/^[\p{L}\p{Zs}\p{N}_.:/=+\-@]+$/u);
    expect(told({ tag: `ordres${'😀'.repeat(100)}` })!.length).toBeLessThanOrEqual(256);
  });
});

describe('what Organizations says of the account', () => {
  const abroad = connection({ name: 'abroad', region: 'eu-west-1' });
  test.each<[string, boolean, Partial<Facts>]>([
    ['matters where nothing is connected', true, {}],
    ['does not matter where it is connected', false, { recorded }],
    ['matters where there is no endpoint yet', true, { recorded: [{ connection: 'orders', at: '' }] }],
    ['does not matter where it was just planned to connect', false, { planned: ['orders'] }],
    ['matters where another connection was planned', true, { planned: ['abroad'] }],
    ['matters where what was planned has failed', true, { planned: ['orders'], failed: [failure] }],
    ['does not matter where nothing is asked for', false, { tag: null }],
    ['does not matter where it is asked for in another Region', false, { tag: 'abroad' }],
  ])('%s', (_, isAsked, more) => {
    expect(dependsOnAccount(facts(more), [orders, abroad])).toBe(isAsked);
  });
});

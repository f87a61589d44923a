import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../../lambdas/dispatch/planning/event.ts';
import { type Connected, candidates, plan } from '../../../../lambdas/dispatch/planning/plan.ts';
import type { Noted } from '../../../../lambdas/shared/workflows/noted.ts';
import type { Account } from '../../../../lambdas/shared/workflows/offer.ts';
import { connection, REMOVALS } from '../../../connection.ts';

const account = (
  paths = ['o-a1b2c3d4e5/r-ab12/ou-ab12-l3zc8b3h/444455556666/'],
  state: string | null = 'ACTIVE',
) => ({
  accountId: '444455556666',
  state,
  paths,
});
const vpc = (names: string[]): Change => ({
  kind: 'vpc',
  accountId: '444455556666',
  region: 'us-east-1',
  vpcId: 'vpc-0a71e831cb5152c43',
  names,
  retagged: false,
});

describe('the connections that a VPC may be concerned with', () => {
  const orders = connection({ name: 'orders' });
  const abroad = connection({ name: 'abroad', region: 'eu-west-1' });
  const everywhere = connection({ name: 'everywhere', vpcs: 'all' });

  test('are those that its tag names', () => {
    expect(candidates(vpc(['orders']), [orders])).toEqual({ connections: ['orders'], skipped: [] });
  });

  test('are also those for every VPC', () => {
    expect(candidates(vpc([]), [orders, everywhere])).toEqual({ connections: ['everywhere'], skipped: [] });
  });

  test('are not those for every VPC if it is a default one', () => {
    const byDefault = { ...vpc(['orders']), isDefault: true } as Change;
    expect(candidates(byDefault, [orders, everywhere])).toEqual({
      connections: ['orders'],
      skipped: [
        { connection: 'everywhere', reason: 'it is a default VPC, and includeDefaultVpcs is not true' },
      ],
    });
    const included = { ...everywhere, includeDefaultVpcs: true };
    expect(candidates(byDefault, [included]).connections).toEqual(['everywhere']);
    // An event that does not say so is believed to be about another one.
    expect(candidates({ ...vpc([]), isDefault: null } as Change, [everywhere]).skipped).toEqual([]);
  });

  test('are not those for every VPC if only its tag has changed: it may be a default one', () => {
    const retagged = { ...vpc(['orders']), retagged: true } as Change;
    expect(candidates(retagged, [orders, everywhere])).toEqual({
      connections: ['orders'],
      skipped: [
        { connection: 'everywhere', reason: 'its tag has changed, which says nothing of this connection' },
      ],
    });
    const named = { ...vpc(['everywhere']), retagged: true } as Change;
    expect(candidates(named, [everywhere])).toEqual({ connections: ['everywhere'], skipped: [] });
    const included = { ...everywhere, includeDefaultVpcs: true };
    expect(candidates(retagged, [included]).connections).toEqual(['everywhere']);
  });

  test('are not those that nobody has configured, or in another Region; that is noted', () => {
    expect(candidates(vpc(['order', 'abroad', 'constructor']), [orders, abroad])).toEqual({
      connections: [],
      skipped: [
        { connection: 'order', reason: 'no connection of this name is configured (did you mean orders?)' },
        { connection: 'abroad', reason: expect.stringContaining('eu-west-1') },
        { connection: 'constructor', reason: 'no connection of this name is configured' },
      ],
    });
  });
});

describe('a connection that was renamed', () => {
  const renamed = connection({ newName: 'billing' });

  test.each([[['orders']], [['billing']], [['orders', 'billing']]])('is asked for by %j, once', (names) => {
    expect(candidates(vpc(names), [renamed])).toEqual({ connections: ['orders'], skipped: [] });
  });

  test('is meant where its new name is mistyped', () => {
    expect(candidates(vpc(['biling']), [renamed]).skipped).toEqual([
      { connection: 'biling', reason: expect.stringContaining('did you mean billing?') },
    ]);
  });

  test('stays connected when a tag changes from one name to the other, and goes when it has neither', () => {
    const connected = [{ connection: 'orders', vpcId: 'vpc-0a71e831cb5152c43' }];
    const retagged = (names: string[]) => ({ ...vpc(names), retagged: true }) as Change;
    const started = (names: string[]) =>
      planned(
        retagged(names),
        { connected, candidates: candidates(retagged(names), [renamed]).connections },
        [renamed],
      ).executions.map(({ workflow, input }) => `${workflow} ${input.connection}`);
    expect(started(['billing'])).toEqual(['onboard orders']);
    expect(started(['orders'])).toEqual(['onboard orders']);
    expect(started([])).toEqual(['offboard orders']);
  });
});

const planned = (
  change: Change,
  facts: { connected?: Connected[]; candidates?: string[]; account?: Account; noted?: Noted; at?: string },
  connections = [connection()],
) =>
  plan(
    change,
    {
      account: facts.account ?? account(),
      connected: facts.connected ?? [],
      candidates: facts.candidates ?? [],
      noted: facts.noted ?? new Map(),
      at: facts.at ?? null,
    },
    { connections, removals: REMOVALS },
    '0123456789ab',
  );

describe('the plan for what comes', () => {
  test('onboards the VPC under a name that a redelivered event gets again', () => {
    expect(planned(vpc(['orders']), { candidates: ['orders'] })).toEqual({
      executions: [
        {
          workflow: 'onboard',
          name: 'orders-444455556666-vpc-0a71e831cb5152c43-0123456789ab',
          input: {
            connection: 'orders',
            accountId: '444455556666',
            vpcId: 'vpc-0a71e831cb5152c43',
            region: 'us-east-1',
            because: 'event',
          },
          graceSeconds: 0,
        },
      ],
      skipped: [],
    });
  });

  test('admits a new account to each connection that it is offered', () => {
    const { executions } = planned(
      { kind: 'account', accountId: '444455556666' },
      { candidates: ['a', 'b'] },
      [connection({ name: 'a' }), connection({ name: 'b' })],
    );
    expect(executions.map(({ workflow, input }) => [workflow, input])).toEqual([
      ['onboard', { connection: 'a', accountId: '444455556666', because: 'event' }],
      ['onboard', { connection: 'b', accountId: '444455556666', because: 'event' }],
    ]);
  });

  const said = (kind: 'refusal' | 'deletion' | 'wish', vpcId = 'vpc-0a71e831cb5152c43') =>
    new Map([[`444455556666#orders#${vpcId}`, { kind, at: '2026-11-20T10:15:30.400Z' }]]);
  const connects = (change: Change, noted: Noted, at?: string) =>
    planned(change, { candidates: ['orders'], noted, ...(at && { at }) }).executions.length === 1;

  test.each([
    ['before', '2026-11-20T10:15:29Z', false],
    ['in the same second', '2026-11-20T10:15:30Z', false],
    ['after', '2026-11-20T10:15:31Z', true],
    ['nobody knows when', undefined, false],
  ])('leaves alone what was disconnected, unless the tag has changed since: %s', (_, at, expected) => {
    for (const kind of ['refusal', 'deletion'] as const) {
      expect(connects(vpc(['orders']), said(kind), at)).toBe(expected);
    }
    expect(connects(vpc(['orders']), said('refusal', 'account'), at)).toBe(expected);
    expect(connects(vpc(['orders']), said('wish'), at)).toBe(true);
    expect(connects(vpc(['orders']), said('refusal', 'vpc-0b00000000000000b'), at)).toBe(true);
  });

  test('leaves an account alone that was disconnected by hand, however it moves', () => {
    const change: Change = { kind: 'account', accountId: '444455556666' };
    const noted = said('refusal', 'account');
    expect(planned(change, { candidates: ['orders'], noted, at: '2026-11-21T10:00:00Z' })).toEqual({
      executions: [],
      skipped: [{ connection: 'orders', reason: expect.stringMatching(/by hand at .* start onboard/) }],
    });
  });

  test('keeps names within the 80 characters that Step Functions allows', () => {
    const name = 'a'.repeat(32);
    const { executions } = planned(vpc([name]), { candidates: [name] }, [connection({ name })]);
    expect(executions[0]?.name).toHaveLength(80);
  });
});

describe('the plan for what goes', () => {
  const place = { accountId: '444455556666', region: 'us-east-1' };
  const orders: Connected = {
    connection: 'orders',
    vpcId: 'vpc-0a71e831cb5152c43',
  };
  const admission: Connected = { connection: 'orders', vpcId: null };
  const everyone = connection({ name: 'everyone', vpcs: 'all', subscriptionId: 2 });
  const offboarded = (change: Change, connected: Connected[], to = account()) =>
    planned(change, { connected, account: to }, [connection(), everyone]).executions.map(
      ({ workflow, input }) => [workflow, input.connection, input.vpcId ?? null, input.onlyOurs],
    );

  test('offboards a VPC whose tag names the connection no more', () => {
    const change: Change = { kind: 'vpc', ...place, vpcId: orders.vpcId!, names: [], retagged: true };
    expect(offboarded(change, [orders, admission])).toEqual([['offboard', 'orders', orders.vpcId, true]]);
    expect(offboarded({ ...change, names: ['orders'] }, [orders])).toEqual([]);
    expect(offboarded({ ...change, retagged: false }, [orders])).toEqual([]);
  });

  test('keeps a VPC that is connected because every VPC is', () => {
    const change: Change = { kind: 'vpc', ...place, vpcId: orders.vpcId!, names: [], retagged: true };
    expect(offboarded(change, [{ ...orders, connection: 'everyone' }])).toEqual([]);
  });

  test('offboards a VPC that is gone or being torn down', () => {
    const gone = { kind: 'vpc-left' as const, ...place, vpcId: orders.vpcId!, refused: false };
    expect(offboarded(gone, [orders])).toEqual([['offboard', 'orders', orders.vpcId, true]]);
    expect(offboarded({ ...gone, vpcId: 'vpc-0b82f942dc6263d54' }, [orders])).toEqual([]);
  });

  test('offboards an account that has left from everything it is connected to', () => {
    const left: Change = { kind: 'account-left', accountId: '444455556666' };
    const gone = { ...account([]), state: null };
    expect(offboarded(left, [orders, admission], gone)).toEqual([['offboard', 'orders', null, true]]);
    // A look before the removal tells more.
    const unclear = account(undefined, 'UNKNOWN');
    expect(offboarded(left, [orders, admission], unclear)).toEqual([['offboard', 'orders', null, true]]);
  });

  test('takes no account for one that has left of which Organizations says that it is there', () => {
    const left: Change = { kind: 'account-left', accountId: '444455556666' };
    const { executions, skipped } = planned(left, { connected: [orders, admission] });
    expect(executions).toEqual([]);
    expect(skipped).toEqual([
      { connection: 'orders', reason: expect.stringMatching(/^Organizations shows the account as active/) },
    ]);
  });

  test('offboards an account that has moved out of what is offered, and only that', () => {
    const moved: Change = { kind: 'account', accountId: '444455556666' };
    expect(offboarded(moved, [admission], account(['o-a1b2c3d4e5/r-ab12/ou-ab12-other000/4/']))).toEqual([
      ['offboard', 'orders', null, true],
    ]);
    expect(offboarded(moved, [admission])).toEqual([]);
  });

  test.each<[string, Account]>([
    ['in which unit it is', { ...account(), paths: null }],
    ['whether it is active', { ...account(), state: 'UNKNOWN' }],
  ])('leaves an account alone of which Organizations does not say %s', (_, to) => {
    const moved: Change = { kind: 'account', accountId: '444455556666' };
    const { executions, skipped } = planned(moved, {
      connected: [admission],
      candidates: ['orders'],
      account: to,
    });
    expect(executions).toEqual([]);
    expect(skipped).toEqual([{ connection: 'orders', reason: expect.stringContaining('does not say') }]);
  });

  test.each<[string, Change, string, number]>([
    [
      'a lost tag',
      { kind: 'vpc', ...place, vpcId: orders.vpcId!, names: [], retagged: true },
      'untagged',
      600,
    ],
    ['a moved account', { kind: 'account', accountId: '444455556666' }, 'account', 600],
    ['an account that has left', { kind: 'account-left', accountId: '444455556666' }, 'account', 600],
    ['a deleted VPC', { kind: 'vpc-left', ...place, vpcId: orders.vpcId!, refused: false }, 'vpc-gone', 0],
    [
      'a VPC that cannot be deleted',
      { kind: 'vpc-left', ...place, vpcId: orders.vpcId!, refused: true },
      'vpc-deletion-refused',
      0,
    ],
  ])(
    'says that it is because of %s, and lets wait what may come back',
    (_, change, because, graceSeconds) => {
      const { executions } = planned(change, {
        connected: [orders],
        account: account(['o-a1b2c3d4e5/r-ab12/ou-ab12-other000/444455556666/']),
      });
      expect(executions).toMatchObject([{ workflow: 'offboard', input: { because }, graceSeconds }]);
    },
  );

  test('notes what is connected and not configured any more', () => {
    const left: Change = { kind: 'account-left', accountId: '444455556666' };
    expect(planned(left, { connected: [{ ...admission, connection: 'former' }] }).skipped).toEqual([
      { connection: 'former', reason: expect.stringContaining('not configured any more') },
    ]);
  });
});

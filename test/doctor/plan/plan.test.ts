import { describe, expect, test } from '@jest/globals';
import { type PlanReadings, planOf, type Seen } from '../../../doctor/plan/plan.ts';
import { printed } from '../../../doctor/plan/printed.ts';
import { destinationOf } from '../../../lambdas/shared/workflows/known-connections.ts';
import { connection, REMOVALS } from '../../connection.ts';

const A = '444455550001';
const B = '444455550002';
const UNIT = 'ou-ab12-l3zc8b3h';
const VPC = 'vpc-0a71e831cb5152c43';
const OTHER = 'vpc-0b71e831cb5152c43';

const account = (accountId: string, unit = UNIT, state = 'ACTIVE') => ({
  accountId,
  state,
  paths: [`o-1/r-ab12/${unit}/${accountId}/`],
});
const vpc = (vpcId: string, tags: string | null = 'orders') => ({ vpcId, tags });
const seen = (...findings: [string, Seen][]) =>
  new Map(findings.map(([accountId, found]) => [`${accountId} us-east-1`, found]));

/** Account A is offered orders and connected with one VPC that asks for it. */
function readings(changes: Partial<PlanReadings> = {}): PlanReadings {
  return {
    connections: [connection()],
    removals: REMOVALS,
    isDeployed: false,
    accounts: [account(A)],
    unknownUnits: new Map(),
    records: [
      { connection: 'orders', accountId: A, vpcId: null },
      { connection: 'orders', accountId: A, vpcId: VPC },
    ],
    standing: new Map(),
    known: new Map([['orders', destinationOf(connection())]]),
    seen: seen([A, { vpcs: [vpc(VPC)] }]),
    seenAt: '2026-11-20T09:00:00.000Z',
    ...changes,
  };
}
const lines = (changes: Partial<PlanReadings>) =>
  planOf(readings(changes)).connections.flatMap((one) =>
    one.lines.map(({ outcome, accountId, vpcId, why }) => `${outcome} ${accountId}/${vpcId}: ${why}`),
  );

describe('what a configuration would do', () => {
  test('is nothing where all stays as it is', () => {
    expect(lines({})).toEqual([`keep ${A}/${VPC}: it asks for it`]);
    expect(planOf(readings()).counts).toEqual({ connect: 0, cut: 0, leave: 0, keep: 1 });
  });

  test.each<[string, Partial<PlanReadings>, string[]]>([
    [
      'a VPC that asks is connected',
      { seen: seen([A, { vpcs: [vpc(VPC), vpc(OTHER, 'ledger Orders')] }]) },
      [`keep ${A}/${VPC}: it asks for it`, `connect ${A}/${OTHER}: it asks for it and is not connected`],
    ],
    [
      'every VPC, if the connection takes all',
      {
        connections: [connection({ vpcs: 'all', approval: 'required' })],
        seen: seen([A, { vpcs: [vpc(OTHER, null)] }]),
      },
      [`connect ${A}/${OTHER}: it asks for it and is not connected, when somebody has approved it`],
    ],
    [
      'but no default VPC, unless it is connected already',
      {
        connections: [connection({ vpcs: 'all' })],
        seen: seen([
          A,
          { vpcs: [vpc(VPC, null), vpc(OTHER, null)].map((one) => ({ ...one, isDefault: true })) },
        ]),
      },
      [`keep ${A}/${VPC}: it asks for it`],
    ],
    [
      'one that asks no more is cut',
      { seen: seen([A, { vpcs: [vpc(VPC, null)] }]) },
      [`cut ${A}/${VPC}: the VPC does not ask for it`],
    ],
    ['one that is gone is no matter', { seen: seen([A, { vpcs: [] }]) }, []],
    [
      'what a person has wished is kept',
      {
        seen: seen([A, { vpcs: [vpc(VPC, null)] }]),
        standing: new Map([[`${A}#orders#${VPC}`, { kind: 'wish' }]]),
      },
      [`keep ${A}/${VPC}: asked for by hand`],
    ],
    [
      'what a person has refused stays off',
      { records: [], standing: new Map([[`${A}#orders#account`, { kind: 'refusal' }]]) },
      [`leave ${A}/${VPC}: it was disconnected by hand, and stays so`],
    ],
    [
      'what was asked for since is connected',
      {
        records: [],
        standing: new Map([
          [`${A}#orders#account`, { kind: 'refusal' as const }],
          [`${A}#orders#${VPC}`, { kind: 'asked' as const }],
        ]),
      },
      [`connect ${A}/${VPC}: it asks for it and is not connected`],
    ],
    [
      'an account in another unit is cut',
      { accounts: [account(A, 'ou-ab12-other000')] },
      [
        `cut ${A}/${VPC}: the account is below none of accounts.organizationalUnits of connection orders, and not one of its accounts.accountIds`,
      ],
    ],
    [
      'an account that has left is cut, also without a VPC',
      { accounts: [], records: [{ connection: 'orders', accountId: A, vpcId: null }] },
      [`cut ${A}/null: the account is not in the organization`],
    ],
    [
      'an account that is dropped and cannot be entered stays',
      { accounts: [account(A, 'ou-ab12-other000')], seen: seen([A, { error: 'denied' }]) },
      [
        expect.stringMatching(
          new RegExp(`^leave ${A}/${VPC}: .*nobody can enter the account$`),
        ) as unknown as string,
      ],
    ],
    [
      'nothing is cut for a unit that the organization does not have',
      {
        accounts: [account(A, 'ou-ab12-other000')],
        unknownUnits: new Map([[UNIT, `${UNIT} is not in the organization`]]),
      },
      [
        expect.stringMatching(
          new RegExp(`^leave ${A}/${VPC}: .*${UNIT} is not in the organization$`),
        ) as unknown as string,
      ],
    ],
    [
      'nothing is cut where Organizations does not say enough',
      { accounts: [{ accountId: A, state: 'ACTIVE', paths: null }] },
      [expect.stringMatching(/^leave .*does not say in which organizational units/) as unknown as string],
    ],
    [
      'an account that nobody has looked into is told',
      { accounts: [account(A), account(B)], seen: seen([A, { error: 'denied' }]) },
      [
        `leave ${A}/${VPC}: the account could not be looked into: denied`,
        `leave ${B}/null: no reconciliation has looked into the account in this Region yet; its VPCs are connected as they ask`,
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(lines(changes)).toEqual(expected);
  });

  test.each([
    [{ region: 'eu-west-1' }],
    [{ subscriptionId: 99 }],
    [{ contract: 'endpoint-service' as const }],
    [{ name: 'billing' }],
  ])('is refused where a connection becomes another one: %j', (change) => {
    const plan = planOf(readings({ connections: [connection(change)] }));
    expect(plan.errors).toEqual([expect.stringMatching(/Nothing of it is changed/)]);
    expect(plan.counts).toEqual({ connect: 0, cut: 0, leave: 1, keep: 0 });
  });

  test('leaves what is connected of a connection that is taken out, and says so', () => {
    const plan = planOf(readings({ connections: [connection({ name: 'ledger', subscriptionId: 2 })] }));
    expect(plan.connections.map(({ name, isConfigured }) => [name, isConfigured])).toEqual([
      ['ledger', true],
      ['orders', false],
    ]);
    expect(plan.connections[1]!.lines).toEqual([
      { outcome: 'leave', accountId: A, vpcId: VPC, why: expect.stringMatching(/nobody looks after it/) },
    ]);
    expect(plan.errors).toEqual([]);
  });
});

describe('the plan in a pull request', () => {
  const many = Array.from({ length: 60 }, (_, index) => `vpc-${String(index).padStart(17, '0')}`);
  const cutting = readings({
    records: many.map((vpcId) => ({ connection: 'orders', accountId: A, vpcId })),
    seen: seen([A, { vpcs: [...many.map((vpcId) => vpc(vpcId, null)), vpc(OTHER)] }]),
  });

  test('says what is cut first, how much at once, and counts what is too long', () => {
    const text = printed(planOf(cutting), 'config/mine.yaml');
    expect(text).toMatch(/^# Plan of config\/mine\.yaml\n\nThe deployed configuration is another one/);
    expect(text).toContain('VPCs and their tags are as the reconciliation of 2026-11-20T09:00:00.000Z');
    expect(text).toMatch(
      /- \*\*cut\*\*: 10 more, which --json lists\n- connect: 444455550001\/vpc-0b71e831cb5152c43/,
    );
    expect(text).toContain('At most 6 of these go in an hour without a person');
    expect(text).toContain('1 to connect, **60 to cut**, 0 to leave as they are, 0 to keep.');
  });

  test('ends with why it may not be deployed', () => {
    const text = printed(planOf(readings({ connections: [connection({ region: 'eu-west-1' })] })), 'c');
    expect(text.split('\n').at(-1)).toMatch(
      /^\*\*Do not deploy this:\*\* connection orders is configured for/,
    );
  });
});

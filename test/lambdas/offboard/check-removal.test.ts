import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AccessDenied, InvalidRequest } from '../../../lambdas/shared/errors.ts';
import type { Connection } from '../../../lambdas/shared/workflows/configuration.ts';
import { connection, REMOVALS } from '../../connection.ts';
import { ACCOUNT, aws, awsError, errorOf, VPC } from '../aws/stub.ts';

let connections: Connection[];
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections, removals: REMOVALS }),
}));
let inTheWay: () => Promise<string[]>;
jest.unstable_mockModule('../../../lambdas/aws/resources/dependents.ts', () => ({
  otherDependents: () => inTheWay(),
}));
const noted: unknown[] = [];
let wished: object | undefined;
/** What is noted of the account as such; left out, what is noted of the VPC. */
let ofWholeAccount: object | undefined;
jest.unstable_mockModule('../../../lambdas/shared/workflows/standing.ts', () => ({
  noteStanding: async (...given: unknown[]) => noted.push(given),
  forgetStanding: async (...given: unknown[]) => noted.push(['forgotten', ...given]),
  readStanding: async ({ vpcId }: { vpcId: string | null }) =>
    vpcId === null ? (ofWholeAccount ?? wished) : wished,
}));
let change: Error | undefined;
jest.unstable_mockModule('../../../lambdas/shared/workflows/known-connections.ts', () => ({
  requireUnchanged: async () => {
    if (change) throw change;
  },
}));
let isLeft: boolean;
jest.unstable_mockModule('../../../lambdas/offboard/holding/budget.ts', () => ({
  takeFromBudget: async () => isLeft,
}));
let held: object | undefined;
const holding: string[] = [];
jest.unstable_mockModule('../../../lambdas/shared/workflows/holds.ts', () => ({
  readHold: async () => held,
  noteHold: async (hold: { reason: string }) => holding.push(hold.reason),
  forgetHold: async () => holding.push('forgotten'),
  claimTelling: async () => true,
  nameOf: () => 'name',
}));
const { handler } = await import('../../../lambdas/offboard/check-removal.ts');

/** When the execution was started, which counts. */
const SINCE = '2026-11-20T09:00:00.000Z';
const UNIT = 'ou-ab12-l3zc8b3h';
const OTHER = 'ou-ab12-other000';
const inUnit = (unit: string) => ({
  DescribeAccount: { Account: { Id: ACCOUNT, State: 'ACTIVE', Paths: [`o-1/r-1/${unit}/${ACCOUNT}/`] } },
});
const tagged = (Value: string) => ({
  DescribeVpcs: { Vpcs: [{ VpcId: VPC, Tags: [{ Key: 'redis-privatelink', Value }] }] },
});
const request = (changes: object = {}) => ({
  connection: { name: 'orders' },
  accountId: ACCOUNT,
  vpcId: VPC,
  because: 'untagged',
  ...changes,
});
const ofAccount = { vpcId: null, because: 'account' };

beforeEach(() => {
  connections = [connection()];
  noted.length = 0;
  holding.length = 0;
  isLeft = true;
  change = undefined;
  wished = undefined;
  ofWholeAccount = undefined;
  held = undefined;
});

test('looks at the tag in the account, and asks Organizations only if that matters', async () => {
  const { calls } = aws(tagged('ledger'));
  expect(await handler(request())).toEqual({
    goes: true,
    reason: expect.stringContaining('does not ask'),
    held: false,
    tells: false,
    notes: [],
  });
  expect(calls.map(({ action }) => action)).toEqual(['AssumeRole', 'DescribeVpcs']);
  expect(calls[1]).toMatchObject({ region: 'us-east-1', input: { VpcIds: [VPC] } });
});

test.each<[string, object, object, boolean]>([
  ['a tag that is back keeps it', {}, { ...tagged('orders'), ...inUnit(UNIT) }, false],
  ['a VPC that is gone goes', {}, { DescribeVpcs: awsError('InvalidVpcID.NotFound') }, true],
  [
    'an account that cannot be entered keeps it',
    {},
    { DescribeVpcs: awsError('UnauthorizedOperation'), ...inUnit(UNIT) },
    false,
  ],
  ['a VPC of which AWS says nothing stays', {}, { DescribeVpcs: {}, ...inUnit(UNIT) }, false],
  ['an account that is back stays', ofAccount, inUnit(UNIT), false],
  [
    'an account that is elsewhere goes',
    ofAccount,
    { ...inUnit(OTHER), DescribeOrganizationalUnit: {} },
    true,
  ],
  [
    'an account that is gone goes',
    ofAccount,
    { DescribeAccount: awsError('AccountNotFoundException'), DescribeOrganizationalUnit: {} },
    true,
  ],
  [
    'an account of which nothing is said stays',
    ofAccount,
    { DescribeAccount: { Account: { Id: ACCOUNT } } },
    false,
  ],
  [
    'an account stays while the unit of the configuration is unknown',
    ofAccount,
    { ...inUnit(OTHER), DescribeOrganizationalUnit: awsError('OrganizationalUnitNotFoundException') },
    false,
  ],
])('%s', async (_, changes, answers, goes) => {
  aws(answers as Parameters<typeof aws>[0]);
  expect(await handler(request(changes))).toMatchObject({ goes });
});

test('looks for nothing where the connection was another one, whoever asks', async () => {
  const { calls } = aws({});
  change = new InvalidRequest('It was another one.');
  for (const because of ['untagged', null]) {
    expect(await errorOf(handler(request({ because })))).toMatchObject({ name: 'InvalidRequest' });
  }
  expect(calls).toEqual([]);
});

test.each<[string, object, object, boolean]>([
  ['an account that can be entered goes', {}, {}, true],
  ['one that cannot be entered stays', {}, { AssumeRole: awsError('AccessDenied') }, false],
  [
    'one that cannot be entered goes by an event',
    { because: 'account' },
    { AssumeRole: awsError('AccessDenied') },
    true,
  ],
  [
    'one that is closed goes',
    {},
    {
      AssumeRole: awsError('AccessDenied'),
      DescribeAccount: {
        Account: { Id: ACCOUNT, State: 'SUSPENDED', Paths: [`o-1/r-1/${OTHER}/${ACCOUNT}/`] },
      },
    },
    true,
  ],
])('to which nothing is offered any more: %s', async (_, changes, answers, goes) => {
  aws({ ...inUnit(OTHER), DescribeOrganizationalUnit: {}, ...answers } as Parameters<typeof aws>[0]);
  expect(await handler(request({ vpcId: null, because: 'reconciliation', ...changes }))).toMatchObject({
    goes,
  });
});

test.each([
  [
    'Organizations does not answer',
    { DescribeAccount: awsError('TooManyRequestsException') },
    'AwsUnavailable',
  ],
  ['Organizations refuses to', { DescribeAccount: awsError('AccessDeniedException') }, 'AccessDenied'],
])('decides nothing when %s', async (_, answers, name) => {
  aws(answers);
  expect((await errorOf(handler(request(ofAccount)))).name).toBe(name);
});

const REFUSED = { because: 'vpc-deletion-refused' };

test('disconnects a VPC that only this system keeps alive, and notes it for a day', async () => {
  inTheWay = async () => [];
  aws({ ...tagged('orders'), ...inUnit(UNIT) });
  expect(await handler(request(REFUSED))).toMatchObject({ goes: true });
  const [[place, { kind, at, until }]] = noted as [[object, Record<string, string>]];
  expect([place, kind]).toEqual([{ accountId: ACCOUNT, connection: 'orders', vpcId: VPC }, 'deletion']);
  expect(Date.parse(until!) - Date.parse(at!)).toBe(24 * 60 * 60 * 1000);
});

test.each<[string, () => Promise<string[]>]>([
  ['something else is in the way', async () => ['eni-1']],
  [
    'the account does not let anybody look',
    async () => {
      throw new AccessDenied('ec2:DescribeNetworkInterfaces');
    },
  ],
])('leaves a VPC connected whose deletion is refused while %s', async (_, look) => {
  inTheWay = look;
  aws({ ...tagged('orders'), ...inUnit(UNIT) });
  expect(await handler(request(REFUSED))).toMatchObject({ goes: false });
  expect(noted).toEqual([]);
});

test('holds what goes beyond the budget, unless a person has released it or nobody loses anything', async () => {
  isLeft = false;
  aws(tagged('ledger'));
  expect(await handler(request())).toMatchObject({ goes: false, held: true, tells: true });
  expect(holding).toEqual([expect.stringContaining('does not ask')]);
  aws(tagged('ledger'));
  expect(await handler(request({ released: true }))).toMatchObject({ goes: true, held: false });
  expect(holding).toContain('forgotten');
  aws({ DescribeVpcs: awsError('InvalidVpcID.NotFound') });
  expect(await handler(request())).toMatchObject({ goes: true, held: false });
});

test('goes on holding what is held, whatever the budget', async () => {
  held = { until: '2026-11-21', reason: 'x' };
  aws(tagged('ledger'));
  expect(await handler(request())).toMatchObject({
    goes: false,
    held: true,
    reason: expect.stringMatching(/until 2026-11-21/),
  });
});

test.each([
  ['before', '2026-11-20T09:00:00.000Z', false],
  ['after', '2026-11-20T11:00:00.000Z', true],
])('a wish counts if the whole account was disconnected by hand %s it', async (_, at, goes) => {
  wished = { kind: 'wish', at: '2026-11-20T10:00:00.000Z' };
  ofWholeAccount = { kind: 'refusal', at };
  aws({ ...tagged('ledger'), ...inUnit(UNIT) });
  expect(await handler(request())).toMatchObject({ goes });
});

test('what a person has wished stays, as long as its account is there', async () => {
  wished = { kind: 'wish', at: 'AT' };
  aws({ ...tagged('ledger'), ...inUnit(UNIT) });
  expect(await handler(request())).toMatchObject({ goes: false, held: false });
  aws({ ...tagged('ledger'), DescribeAccount: awsError('AccountNotFoundException') });
  expect(await handler(request())).toMatchObject({ goes: true });
});

describe('what a person removes goes', () => {
  test.each<[string, object, object, RegExp | null]>([
    [
      'and is noted if its tag asks',
      {},
      tagged('orders'),
      /although its tag says orders; remove the tag, or start/,
    ],
    [
      'and is noted if nobody can look',
      {},
      { DescribeVpcs: awsError('UnauthorizedOperation') },
      /^it stays disconnected; start onboard/,
    ],
    ['and is noted if it is an account', { vpcId: null }, {}, /^it stays disconnected; start onboard/],
    ['and is forgotten if nothing asks', {}, tagged('ledger'), null],
    ['and is forgotten if it is not there', {}, { DescribeVpcs: awsError('InvalidVpcID.NotFound') }, null],
  ])('%s', async (_, changes, answers, note) => {
    isLeft = false;
    aws(answers as Parameters<typeof aws>[0]);
    const outcome = await handler(request({ because: null, since: SINCE, ...changes }));
    expect(outcome).toMatchObject({ goes: true, held: false });
    expect(outcome.notes).toEqual(note ? [expect.stringMatching(note)] : []);
    const place = { accountId: ACCOUNT, connection: 'orders', vpcId: VPC, ...changes };
    expect(noted).toEqual(
      note
        ? [[place, expect.objectContaining({ kind: 'refusal', at: SINCE }), null]]
        : [['forgotten', place, 'removal', SINCE]],
    );
  });
});

test('refuses a connection that is configured no more', async () => {
  connections = [];
  aws({});
  expect((await errorOf(handler(request(ofAccount)))).name).toBe('InvalidRequest');
});

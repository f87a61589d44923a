import { beforeEach, expect, jest, test } from '@jest/globals';
import { AccessDenied } from '../../../lambdas/shared/errors.ts';
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
jest.unstable_mockModule('../../../lambdas/shared/workflows/standing.ts', () => ({
  noteStanding: async (...given: unknown[]) => noted.push(given),
}));
const { handler } = await import('../../../lambdas/offboard/check-removal.ts');

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
});

test('looks at the tag in the account, and asks Organizations only if that matters', async () => {
  const { calls } = aws(tagged('ledger'));
  expect(await handler(request())).toEqual({ goes: true, reason: expect.stringContaining('does not ask') });
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

test('refuses a connection that is configured no more', async () => {
  connections = [];
  aws({});
  expect((await errorOf(handler(request(ofAccount)))).name).toBe('InvalidRequest');
});

import { beforeEach, expect, jest, test } from '@jest/globals';
import type { Connection } from '../../../lambdas/shared/workflows/configuration.ts';
import { connection } from '../../connection.ts';
import { aws, awsError, errorOf } from '../aws/stub.ts';

let connections: Connection[];
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections }),
}));
const { handler } = await import('../../../lambdas/reconcile/list-offered-accounts.ts');

const unit = (organizationalUnit: string, excludedAccountIds: string[] = []) => ({
  accounts: { organizationalUnits: [organizationalUnit], accountIds: [], excludedAccountIds },
});
const account = (Id: string, ou: string, State = 'ACTIVE') => ({
  Id,
  State,
  Paths: [`o-1/r-1/${ou}/${Id}/`],
});

beforeEach(() => {
  connections = [
    connection({ name: 'orders', ...unit('ou-1') }),
    connection({ name: 'sessions', ...unit('r-1', ['333333333333']) }),
  ];
});

test('gives the accounts of all pages with what is offered to them, in the order of their ids', async () => {
  const { calls } = aws({
    ListAccounts: [
      { Accounts: [account('333333333333', 'ou-1'), account('222222222222', 'ou-2')], NextToken: 'p2' },
      { Accounts: [], NextToken: 'p3' },
      { Accounts: [account('111111111111', 'ou-1')] },
    ],
  });
  expect(await handler({})).toEqual({
    connections: ['orders', 'sessions'],
    accounts: ['111111111111 0,1', '222222222222 1', '333333333333 0'],
  });
  expect(calls.map(({ input, region }) => [input.NextToken, region])).toEqual([
    [undefined, 'us-east-1'],
    ['p2', 'us-east-1'],
    ['p3', 'us-east-1'],
  ]);
});

test('leaves out accounts that are not active, or to which nothing is offered', async () => {
  connections = connections.slice(0, 1);
  aws({
    ListAccounts: {
      Accounts: [
        account('111111111111', 'ou-1', 'SUSPENDED'),
        account('222222222222', 'ou-2'),
        account('333333333333', 'ou-1'),
      ],
    },
  });
  expect((await handler({})).accounts).toEqual(['333333333333 0']);
});

test('fails rather than give a part of the list', async () => {
  const Accounts = [account('111111111111', 'ou-1')];
  aws({ ListAccounts: [{ Accounts, NextToken: 'p2' }, awsError('TooManyRequestsException')] });
  expect((await errorOf(handler({}))).name).toBe('AwsUnavailable');
});

const accounts = (number: number) =>
  Array.from({ length: number }, (_, index) => account(String(100_000_000_000 + index), 'ou-1'));

test('ten thousand accounts fit into the state of a workflow', async () => {
  connections = [0, 1, 2, 3].map((index) => connection({ name: `connection-${index}`, ...unit('r-1') }));
  aws({ ListAccounts: { Accounts: accounts(10_000) } });
  const answer = await handler({});
  expect(answer.accounts).toHaveLength(10_000);
  expect(JSON.stringify(answer).length).toBeLessThan(250 * 1024);
});

test('says so where they do not fit', async () => {
  aws({ ListAccounts: { Accounts: accounts(15_000) } });
  const error = await errorOf(handler({}));
  expect(error.name).toBe('PreconditionFailed');
  expect(error.message).toContain('15000 accounts');
});

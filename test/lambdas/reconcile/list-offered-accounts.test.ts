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

let items: ReturnType<typeof aws>['items'];
const organization = (...answers: Parameters<typeof aws>) => {
  const made = aws(...answers);
  ({ items } = made);
  return made;
};

/** What it answers, with the accounts of the batches that it has kept. */
async function list() {
  const { accounts, batches, doubt, ...answer } = await handler({ run: 'run-1' });
  const kept = (kind: string, count: number): string[] =>
    [...Array(count).keys()].flatMap((batch) => JSON.parse(items.get(`${kind}#${batch}`)!.body!.S!));
  const { batches: unclear, ...why } = doubt;
  expect(kept('offered', batches)).toHaveLength(accounts);
  return {
    ...answer,
    accounts: kept('offered', batches),
    doubt: { accounts: kept('unclear', unclear), ...why },
  };
}

beforeEach(() => {
  connections = [
    connection({ name: 'orders', ...unit('ou-1') }),
    connection({ name: 'sessions', ...unit('r-1', ['333333333333']) }),
  ];
});

test('gives the accounts of all pages with what is offered to them, in the order of their ids', async () => {
  const { calls } = organization({
    ListAccounts: [
      { Accounts: [account('333333333333', 'ou-1'), account('222222222222', 'ou-2')], NextToken: 'p2' },
      { Accounts: [], NextToken: 'p3' },
      { Accounts: [account('111111111111', 'ou-1')] },
    ],
  });
  expect(await list()).toEqual({
    connections: ['orders', 'sessions'],
    accounts: ['111111111111 0,1', '222222222222 1', '333333333333 0'],
    doubt: { accounts: [], why: [], units: [] },
  });
  expect(calls.map(({ input, region }) => [input.NextToken, region])).toEqual([
    [undefined, 'us-east-1'],
    ['p2', 'us-east-1'],
    ['p3', 'us-east-1'],
  ]);
});

test('leaves out accounts that are not active, or to which nothing is offered', async () => {
  connections = connections.slice(0, 1);
  organization({
    ListAccounts: {
      Accounts: [
        account('111111111111', 'ou-1', 'SUSPENDED'),
        account('222222222222', 'ou-2'),
        account('333333333333', 'ou-1'),
      ],
    },
  });
  expect((await list()).accounts).toEqual(['333333333333 0']);
});

test('lists apart those of which Organizations does not say enough', async () => {
  organization({
    ListAccounts: {
      Accounts: [
        account('111111111111', 'ou-1'),
        { Id: '222222222222', State: 'ACTIVE' },
        { Id: '333333333333', Paths: account('333333333333', 'ou-1').Paths },
      ],
    },
  });
  expect(await list()).toMatchObject({
    accounts: ['111111111111 0,1'],
    doubt: {
      // One is excluded from the second connection, whatever Organizations says.
      accounts: ['222222222222 0,1', '333333333333 0'],
      why: [expect.stringContaining('222222222222'), expect.stringContaining('333333333333')],
      units: [],
    },
  });
});

test.each([
  ['does not exist', 'OrganizationalUnitNotFoundException', /ou-3 is not in the organization/],
  ['cannot be asked about', 'AccessDeniedException', /whether ou-3 is in the organization/],
])('a unit of the configuration that %s makes nobody a stranger', async (_, code, what) => {
  connections = [
    connection({ name: 'orders', ...unit('ou-3') }),
    connection({ name: 'all', ...unit('r-2') }),
  ];
  const { calls } = organization({
    ListAccounts: {
      Accounts: [account('111111111111', 'ou-1'), account('222222222222', 'ou-2', 'SUSPENDED')],
    },
    DescribeOrganizationalUnit: awsError(code),
  });
  expect(await list()).toEqual({
    connections: ['orders', 'all'],
    accounts: [],
    doubt: {
      accounts: ['111111111111 0,1'],
      why: [expect.stringMatching(what), expect.stringMatching(/r-2 is not in the organization/)],
      units: [expect.stringMatching(what), expect.stringMatching(/r-2 is not in the organization/)],
    },
  });
  expect(calls.filter(({ action }) => action === 'DescribeOrganizationalUnit')).toHaveLength(1);
});

test('a unit without accounts is asked about, and is no mistake', async () => {
  connections = [connection({ name: 'orders', ...unit('ou-3') })];
  organization({
    ListAccounts: { Accounts: [account('111111111111', 'ou-1')] },
    DescribeOrganizationalUnit: { OrganizationalUnit: { Id: 'ou-3' } },
  });
  expect(await list()).toMatchObject({ accounts: [], doubt: { accounts: [], units: [] } });
});

test('fails rather than give a part of the list', async () => {
  const Accounts = [account('111111111111', 'ou-1')];
  organization({ ListAccounts: [{ Accounts, NextToken: 'p2' }, awsError('TooManyRequestsException')] });
  expect((await errorOf(list())).name).toBe('ListingUnfinished');
});

test('is not answered where Organizations shows nobody', async () => {
  organization({ ListAccounts: awsError('TooManyRequestsException') });
  expect((await errorOf(list())).name).toBe('AwsUnavailable');
});

test('a refusal for good is none that another attempt ends', async () => {
  const Accounts = [account('111111111111', 'ou-1')];
  organization({ ListAccounts: [{ Accounts, NextToken: 'p2' }, awsError('AccessDeniedException')] });
  expect((await errorOf(list())).name).toBe('AccessDenied');
});

/** An organization with an account on each page, which shows so many pages before it wants to be left alone for a while. */
function pagesOf(count: number, atOnce = Number.POSITIVE_INFINITY) {
  let shown = 0;
  return ({ NextToken }: { NextToken: string | undefined }) => {
    if (shown === atOnce) {
      shown = 0;
      return awsError('TooManyRequestsException');
    }
    shown += 1;
    const page = Number(NextToken ?? 1);
    return {
      Accounts: [account(String(100_000_000_000 + page), 'ou-1')],
      NextToken: page < count ? String(page + 1) : undefined,
    };
  };
}

/** The attempts until the list is whole. */
async function attempts(): Promise<{ unfinished: number; accounts: string[] }> {
  for (let unfinished = 0; ; unfinished++) {
    try {
      return { unfinished, accounts: (await list()).accounts };
    } catch (error) {
      expect((error as Error).name).toBe('ListingUnfinished');
    }
  }
}

test('goes on in the next attempt where Organizations has shown enough for now, however often', async () => {
  const { calls } = organization({ ListAccounts: pagesOf(61, 2) }, []);
  const { unfinished, accounts } = await attempts();
  expect(unfinished).toBe(30);
  expect(new Set(accounts).size).toBe(61);
  expect(calls.filter(({ input }) => input.NextToken === undefined)).toHaveLength(1);
});

test('an attempt ends after a hundred pages, long before its time is over', async () => {
  organization({ ListAccounts: pagesOf(250) }, []);
  const { unfinished, accounts } = await attempts();
  expect(unfinished).toBe(2);
  expect(new Set(accounts).size).toBe(250);
});

test('lists again what an attempt has listed that does not go on where the one before has ended', async () => {
  organization({ ListAccounts: pagesOf(5, 2) }, []);
  await errorOf(list());
  await errorOf(list());
  items.set('listed#0', { ...items.get('listed#1')! });
  expect(new Set((await attempts()).accounts).size).toBe(5);
});

const accounts = (number: number) =>
  Array.from({ length: number }, (_, index) => account(String(100_000_000_000 + index), 'ou-1'));

test('keeps ten accounts in a batch, for as long as the run', async () => {
  organization({ ListAccounts: { Accounts: accounts(21) } }, []);
  expect((await handler({ run: 'run-1' })).batches).toBe(3);
  expect([...items.values()].map(({ pk, body }) => [pk?.S, JSON.parse(body!.S!).length])).toEqual(
    expect.arrayContaining([10, 10, 1].map((count) => ['run#run-1', count])),
  );
  for (const { expires } of items.values()) {
    expect(Number(expires!.N) - Date.now() / 1000).toBeCloseTo(7 * 24 * 60 * 60, -2);
  }
});

test('lists fifteen thousand accounts to each of which two hundred connections are offered', async () => {
  connections = Array.from({ length: 200 }, (_, index) =>
    connection({ name: `connection-${index}`, ...unit('r-1') }),
  );
  organization({ ListAccounts: { Accounts: accounts(15_000) } }, []);
  const answer = await handler({ run: 'run-1' });
  expect(answer).toMatchObject({ accounts: 15_000, batches: 1_500 });
  expect(JSON.stringify(answer).length).toBeLessThan(10 * 1024);
  const last: string[] = JSON.parse(items.get('offered#1499')!.body!.S!);
  expect(last.at(-1)!.split(',')).toHaveLength(200);
});

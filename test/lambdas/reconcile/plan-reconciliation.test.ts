import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { LocalCloud, VirtualClock } from 'local-cloud';
import type { Finding } from '../../../lambdas/reconcile/comparing/findings.ts';
import { packed } from '../../../lambdas/reconcile/comparing/packing.ts';
import type { Connection } from '../../../lambdas/shared/workflows/configuration.ts';
import { A, B, found, orders, REGION, snapshot, unreachable, VPC } from './comparing/knowledge.ts';

let connections: Connection[];
jest.unstable_mockModule('../../../lambdas/shared/workflows/configuration.ts', () => ({
  configuration: () => ({ connections }),
}));

const AT = '2026-11-20T10:00:00.000Z';
const DAY = 24 * 60 * 60;
const TABLE = { TableName: 'table' };

let cloud: LocalCloud;
let client: DynamoDBClient;
let handler: typeof import('../../../lambdas/reconcile/plan-reconciliation.ts').handler;
let { writeAccounts, writeFindings } =
  {} as typeof import('../../../lambdas/reconcile/comparing/looks-store.ts');

beforeAll(async () => {
  cloud = await LocalCloud.start({ clock: new VirtualClock(Date.parse(AT)) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: cloud.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '999999999999',
    AWS_SECRET_ACCESS_KEY: 'x',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    TABLE_NAME: TABLE.TableName,
    EVERY_MINUTES: '360',
  });
  client = new DynamoDBClient({});
  ({ handler } = await import('../../../lambdas/reconcile/plan-reconciliation.ts'));
  ({ writeAccounts, writeFindings } = await import('../../../lambdas/reconcile/comparing/looks-store.ts'));
});

afterAll(async () => {
  client.destroy();
  await cloud.close();
});

beforeEach(async () => {
  connections = [orders];
  await client.send(
    new CreateTableCommand({
      ...TABLE,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

afterEach(() => client.send(new DeleteTableCommand(TABLE)));

const put = (pk: string, sk: string, more: Record<string, { S: string }> = {}) =>
  client.send(new PutItemCommand({ ...TABLE, Item: { pk: { S: pk }, sk: { S: sk }, ...more } }));
const get = async (pk: string, sk: string) =>
  (await client.send(new GetItemCommand({ ...TABLE, Key: { pk: { S: pk }, sk: { S: sk } } }))).Item;
const json = async (pk: string, sk: string, attribute: string) =>
  JSON.parse((await get(pk, sk))?.[attribute]?.S ?? 'null');

/** Stores what the earlier steps of a run have seen. */
async function see(
  findings: Finding[],
  pages: object[] = [{ ...snapshot(), next: null }],
  run = 'run-1',
): Promise<void> {
  const from = pages.map((_, index) => (pages[index - 1] as { next?: number } | undefined)?.next ?? 0);
  await Promise.all([
    writeFindings(run, 0, findings),
    ...pages.map((page, index) =>
      put(`run#${run}`, `reading#orders#${from[index]}`, { body: { S: JSON.stringify(page) } }),
    ),
  ]);
}

interface Changes {
  accounts?: string[] | null;
  run?: string;
  [changed: string]: unknown;
}

/** Plans with these accounts, as an earlier step has listed them; null: it could not. */
async function plan({ accounts = [`${A} 0`], ...changes }: Changes = {}) {
  const { run = 'run-1' } = changes;
  const batches = accounts && (await writeAccounts(run, 'offered', accounts));
  return handler({ run, batches, dryRun: false, at: AT, ...changes });
}
const REPORT = ['reconcile', `report#${AT}#run-1`] as const;
const unwanted = found({ vpcs: [] });
const KEY = `orders ${A} ${VPC}`;

test('decides from what the table holds, and stores what is to be started', async () => {
  await see([found({ endpoints: [] })]);

  const summary = await plan();

  expect(summary).toEqual({
    batches: 1,
    counts: {
      accounts: 1,
      vpcs: 1,
      endpoints: 0,
      principals: 1,
      onboard: 1,
      offboard: 0,
      dueNext: 0,
      // The connection that Redis Cloud shows is not this system's.
      reported: 1,
      invitationsNearExpiry: 0,
      leftovers: 0,
      unreachable: 0,
    },
    incomplete: [],
    news: null,
    report: { pk: REPORT[0], sk: REPORT[1] },
  });
  const [execution, ...others] = await json('run#run-1', 'batch#0', 'body');
  expect(execution).toMatchObject({
    workflow: 'onboard',
    input: { accountId: A, vpcId: VPC, region: REGION },
  });
  expect(others).toEqual([]);
  expect(await json(...REPORT, 'report')).toEqual({
    run: 'run-1',
    at: AT,
    dryRun: false,
    counts: summary.counts,
    incomplete: [],
    differences: [
      {
        workflow: 'onboard',
        connection: 'orders',
        accountId: A,
        vpcId: VPC,
        region: REGION,
        why: 'it has no endpoint',
        outcome: 'start',
      },
    ],
    reported: [expect.objectContaining({ kind: 'connection not made by this system' })],
    leftOut: { incomplete: 0, differences: 0, reported: 0 },
  });
  expect(await json(...REPORT, 'counts')).toEqual(summary.counts);
});

test("a run's items expire, what is due does not", async () => {
  await see([found({ endpoints: [] })]);
  await plan();
  const began = Date.parse(AT) / 1000;
  expect((await get('run#run-1', 'batch#0'))?.expires).toEqual({ N: String(began + 7 * DAY) });
  expect((await get('run#run-1', 'due-before'))?.expires).toEqual({ N: String(began + 7 * DAY) });
  expect((await get(...REPORT))?.expires).toEqual({ N: String(began + 90 * DAY) });
  expect((await get('reconcile', 'due'))?.expires).toBeUndefined();
});

test('puts executions into batches of a hundred', async () => {
  const ids = Array.from({ length: 201 }, (_, index) => String(100_000_000_000 + index));
  await see(ids.map((accountId) => found({ accountId, endpoints: [] })));
  const { batches } = await plan({ accounts: ids.map((id) => `${id} 0`) });
  expect(batches).toBe(3);
  const stored = await Promise.all([0, 1, 2, 3].map((n) => json('run#run-1', `batch#${n}`, 'body')));
  expect(stored.map((batch) => batch?.length)).toEqual([100, 100, 1, undefined]);
  const started = stored.flatMap((batch) => batch ?? []).map(({ input }) => input.accountId);
  expect(started).toEqual(ids);
});

describe('removals', () => {
  test('start in the second run in a row that finds them due', async () => {
    await see([unwanted]);
    expect((await plan()).counts).toMatchObject({ offboard: 0, dueNext: 1 });
    expect(await json('reconcile', 'due', 'due')).toEqual([KEY]);

    await see([unwanted], undefined, 'run-2');
    expect((await plan({ run: 'run-2' })).counts).toMatchObject({ offboard: 1, dueNext: 0 });
  });

  test('are not due twice because one run plans twice', async () => {
    await see([unwanted]);
    const first = await plan();
    expect(await plan()).toEqual(first);
    expect(first.counts).toMatchObject({ offboard: 0, dueNext: 1 });
  });

  test('start a new execution when one run plans twice', async () => {
    await put('reconcile', 'due', { due: { S: JSON.stringify([KEY]) } });
    await see([unwanted]);
    const first = await plan();
    const batch = await json('run#run-1', 'batch#0', 'body');
    expect(await plan()).toEqual(first);
    expect(await json('run#run-1', 'batch#0', 'body')).toEqual(batch);
    expect(batch).toMatchObject([{ workflow: 'offboard' }]);
  });

  test('are not due any more after a run that could not list the accounts', async () => {
    await put('reconcile', 'due', { due: { S: JSON.stringify([KEY]) } });
    await see([unwanted]);
    const summary = await plan({ accounts: null });
    expect(summary).toMatchObject({ batches: 0, incomplete: ['the list of accounts'] });
    expect(await json('reconcile', 'due', 'due')).toEqual([]);
  });

  test.each([
    [`connection#orders`, 1],
    [`connection#orders#${VPC}`, 1],
    ['connection#orders-2', 0],
    ['something#orders', 0],
  ])('of an account need the record that it was admitted: %s is %i', async (sk, offboard) => {
    await put(`account#${A}`, sk);
    await put('reconcile', 'due', { due: { S: JSON.stringify([`orders ${A}`]) } });
    await see([], [{ ...snapshot({ owners: [] }), next: null }]);
    expect((await plan({ accounts: [] })).counts).toMatchObject({
      offboard,
      reported: 1 - offboard,
    });
  });
});

test('a dry run decides the same and writes nothing but its report', async () => {
  await put('reconcile', 'due', { due: { S: JSON.stringify([KEY]) } });
  await see([unwanted]);
  const dry = await plan({ dryRun: true });
  expect(dry).toMatchObject({ batches: 0, counts: { offboard: 1 } });
  expect(await get('run#run-1', 'batch#0')).toBeUndefined();
  expect(await get('run#run-1', 'due-before')).toBeUndefined();
  expect(await json('reconcile', 'due', 'due')).toEqual([KEY]);
  expect(await json(...REPORT, 'report')).toMatchObject({
    dryRun: true,
    differences: [{ workflow: 'offboard', outcome: 'start' }],
  });

  await see([found()]);
  await plan({ dryRun: true });
  expect(await json('reconcile', 'due', 'due')).toEqual([KEY]);
});

describe('a snapshot', () => {
  const page = (from: number, next: number | null) => ({
    ...snapshot({ principals: [`${String(100_000_000_000 + from)} associated`], owners: [] }),
    next,
  });

  test('is put together from all its pages, in whatever order the table has them', async () => {
    await see([found()], [page(0, 4_000), page(4_000, 10_000), page(10_000, null)]);
    expect((await plan()).counts).toMatchObject({ principals: 3 });
  });

  test.each<[string, object[]]>([
    ['with a page missing', [page(0, 4_000)]],
    ['whose last page failed', [page(0, 4_000), { error: 'RateLimited: x', next: null }]],
    ['that failed', [{ error: 'AccessDenied: x' }]],
    ['that is not there', []],
    ['of another form', [{ ...page(0, null), owners: undefined }]],
    ['that goes round', [page(0, 0)]],
  ])('%s plans nothing', async (_, pages) => {
    await put('reconcile', 'due', { due: { S: JSON.stringify([KEY]) } });
    await see([unwanted], pages);
    const summary = await plan();
    expect(summary).toMatchObject({ batches: 0, incomplete: ['connection orders'] });
    expect(await json(...REPORT, 'report')).toMatchObject({ differences: [{ outcome: 'held' }] });
  });
});

test.each<[string, string]>([
  ['is not packed', '{"vpcs"'],
  ['is not a list', packed({ vpcs: [] })],
  ['has no place', packed([{ vpcs: [], endpoints: [] }])],
  ['lacks a list', packed([{ accountId: A, region: REGION, vpcs: [], endpoints: [] }])],
])('a finding that %s is an account that was not looked into', async (_, body) => {
  await see([]);
  await put('run#run-1', 'found#0#0', { body: { S: body } });
  const summary = await plan();
  expect(summary).toMatchObject({ batches: 0, counts: { unreachable: 1 } });
});

test('a list of accounts that was made with other connections is none', async () => {
  await see([unwanted]);
  const made = (names: string[]) => plan({ connections: names });
  expect((await made(['orders'])).incomplete).toEqual([]);
  expect((await made(['new', 'orders'])).incomplete).toEqual(['the list of accounts']);
});

test.each<[string, string | undefined]>([
  ['is not JSON', '["'],
  ['names no connection', JSON.stringify([`${B} `])],
  ['names no account', JSON.stringify(['1 0'])],
  ['is missing', undefined],
])('a list of accounts of which a batch %s is none', async (_, body) => {
  await see([unwanted]);
  if (body !== undefined) await put('run#run-1', 'offered#1', { body: { S: body } });
  await writeAccounts('run-1', 'offered', [`${A} 0`]);
  const input = { run: 'run-1', batches: 2, dryRun: false, at: AT };
  expect((await handler(input)).incomplete).toEqual(['the list of accounts']);
});

test('accounts of which nothing can be told are left alone, and so are all where their list is not whole', async () => {
  await see([unwanted]);
  const doubt = {
    batches: await writeAccounts('run-1', 'unclear', [`${A} 0`]),
    why: ['A: no paths'],
    units: [],
  };
  const { counts, incomplete } = await plan({ accounts: [], doubt });
  expect(incomplete).toEqual(['what is offered to 1 accounts']);
  expect(counts).toMatchObject({ offboard: 0, dueNext: 0 });
  expect((await plan({ accounts: [], doubt: { ...doubt, batches: 2 } })).incomplete).toEqual([
    'the list of accounts',
  ]);
});

test('a run that began before an update, whose list is not in batches, plans nothing', async () => {
  await see([unwanted]);
  const input = { run: 'run-1', accounts: [`${A} 0`], dryRun: false, at: AT };
  expect(await handler(input)).toMatchObject({ batches: 0, incomplete: ['the list of accounts'] });
});

test('what could not be looked at is told in a few lines', async () => {
  const ids = Array.from({ length: 23 }, (_, index) => String(100_000_000_000 + index));
  const error = 'x'.repeat(10_000);
  await see(ids.map((accountId) => unreachable({ accountId, error })));
  const summary = await plan({ accounts: ids.map((id) => `${id} 0`) });
  expect(summary.incomplete).toHaveLength(21);
  expect(summary.incomplete.at(-1)).toBe('3 more, see the report');
  const report = await json(...REPORT, 'report');
  expect(report.incomplete).toHaveLength(23);
  expect(report.reported[0].what).toBe('x'.repeat(300));
});

test.each([
  [{ run: 'a#b' }, 'run: must be the name of an execution'],
  [{ at: 'yesterday' }, 'at: is not acceptable'],
  [{ dryRun: 'no' }, 'dryRun: must be true or false'],
])('refuses an unacceptable input, %#', async (changes, problem) => {
  await expect(plan(changes)).rejects.toThrow(problem);
});

test('knows when this system has admitted an account that has not accepted', async () => {
  const invited = {
    ...snapshot({ principals: [`${A} associating`, `${B} associating`], owners: [] }),
    next: null,
  };
  await see([unreachable(), unreachable({ accountId: B })], [invited]);
  await put(`account#${A}`, 'connection#orders', { at: { S: '2026-11-20T02:00:00.000Z' } });
  const { counts } = await plan({ accounts: [`${A} 0`, `${B} 0`] });
  expect(counts.invitationsNearExpiry).toBe(1);
});

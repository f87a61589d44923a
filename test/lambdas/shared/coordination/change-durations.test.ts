import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  expectedSeconds,
  recordDuration,
  type TimedOperation,
} from '../../../../lambdas/shared/coordination/change-durations.ts';

const HOUR = 3_600_000;
let now: number;
/** The table. */
let items: Map<string, Record<string, unknown>>;
const ORDERS = { subscriptionId: 12345 };

beforeEach(() => {
  process.env.TABLE_NAME = 'table';
  now = Date.parse('2026-11-23T12:00:00Z');
  items = new Map();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(((command: {
    input: { Item?: Item; Key?: Item };
  }) => {
    const { Item, Key } = command.input;
    if (Item) items.set(nameOf(Item), Item);
    return Promise.resolve({ Item: Key && items.get(nameOf(Key)) });
  }) as never);
});

type Item = Record<string, unknown>;

function nameOf({ pk, sk }: Item): string {
  return JSON.stringify([pk, sk]);
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** A change that takes so many seconds, looked at as the workflow does: seconds until it is seen done. */
async function change(
  seconds: number,
  operation: TimedOperation = 'addPrincipal',
  subscription = ORDERS,
): Promise<number> {
  const expected = await expectedSeconds(subscription, operation);
  let [waited, pause, looks] = [expected, 1, 0];
  while (waited < seconds) {
    waited += pause;
    pause = Math.min(pause * 1.15, 15);
    looks += 1;
  }
  await recordDuration(subscription, operation, { unfinished: looks === 0 ? 0 : expected, done: waited });
  now += waited * 1_000;
  return waited;
}

async function changes(count: number, seconds: number): Promise<number> {
  let waited = 0;
  for (let index = 0; index < count; index += 1) waited += await change(seconds);
  return waited;
}

test.each([2, 5, 8.3, 20, 50])(
  '25 changes of %d s each take little longer than they must',
  async (seconds) => {
    expect(await changes(25, seconds)).toBeLessThan(25 * (seconds * 1.2 + 2));
  },
);

test('a change that was slow once makes nobody wait for a minute again', async () => {
  await change(300);
  const next = [await change(8), await change(8), await change(8), await change(8), await change(8)];
  expect(Math.max(...next)).toBeLessThanOrEqual(60);
  expect(await changes(20, 8)).toBeLessThan(20 * 13);
});

test.each([
  [0, 8.3],
  [0, 20.3],
  [3, 8.3],
  [3, 20.3],
])(
  'the ten after a slow one take no more than they need, and a tenth (%d before it, of %d s)',
  async (known, seconds) => {
    await changes(known, seconds);
    await change(300);
    expect(await changes(10, seconds)).toBeLessThanOrEqual(10 * seconds * 1.1);
  },
);

test('two slow ones are believed', async () => {
  await changes(3, 8);
  await change(300);
  await change(300);
  expect(await expectedSeconds(ORDERS, 'addPrincipal')).toBe(60);
});

test('a removal is first looked at when an addition would be done, and then by itself', async () => {
  await changes(2, 20.3);
  expect(await change(20.3, 'removePrincipal')).toBe(21);
  await change(5, 'removePrincipal');
  await changes(3, 20.3);
  expect(await expectedSeconds(ORDERS, 'removePrincipal')).toBeLessThan(20);
});

test('a subscription of which nothing is known is thought to be like the latest of its account', async () => {
  await changes(2, 20.3);
  const other = { subscriptionId: 678 };
  expect(await change(20.3, 'addPrincipal', other)).toBe(21);
  expect(await expectedSeconds({ ...other, redisCloudAccount: 'second' }, 'createPrivateLink')).toBe(20);
});

test('looks come seldom twice, and never late by more than two seconds', async () => {
  await changes(4, 20.3);
  for (let index = 0; index < 10; index += 1) expect(await change(20.3)).toBeLessThan(22.3);
});

test('one slow change among quick ones is not learned from', async () => {
  await changes(6, 8);
  await change(300);
  expect(await change(8)).toBeLessThan(13);
});

test('what was learned is forgotten after a day', async () => {
  await changes(3, 45);
  expect(await expectedSeconds(ORDERS, 'addPrincipal')).toBeGreaterThan(30);
  now += 25 * HOUR;
  expect(await expectedSeconds(ORDERS, 'addPrincipal')).toBe(8);
  await change(8);
  expect(await expectedSeconds(ORDERS, 'addPrincipal')).toBeLessThan(10);
});

test.each([
  ['has no time', { low: { N: '40' }, high: { N: '42' } }],
  ['is of a version before', { seconds: { S: '0-40 0-41 0-42' }, at: { S: '2026-11-23T11:59:00Z' } }],
  ['cannot be read', { low: { N: '9' }, high: { N: '8' }, at: { S: '2026-11-23T11:59:00Z' } }],
])('an item that %s teaches nothing', async (_, found) => {
  const key = { pk: { S: 'pace#12345' }, sk: { S: 'removePrincipal' } };
  items.set(nameOf(key), { ...key, ...found });
  expect(await expectedSeconds(ORDERS, 'removePrincipal')).toBe(8);
});

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { expectedSeconds, recordDuration } from '../../../../lambdas/shared/coordination/change-durations.ts';

const HOUR = 3_600_000;
let now: number;
/** The one item of the table. */
let item: Record<string, unknown> | undefined;

beforeEach(() => {
  process.env.TABLE_NAME = 'table';
  now = Date.parse('2026-11-23T12:00:00Z');
  item = undefined;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(((command: {
    input: { Item?: Record<string, unknown> };
  }) => {
    item = command.input.Item ?? item;
    return Promise.resolve({ Item: item });
  }) as never);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** A change that takes so many seconds, looked at as the workflow does: seconds until it is seen done. */
async function change(seconds: number): Promise<number> {
  const expected = await expectedSeconds(12345, 'addPrincipal');
  let [waited, pause, looks] = [expected, 1, 0];
  while (waited < seconds) {
    waited += pause;
    pause = Math.min(pause * 1.15, 15);
    looks += 1;
  }
  await recordDuration(12345, 'addPrincipal', { unfinished: looks === 0 ? 0 : expected, done: waited });
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

test('one slow change among quick ones is not learned from', async () => {
  await changes(6, 8);
  await change(300);
  expect(await change(8)).toBeLessThan(13);
});

test('what was learned is forgotten after a day', async () => {
  await changes(3, 45);
  expect(await expectedSeconds(12345, 'addPrincipal')).toBeGreaterThan(30);
  now += 25 * HOUR;
  expect(await expectedSeconds(12345, 'addPrincipal')).toBe(8);
  await change(8);
  expect(await expectedSeconds(12345, 'addPrincipal')).toBeLessThan(10);
});

test.each([
  ['has no time', { seconds: { S: '0-40 0-41 0-42' } }],
  ['cannot be read', { seconds: { S: 'x -1 8.3 9-8' }, at: { S: '2026-11-23T11:59:00Z' } }],
])('an item that %s teaches nothing', async (_, found) => {
  item = found;
  expect(await expectedSeconds(12345, 'removePrincipal')).toBe(8);
});

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  type Changer,
  firstInLine,
  leavePlace,
  takePlace,
} from '../../../../lambdas/shared/coordination/places.ts';
import { dequeue } from '../../../../lambdas/shared/coordination/wait-queue.ts';
import { FakeTable } from './fake-table.ts';

const MINUTE = 60_000;
let now: number;

beforeEach(() => {
  process.env.TABLE_NAME = 'table';
  now = Date.parse('2026-11-23T12:00:00Z');
  const table = new FakeTable();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  jest
    .spyOn(DynamoDBClient.prototype, 'send')
    .mockImplementation((async (command: never) => table.send(command)) as never);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** The holder of a subscription's lock, who has it a second later than the one before. */
function holder(subscriptionId: number, isCreation = false): Changer {
  now += 1_000;
  const since = new Date(now).toISOString();
  const execution = `arn:aws:states:us-east-1:222222222222:execution:onboard:${subscriptionId}` as never;
  return { subscriptionId, redisCloudAccount: undefined, execution, token: 'token', since, isCreation };
}

test('two subscriptions are changed at the same time, and the next ones in the order in which they asked', async () => {
  const [a, b, c, d] = [holder(1), holder(2), holder(3), holder(4)];
  for (const one of [a, b]) expect(await takePlace(one)).toBe(true);
  for (const one of [c, d]) expect(await takePlace(one)).toBe(false);
  await leavePlace(a);
  // Who asks just then does not overtake.
  expect(await takePlace(d)).toBe(false);
  expect((await firstInLine(undefined))?.subscriptionId).toBe(3);
  expect(await takePlace(c)).toBe(true);
  expect((await firstInLine(undefined))?.subscriptionId).toBe(4);
});

test('a place stays with its subscription when it is asked for once more', async () => {
  const one = holder(1);
  for (let count = 0; count < 3; count += 1) expect(await takePlace(one)).toBe(true);
  expect(await takePlace(holder(2))).toBe(true);
});

test('a creation waits for both places, and nobody overtakes it', async () => {
  const [a, creation, b] = [holder(1), holder(2, true), holder(3)];
  expect(await takePlace(a)).toBe(true);
  expect(await takePlace(creation)).toBe(false);
  expect(await takePlace(b)).toBe(false);
  await leavePlace(a);
  expect(await takePlace(b)).toBe(false);
  expect(await takePlace(creation)).toBe(true);
  expect(await takePlace(b)).toBe(false);
  await leavePlace(creation);
  expect(await takePlace(b)).toBe(true);
});

test('places of a change that does not end are given away, one after the other, to who waits', async () => {
  const stuck = [holder(1), holder(2)];
  for (const one of stuck) await takePlace(one);
  const next = holder(3);
  now += 14 * MINUTE;
  expect(await takePlace(next)).toBe(false);
  now += 2 * MINUTE;
  expect(await takePlace(next)).toBe(true);
  // It comes to its end after all, and takes nobody's place away.
  await leavePlace(stuck[0]!);
  expect(await takePlace(next)).toBe(true);
});

test('Redis Cloud accounts have places of their own', async () => {
  for (const subscription of [1, 2]) await takePlace(holder(subscription));
  expect(await takePlace({ ...holder(3), redisCloudAccount: 'emea' })).toBe(true);
});

test('the line goes on when the first in it has left it', async () => {
  const [a, b, c, d] = [holder(1), holder(2), holder(3), holder(4)];
  for (const one of [a, b, c, d]) await takePlace(one);
  await dequeue((await firstInLine(undefined))!.place);
  await leavePlace(b);
  expect(await takePlace(d)).toBe(true);
});

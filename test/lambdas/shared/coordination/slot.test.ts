import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { correctSlot, occupySlot } from '../../../../lambdas/shared/coordination/slot.ts';
import { FakeTable } from './fake-table.ts';

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

describe('a task that Redis Cloud has accepted', () => {
  test('waits for those before it, as long as they should take', async () => {
    expect(await occupySlot(null, 8_000)).toEqual({ queued: 0, position: 8_000 });
    now += 3_000;
    expect(await occupySlot(null, 1_000)).toEqual({ queued: 5_000, position: 9_000 });
    expect(await occupySlot(null, 1_000)).toEqual({ queued: 6_000, position: 10_000 });
  });

  test('waits for nothing when those before it should be done', async () => {
    await occupySlot(null, 8_000);
    now += 8_000;
    expect(await occupySlot(null, 1_000)).toEqual({ queued: 0, position: 9_000 });
    now += 999;
    expect(await occupySlot(null, 1_000)).toEqual({ queued: 1, position: 10_000 });
  });

  test('is looked at within 45 seconds, whatever is before it', async () => {
    for (let count = 0; count < 3; count += 1) await occupySlot(null, 20_000);
    expect(await occupySlot(null, 20_000)).toEqual({ queued: 45_000, position: 80_000 });
  });

  test('does not wait for those of another Redis Cloud account', async () => {
    await occupySlot('emea', 8_000);
    expect(await occupySlot('apac', 8_000)).toEqual({ queued: 0, position: 8_000 });
    expect(await occupySlot(undefined, 8_000)).toEqual({ queued: 0, position: 8_000 });
    expect(await occupySlot(null, 1_000)).toMatchObject({ queued: 8_000 });
  });
});

describe('a task that was looked at', () => {
  test('tells that those behind it are not done, and those before it are', async () => {
    const { position } = await occupySlot(null, 8_000);
    await occupySlot(null, 2_000);
    await occupySlot(null, 2_000);
    now += 3_000;
    await correctSlot(null, position, 0);
    expect(await occupySlot(null, 1_000)).toMatchObject({ queued: 4_000 });
  });

  test('tells how long it still takes', async () => {
    const { position } = await occupySlot(null, 2_000);
    now += 3_000;
    await correctSlot(null, position, 7_000);
    expect(await occupySlot(null, 1_000)).toMatchObject({ queued: 7_000 });
  });

  test('is told when another one was last seen done, and no look at what is not done changes that', async () => {
    expect(await correctSlot(null, 0, 0)).toBe(0);
    const done = now;
    now += 5_000;
    expect(await correctSlot(null, 0, 3_000)).toBe(done);
    now += 5_000;
    expect(await correctSlot(null, 0, 0)).toBe(done);
    expect(await correctSlot(null, 0, 0)).toBe(now);
  });
});

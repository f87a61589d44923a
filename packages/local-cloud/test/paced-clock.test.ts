import { afterEach, expect, test } from '@jest/globals';
import { Activity, PacedClock } from '../index.ts';

const START = Date.parse('2026-01-01T09:00:00Z');
const HOUR = 3_600_000;
const turns = async (count = 50) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

let clock: PacedClock;
afterEach(() => clock.end());

test('a paused clock lets nothing happen, and goes on where it stood', async () => {
  clock = new PacedClock({ start: START, speed: 0 });
  let hasFired = false;
  const fired = new Promise<void>((resolve) =>
    clock.after(1, () => {
      hasFired = true;
      resolve();
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(hasFired).toBe(false);
  expect(clock.now()).toBe(START);

  clock.speed = 1_000;
  await fired;
  expect(clock.now()).toBe(START + 1);
});

test('a jump passes what was planned in its order, and ends where it was told to', async () => {
  clock = new PacedClock({ start: START, speed: 0 });
  const seen: number[] = [];
  clock.after(2_000, () => seen.push(clock.now() - START));
  clock.after(HOUR, () => seen.push(clock.now() - START));
  clock.after(3 * HOUR, () => seen.push(clock.now() - START));

  clock.jump(2 * HOUR);
  expect(clock.isJumping).toBe(true);
  await turns();

  expect(seen).toEqual([2_000, HOUR]);
  expect(clock.now()).toBe(START + 2 * HOUR);
  expect(clock.isJumping).toBe(false);
});

test('a jump that is halted stands at the moment of the halt', async () => {
  clock = new PacedClock({ start: START, speed: 0 });
  let isLate = false;
  clock.after(2_000, () => clock.halt());
  clock.after(2_000, () => {
    isLate = true;
  });
  clock.jump(HOUR);
  await turns();
  expect(clock.now()).toBe(START + 2_000);
  expect(isLate).toBe(false);
});

test('slow work takes no time, and time that was missed is not made up for', async () => {
  clock = new PacedClock({ start: START, speed: 10_000 });
  await Activity.run(clock, async () => {
    const before = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(clock.now()).toBe(before);
  });
  const before = clock.now();
  await new Promise((resolve) => setTimeout(resolve, 70));
  expect(clock.now() - before).toBeLessThanOrEqual(10_000 * 500);
});

import { afterEach, expect, test } from '@jest/globals';
import { Mirror } from '../../page/mirror.ts';
import type { Push } from '../../page/protocol.ts';

const clock = (now: number) => ({ now, speed: 1, isJumping: false });
const mirror = new Mirror();
const told: Push[] = [];
afterEach(() => {
  told.length = 0;
});
const soon = () => new Promise((resolve) => setTimeout(resolve, 150));

test('whoever listens is told everything, then what has changed, and nothing twice', async () => {
  mirror.set('clock', clock(1));
  mirror.setOne('message/', 1, { number: 1, time: 1, subject: 's', text: 't', approval: null });
  await soon();
  const stop = mirror.listen((push) => told.push(JSON.parse(push) as Push));
  expect(told.splice(0)).toMatchObject([
    { isWhole: true, documents: { clock: { now: 1 }, 'message/1': { text: 't' } } },
  ]);

  mirror.set('clock', clock(2));
  mirror.set('clock', clock(3));
  mirror.setOne('message/', 1, { number: 1, time: 1, subject: 's', text: 't', approval: null });
  await soon();
  expect(told.splice(0)).toEqual([{ isWhole: false, documents: { clock: clock(3) } }]);

  mirror.delete('message/', 1);
  await soon();
  expect(told.splice(0)).toEqual([{ isWhole: false, documents: { 'message/1': null } }]);

  stop();
  mirror.set('clock', clock(4));
  await soon();
  expect(told).toEqual([]);
  mirror.close();
});

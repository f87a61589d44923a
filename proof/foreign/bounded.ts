import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again until there is an answer. Programs of others run in real time, so there is a bound in real seconds.
 *
 * @throws Error that names what was waited for
 */
export async function within<T>(
  seconds: number,
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited ${seconds} seconds for ${what}.`);
    await pause(200);
  }
}

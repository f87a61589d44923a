import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesize.ts';
import { configurationOf, type GroundName } from '../faults/ground.ts';

/** More than there are cores, because each waits now and then; each needs a cloud's memory. */
const MOST_WORKERS = Math.min(4, availableParallelism() + 2);

/** Synthesizes the grounds, for as long as the work lasts. */
export async function withAssemblies<T>(
  grounds: readonly GroundName[],
  work: (assemblies: Record<GroundName, string>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-proof-'));
  try {
    const assemblies = {} as Record<GroundName, string>;
    for (const name of grounds) {
      assemblies[name] = join(folder, name);
      await synthesize(configurationOf(name), assemblies[name]);
    }
    return await work(assemblies);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Shares work among processes, in its order.
 *
 * @param worker the program of one: it answers the setting with `ready`, and each item with its result
 * @param note called with each result, and how many there are
 * @throws Error if a process ends before its time
 */
export async function shared<Item extends object, Result>(
  worker: string,
  setting: object,
  items: readonly Item[],
  note: (result: Result, count: number) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items];
  const workers = Array.from({ length: Math.min(MOST_WORKERS, queue.length) }, async () => {
    const process = fork(worker, { execArgv: ['--max-semi-space-size=64'] });
    process.on('message', (message: Result | 'ready') => {
      if (message !== 'ready') note(message, results.push(message));
      const next = queue.shift();
      if (next) process.send(next);
      else process.disconnect();
    });
    process.send(setting);
    const [code] = await once(process, 'exit');
    if (code !== 0) throw new Error(`A worker ended with code ${code}.`);
  });
  await Promise.all(workers);
  return results;
}

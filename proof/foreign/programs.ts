import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { standBetween } from './between.ts';
import { within } from './bounded.ts';
import type { Program } from './program.ts';

/** A program that runs. */
export interface Running {
  /** Where everybody calls it, so that what has to be repaired is. */
  url: string;
  /** The repairs that had something to do so far. */
  repaired(): string[];
  end(): Promise<void>;
}

/**
 * Starts a program and waits until it answers.
 *
 * @param managementAccountId the account that manages its organization
 * @param speed how many times as fast as real time its workflows wait
 * @param log where what it prints goes
 * @throws Error if it ends before, or does not answer within a minute
 */
export async function start(
  program: Program,
  {
    bin,
    managementAccountId,
    speed,
    log,
  }: { bin: string; managementAccountId: string; speed: number; log: string },
): Promise<Running> {
  const port = await freePort();
  const between = await standBetween(`http://127.0.0.1:${port}`, program.repairs(managementAccountId));
  const { args, env } = program.settings({ port, url: between.url, speed });
  const out = openSync(log, 'w');
  const child = spawn(join(bin, program.command), args, {
    stdio: ['ignore', out, out],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
  const end = async () => {
    await between.close();
    await stop(child);
  };
  try {
    await within(60, `${program.name} to answer`, async () => {
      if (child.exitCode !== null)
        throw new Error(`${program.name} has ended with ${child.exitCode}: see ${log}.`);
      return answers(`http://127.0.0.1:${port}${program.health}`);
    });
  } catch (error) {
    await end();
    throw error;
  }
  return { url: between.url, repaired: () => [...between.used].map(({ what }) => what), end };
}

async function answers(url: string): Promise<true | undefined> {
  try {
    return (await fetch(url)).ok || undefined;
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

/** One that nobody listens at now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The machine gives no port.');
  return address.port;
}

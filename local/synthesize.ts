import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Configuration } from '../lib/configuration.ts';

/** What is to be synthesized, and where to. */
export interface Order {
  configuration: Configuration;
  /** Of other systems, whose stacks are in the same app. */
  beside?: Configuration[];
  outdir: string;
}

/**
 * Synthesizes the stacks as the CDK command line does, without it: the same app, the same functions, built now.
 *
 * @throws Error with what the CDK says, if it fails
 */
export function synthesize(configuration: Configuration, outdir: string): Promise<void> {
  return synthesizeAll([{ configuration, outdir }]);
}

/**
 * The same of several configurations. They share a process of their own, because the CDK is large, takes seconds to load
 * and is not needed afterwards.
 *
 * @throws Error with what the CDK says, if one fails
 */
export async function synthesizeAll(orders: readonly Order[]): Promise<void> {
  const script = join(import.meta.dirname, 'synthesizer.ts');
  const child = spawn(process.execPath, [script], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['pipe', 'inherit', 'pipe'],
  });
  child.stdin.end(JSON.stringify(orders));
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`The stacks could not be synthesized:\n${said}`);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Permitted } from './granted.ts';
import type { Assemblies } from './perform.ts';
import { plays } from './plays.ts';
import { removePermission } from './removal.ts';
import type { TrialRequest } from './trial.ts';

/** What came of a story without one permission. */
export interface Removal {
  permission: Permitted;
  play: string;
  /** What the first call was told that needed it; undefined if none was. */
  refusal: string | undefined;
  /** What came instead. */
  otherwise: string;
}

/** Trials at the same time: each takes a core. */
const AT_ONCE = 2;

/** Tells each story that needs a permission without it, the story that takes the least for each. */
export async function tryWithout(
  permissions: readonly Permitted[],
  assemblies: Assemblies,
  told: (removal: Removal) => void = () => {},
): Promise<Removal[]> {
  const waiting = permissions.filter(({ neededBy }) => neededBy.length > 0);
  const removals: Removal[] = [];
  const work = async () => {
    for (let permission = waiting.shift(); permission; permission = waiting.shift()) {
      const removal = await tryOne(permission, assemblies);
      removals.push(removal);
      told(removal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return removals;
}

async function tryOne(permission: Permitted, assemblies: Assemblies): Promise<Removal> {
  const play = plays.find(({ name }) => permission.neededBy.includes(name))!;
  const folder = assemblies.scratch();
  removePermission(permission, assemblies.of(play.configuration()), folder);
  const request: TrialRequest = { play: play.name, assembly: folder };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'trial.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(request));
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const refusal = said === '' ? undefined : said;
  const otherwise = code === 0 ? 'the story came to its end' : `the story broke off with exit code ${code}`;
  return { permission, play: play.name, refusal, otherwise };
}

/** Whether the refusal says what is missing: the action, asked by whoever had the permission. */
export function isClear({ permission, refusal }: Removal): boolean {
  const service = permission.action.split(':')[0]!;
  return new RegExp(`perform: ${service}:\\w+ on resource: \\S`).test(refusal ?? '');
}

/**
 * One permission for each place where a template can have one, such as a role's policy or a key's, of those that the
 * shortest story needs: what a check tries that cannot try all.
 */
export function sampleOf(permissions: readonly Permitted[]): Permitted[] {
  const sample = new Map<string, Permitted>();
  for (const { name } of plays) {
    for (const permission of permissions) {
      const { property } = permission.at;
      if (permission.neededBy.includes(name) && !sample.has(property)) sample.set(property, permission);
    }
  }
  return [...sample.values()];
}

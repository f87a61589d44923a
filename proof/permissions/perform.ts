import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Activity, type Denial, ProviderSide, VirtualClock } from 'local-cloud';
import type { Configuration } from '../../lib/configuration.ts';
import { Deployment } from '../../local/deployment.ts';
import { startBackEnd } from '../../local/redis-cloud/back-end.ts';
import { callerOf } from '../../local/redis-cloud/caller.ts';
import { World } from '../../local/stories/world.ts';
import { synthesizeAll } from '../../local/synthesize.ts';
import { pointFunctions } from '../bench/ground.ts';
import { permissionsOf, type UsedPermission } from './granted.ts';
import type { Play } from './plays.ts';

const START = Date.parse('2026-11-20T09:00:00Z');

/** What came of a play. */
export interface Performance {
  permissions: UsedPermission[];
  /** Calls that were refused although the deployment should allow them. */
  denials: Denial[];
}

/** Plays a story on synthesized stacks. `refused` is told of every unexpected refusal as it happens. */
export async function perform(
  { configuration, story }: Pick<Play, 'configuration' | 'story'>,
  assembly: string,
  refused: (denial: Denial) => void = () => {},
): Promise<Performance> {
  const clock = new VirtualClock(START);
  const provider = new ProviderSide({ clock });
  const options = { configuration: configuration(), clock, provider };
  const backEnd = await startBackEnd({ ...options, address: undefined });
  try {
    const cloud = await Deployment.start({ ...options, assembly, keys: backEnd.keys, refused });
    try {
      await pointFunctions(cloud, backEnd.url);
      const world = new World(cloud);
      const stopWatching = cloud.watchAlarms();
      await Activity.run(clock, (activity) =>
        story({ cloud, world, activity, say: () => {}, keys: backEnd.keys, redisCloud: callerOf(backEnd) }),
      );
      stopWatching();
      return { permissions: permissionsOf(cloud), denials: cloud.unexpectedDenials() };
    } finally {
      await cloud.close();
    }
  } finally {
    await backEnd.close();
  }
}

/** The folders of synthesized stacks. */
export class Assemblies {
  readonly #root = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
  readonly #folders = new Map<string, string>();

  private constructor() {}

  /** Synthesizes the stacks of the configurations, equal ones once. */
  static async make(configurations: readonly Configuration[]): Promise<Assemblies> {
    const made = new Assemblies();
    const all = new Map(
      configurations.map((configuration) => [JSON.stringify(configuration), configuration]),
    );
    const orders = [...all].map(([key, configuration], index) => {
      const outdir = join(made.#root, String(index));
      made.#folders.set(key, outdir);
      return { configuration, outdir };
    });
    await synthesizeAll(orders);
    return made;
  }

  of(configuration: Configuration): string {
    return this.#folders.get(JSON.stringify(configuration))!;
  }

  /** A folder for whatever is derived from them. */
  scratch(): string {
    return mkdtempSync(join(this.#root, 'changed-'));
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

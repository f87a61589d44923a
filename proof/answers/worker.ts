import { on } from 'node:events';
import { Ground, type GroundName } from '../faults/ground.ts';
import { type Case, perform } from './trial.ts';

/** The accounts of cases; those of stories that are only looked at have other numbers. */
const FIRST_ACCOUNT = 620_000_000_000;

interface Setting {
  assemblies: Record<GroundName, string>;
}

/** Answers a setting with `ready`, and a {@link Case} with its result. */
async function serve(): Promise<void> {
  let setting: Setting | undefined;
  let ground: Ground | undefined;
  let accounts = 0;
  for await (const [message] of on(process, 'message', { close: ['disconnect'] })) {
    if ('assemblies' in message) {
      setting = message as Setting;
      process.send!('ready');
      continue;
    }
    const one = message as Case;
    if (ground?.name !== one.ground) {
      await ground?.close();
      ground = await Ground.open(one.ground, setting!.assemblies[one.ground]);
    }
    accounts += 1;
    process.send!(await perform(one, ground, String(FIRST_ACCOUNT + accounts)));
  }
  await ground?.close();
}

await serve();

import { on } from 'node:events';
import type { Play } from './plays.ts';
import { type Setting, Troupe } from './troupe.ts';

/** Answers a {@link Setting} with `ready`, and a {@link Play} with its outcome. */
async function serve(): Promise<void> {
  let troupe: Troupe | undefined;
  for await (const [message] of on(process, 'message', { close: ['disconnect'] })) {
    if ('assemblies' in message) {
      troupe = new Troupe(message as Setting);
      process.send!('ready');
    } else process.send!(await troupe!.perform(message as Play));
  }
  await troupe?.end();
}

await serve();

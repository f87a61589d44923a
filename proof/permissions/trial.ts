import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { perform } from './perform.ts';
import { plays } from './plays.ts';

/** What `removals.ts` asks of the process that it starts. */
export interface TrialRequest {
  play: string;
  assembly: string;
}

// A process of its own: it ends in the middle of a story, at the first call that is refused.
const { play: name, assembly }: TrialRequest = JSON.parse(await text(process.stdin));
const play = plays.find((one) => one.name === name)!;
await perform(play, assembly, ({ message }) => {
  writeSync(process.stdout.fd, message);
  process.exit();
});

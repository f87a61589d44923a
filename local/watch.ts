import type { PacedClock } from 'local-cloud';
import { interrupted } from './serve.ts';
import type { View } from './view/view.ts';

/**
 * Plays a story on the page, from when somebody looks at it for the first time, and stays up until it is interrupted.
 *
 * @param play tells the story, and comes back at its end
 * @param address where the page is
 * @returns whether the story came to its end
 */
export async function watch(options: {
  view: View;
  clock: PacedClock;
  speed: number;
  play: () => Promise<void>;
  address: string;
  print: (text: string) => void;
}): Promise<boolean> {
  const { view, clock, speed, play, address, print } = options;
  print(`\nOpen ${address} in a browser: the story begins when you look. Stop with Ctrl-C.\n`);
  let hasFailed = false;
  const tellStory = async () => {
    view.tellStory({ state: 'running', failure: null });
    try {
      await play();
      view.tellStory({ state: 'ended', failure: null });
      print(`\nThat was the story. The page stays up, and you can go on from there: ${address}`);
    } catch (error) {
      hasFailed = true;
      view.tellStory({ state: 'failed', failure: (error as Error).message });
      print(`\nThe story could not go on: ${(error as Error).message}`);
    }
  };
  view.onVisit = () => {
    view.onVisit = undefined;
    clock.speed = speed;
    void tellStory();
  };
  await interrupted();
  return !hasFailed;
}

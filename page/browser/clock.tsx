import { useEffect, useState } from 'preact/hooks';
import { type ClockDocument, SPEEDS, type StoryDocument } from '../protocol.ts';
import { perform } from './store.ts';
import { clockTime, day } from './words.ts';

/** The simulated time, and what can be done to it. */
export function Clock({ clock, story }: { clock: ClockDocument; story: StoryDocument | undefined }) {
  const [lastSpeed, setLastSpeed] = useState(10);
  const { now, speed, isJumping } = clock;
  useEffect(() => {
    if (speed > 0) setLastSpeed(speed);
  }, [speed]);
  const set = (next: number) => void perform({ do: 'speed', speed: next }).catch(() => {});
  const speeds = [...new Set([...SPEEDS, lastSpeed])].sort((a, b) => a - b);
  return (
    <div class="clock">
      <p>
        <span class="time">{clockTime(now)}</span>
        <small>
          {day(now)}, {story?.state === 'ended' ? 'the story is over' : 'simulated'}
        </small>
      </p>
      <fieldset class="buttons" aria-label="Speed of the simulated time">
        <button
          type="button"
          class={speed === 0 ? 'main' : ''}
          onClick={() => set(speed === 0 ? lastSpeed : 0)}
        >
          {speed === 0 ? '▶ Go on' : '❚❚ Pause'}
        </button>
        {speeds.map((one) => (
          <button type="button" key={one} aria-pressed={speed === one} onClick={() => set(one)}>
            {one}×
          </button>
        ))}
        <button
          type="button"
          aria-pressed={isJumping}
          onClick={() => void perform({ do: 'jump' }).catch(() => {})}
          title="Lets time pass as fast as it goes, until the next thing happens"
        >
          ⇥ Next thing
        </button>
      </fieldset>
    </div>
  );
}

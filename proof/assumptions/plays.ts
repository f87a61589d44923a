import type { Assumption } from '../../assumptions/assumption.ts';
import type { World } from '../../assumptions/register.ts';
import type { GroundName } from '../faults/ground.ts';
import type { Story } from './happenings.ts';

/** A story that happens in a world. */
export interface Play {
  /** `<what is otherwise> | <story> | <ground>`. */
  name: string;
  /** `NAME=VALUE`, `as assumed`, `as local`, or `seed N`. */
  otherwise: string;
  story: string;
  ground: GroundName;
  world: World;
}

/** What is otherwise where nothing is. */
export const AS_ASSUMED = 'as assumed';

/** Which plays there are. */
export interface Selection {
  /** Only plays whose name contains this. */
  only: string;
  /** How many worlds are drawn by lot. */
  draws: number;
  /** Of the first of them. */
  seed: number;
}

/** The stories that make the most calls: every alternative happens in them. */
const ALWAYS = new Set(['connect', 'leave']);

/** Of the other stories, an alternative happens in each third one. */
const THIRDS = 3;

/**
 * The plays, by rule. Every story happens with every contract that it has: twice as all is assumed, which shows what
 * differs by chance alone, and once as the local cloud is by default. Each alternative that is not the assumed one
 * happens, the others being as assumed, in {@link ALWAYS}, in the stories that are about its question, and in each third
 * of the others, the next alternative in the next third; but for those that no story comes by. Then there are worlds that are drawn by lot, each with the next
 * story.
 */
export function playsOf(
  register: readonly Assumption[],
  stories: readonly Story[],
  { only, draws, seed }: Selection,
): Play[] {
  const assumed = worldOf(register, (one) => one.assumed);
  const scenes = stories.flatMap(({ name, grounds, about = [] }) =>
    grounds.map((ground) => ({ story: name, ground, about })),
  );
  const play = (otherwise: string, { story, ground }: (typeof scenes)[number], world: World): Play => ({
    name: `${otherwise} | ${story} | ${ground}`,
    otherwise,
    story,
    ground,
    world,
  });
  const local = worldOf(register, (one) => one.local);
  const alternatives = playedOf(register).flatMap((one) =>
    one.alternatives
      .filter(({ value }) => value !== one.assumed)
      .map(({ value }) => [one.name, value] as const),
  );
  const all = [
    ...scenes.flatMap((scene) => Array.from({ length: 2 }, () => play(AS_ASSUMED, scene, assumed))),
    ...scenes.map((scene) => play('as local', scene, local)),
    ...alternatives.flatMap(([name, value], turn) =>
      scenes
        .filter(
          ({ story, about }, index) =>
            ALWAYS.has(story) || about.includes(name) || (index + turn) % THIRDS === 0,
        )
        .map((scene) => play(`${name}=${value}`, scene, { ...assumed, [name]: value })),
    ),
    ...Array.from({ length: draws }, (_, index) => {
      const scene = scenes[(seed + index) % scenes.length]!;
      return play(`seed ${seed + index}`, scene, drawnWorld(register, seed + index));
    }),
  ];
  return all.filter(({ name }) => name.includes(only));
}

/** The questions that the stories come by. */
export function playedOf(register: readonly Assumption[]): Assumption[] {
  return register.filter(({ unplayed }) => unplayed === undefined);
}

/** The world of a seed: every alternative is as likely as the others. */
export function drawnWorld(register: readonly Assumption[], seed: number): World {
  const draw = lot(seed);
  return worldOf(register, ({ alternatives }) => alternatives[draw(alternatives.length)]!.value);
}

function worldOf(register: readonly Assumption[], choose: (assumption: Assumption) => string): World {
  return Object.fromEntries(register.map((one) => [one.name, choose(one)]));
}

/** Numbers below `limit`, by Park and Miller. */
function lot(seed: number): (limit: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

import { Activity } from 'local-cloud';
import { type Call, nameOf } from './calls.ts';
import type { Ground } from './ground.ts';
import { problemsOf } from './judge.ts';
import { begin, SCENARIOS, type Scenario } from './scenarios.ts';
import { Stage } from './stage.ts';
import { Trace } from './trace.ts';

/** A call, and the story in which it is tried. */
export interface Recorded {
  call: Call;
  scenario: Scenario;
}

/** The accounts of recordings; those of cases have other numbers. */
const FIRST_ACCOUNT = 300_000_000_000;

/**
 * Plays every story of the ground once, without faults, and writes down which calls it makes.
 *
 * @param names of the stories, if not all
 * @throws Error if a story does not end well: faults would tell nothing then
 */
export async function record(ground: Ground, names?: readonly string[]): Promise<Recorded[]> {
  const recorded = new Map<string, Recorded>();
  const scenarios = SCENARIOS.filter(
    ({ name, grounds }) => grounds.includes(ground.name) && (!names || names.includes(name)),
  );
  for (const [index, scenario] of scenarios.entries()) {
    await Activity.run(ground.cloud.clock, async (activity) => {
      const stage = await Stage.enter(ground, activity, String(FIRST_ACCOUNT + index));
      await begin(stage, scenario);
      const note = (call: Call) => {
        const name = nameOf(call);
        if (!recorded.has(name)) recorded.set(name, { call, scenario });
      };
      const trace = new Trace(ground.cloud, stage.redisCloud, {
        aws(call, _site, _given, proceed) {
          note(call);
          return proceed();
        },
        redisCloud(call) {
          note(call);
          return undefined;
        },
      });
      await scenario.act(stage);
      trace.end();
      const problems = await problemsOf(stage, scenario.goal);
      if (problems.length > 0) {
        throw new Error(
          `The story “${scenario.name}” (${ground.name}) does not end well: ${problems.join('; ')}.`,
        );
      }
      await stage.leave();
    });
  }
  return [...recorded.values()];
}

import { Activity, type Conduct, type ExecutionRecord } from 'local-cloud';
import type { World } from '../../assumptions/register.ts';
import { RUNBOOK_ERRORS } from '../../lambdas/clean-up/messages/runbook.ts';
import { awsIn, redisCloudIn } from '../../local/assumed.ts';
import type { Ground } from '../faults/ground.ts';
import { problemsOf, type Signs } from '../faults/judge.ts';
import { errorOf, failureOf, isWell, restart, saysWhatIsLeft } from '../faults/operator.ts';
import { begin } from '../faults/scenarios.ts';
import { Stage } from '../faults/stage.ts';
import type { Story } from './happenings.ts';
import { Hearing } from './hearing.ts';
import type { Play } from './plays.ts';
import { STORIES } from './stories.ts';

/**
 * How a play has ended.
 *
 * - `converged`: by itself.
 * - `put off`: well, saying what is left, and a reconciliation did the rest.
 * - `redriven`: by a clear failure, and well when it was redriven.
 * - `reconciled`: the same, and a reconciliation was needed.
 * - `helped`: by a clear failure, or a note of what is left, that asks for something at Redis Cloud; well when that was
 *   done and it was redriven, or reconciled.
 * - `defect`: in some other way.
 */
export const ENDS = ['converged', 'put off', 'redriven', 'reconciled', 'helped', 'defect'] as const;
export type End = (typeof ENDS)[number];

export interface Outcome {
  play: Play;
  end: End;
  /** The first failure, as a line. */
  failure: string | null;
  problems: string[];
  /** The forms of answers by which a world can be told from another. */
  heard: string[];
}

export type Judgement = Pick<Outcome, 'end' | 'failure' | 'problems'>;

/** What can only be chosen when a cloud begins, of a world. */
export function conductOf(world: World): Conduct {
  const { stepFunctions } = awsIn(world);
  return { ...(stepFunctions && { stepFunctions }) };
}

/** Lets a play happen in a ground whose cloud has the {@link conductOf} its world. */
export async function perform(play: Play, ground: Ground, accountId: string): Promise<Outcome> {
  const story = STORIES.find(({ name }) => name === play.story)!;
  ground.cloud.behave(awsIn(play.world));
  const hearing = new Hearing(ground.cloud);
  try {
    return await Activity.run(ground.cloud.clock, async (activity) => {
      const { ways } = redisCloudIn(play.world);
      const stage = await Stage.enter(ground, activity, accountId, {
        ways,
        timings: {},
        heard: hearing.heard,
      });
      try {
        return { play, ...(await judged(stage, story, play.world)), heard: hearing.end() };
      } catch (error) {
        return { play, end: 'defect', failure: null, problems: [String(error)], heard: hearing.end() };
      } finally {
        await stage.leave();
      }
    });
  } finally {
    hearing.end();
  }
}

/** Lets the story happen, does what an operator would do, and says how it has ended. */
export async function judged(stage: Stage, story: Story, world: World): Promise<Judgement> {
  const look = () => problemsIn(stage, story, world);
  await begin(stage, story);
  const stopped = await story.act(stage);
  stage.redisCloud.faults.intercept = undefined;
  const harm = (await story.harm?.(stage)) ?? [];
  const failed = stage.executions().filter((one) => !isWell(one) && !stopped.has(one.arn));
  const failure = failed[0] ? failureOf(failed[0]) : null;
  const unclear = failed.filter((one) => !isClear(one)).map((one) => `unclear: ${failureOf(one)}`);
  let left = await look();
  if (failed.length === 0 && left.length === 0) {
    return { end: harm.length > 0 ? 'defect' : 'converged', failure, problems: harm };
  }
  const silent =
    failed.length === 0 && !saysWhatIsLeft(stage) ? left.map((problem) => `ended well, but ${problem}`) : [];
  let end: End = failed.length === 0 ? 'put off' : 'redriven';
  await restart(stage, failed, false);
  left = await look();
  if (left.length > 0) {
    if (failed.length > 0) end = 'reconciled';
    left = await reconciled(stage, story, look);
  }
  if (left.length > 0 && story.help && (failed.length > 0 || saysWhatIsLeft(stage))) {
    end = 'helped';
    await story.help(stage);
    await restart(
      stage,
      stage.executions().filter((one) => failed.includes(one) && !isWell(one)),
      false,
    );
    left = await reconciled(stage, story, look);
  }
  const problems = [...harm, ...unclear, ...silent, ...left.map((problem) => `not mended: ${problem}`)];
  return { end: problems.length > 0 ? 'defect' : end, failure, problems };
}

/** A removal needs two reconciliations that find it due. */
async function reconciled(stage: Stage, story: Story, look: () => Promise<string[]>): Promise<string[]> {
  let left = await look();
  if (left.length > 0 && (story.goal === 'gone' || story.goal === 'left')) await stage.untagVpc();
  for (let run = 0; run < 2 && left.length > 0; run += 1) {
    await stage.start('reconcile', {});
    await stage.settled();
    left = await look();
  }
  return left;
}

async function problemsIn(stage: Stage, story: Story, world: World): Promise<string[]> {
  const signs: Signs = {
    endpoint: isShare(stage) && world['failed-association'] === 'partial' ? 'partial' : 'available',
    unaccepted: world['unaccepted-principal'] ?? 'associating',
  };
  // Where those that were removed stay listed, that is all there is to see of it.
  const remnant = world['removed-principal'] === 'stays' ? 'the principal: "disassociated"' : undefined;
  return (await problemsOf(stage, story.goal, signs)).filter((problem) => {
    if (story.goal === 'gone' && remnant && problem.startsWith(remnant)) return false;
    // What it has does nothing any more, and what is left of it is noted.
    if (story.isAway && /^(endpoints|security groups|parameters|records):/.test(problem)) return false;
    return !(story.mayStay && problem.startsWith('the PrivateLink:'));
  });
}

function isShare({ connection }: Stage): boolean {
  return connection.contract === 'resource-share';
}

/** Whether the failure has a name that the runbook has, and says something. */
function isClear(execution: ExecutionRecord): boolean {
  return RUNBOOK_ERRORS.has(errorOf(execution)) && Boolean(execution.cause);
}

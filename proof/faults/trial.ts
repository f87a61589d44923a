import { Activity, type ExecutionRecord } from 'local-cloud';
import type { Case } from './cases.ts';
import type { Fault } from './fault.ts';
import type { Ground } from './ground.ts';
import { problemsOf } from './judge.ts';
import { errorOf, failureOf, isWell, restart, saysWhatIsLeft } from './operator.ts';
import { type Reason, reasonFor } from './reasons.ts';
import { begin } from './scenarios.ts';
import { Stage } from './stage.ts';
import { Trace } from './trace.ts';
import { Trouble } from './trouble.ts';

/**
 * How a case ended.
 *
 * - `converged`: without anybody's help.
 * - `redriven`, `again`, `reconciled`: by a clear failure, and with that help of an operator after the fault was lifted.
 * - `put off`: well, saying what is left; then a reconciliation did the rest.
 * - `defect`: in some other way.
 * - `untried`: the call was not made.
 */
export type End = 'converged' | 'redriven' | 'again' | 'reconciled' | 'put off' | 'defect' | 'untried';

export interface Result {
  name: string;
  end: End;
  /** The first failure, as `Error: cause`. */
  failure: string | null;
  /** Why it must be one, by what the step retries; null without a failure, or where there is no good reason. */
  because: string | null;
  /** What is wrong with a defect. */
  problems: string[];
}

/** Runs cases in a ground, one after the other. */
export class Trials {
  readonly #ground: Ground;
  /** Where a case has ended well and connected; the next may begin there. */
  #connected: Stage | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /**
   * Runs a case: the story with the fault, then what an operator does after the fault is gone.
   *
   * @param accountId of an account that no case has used yet
   */
  async run(given: Case, accountId: string): Promise<Result> {
    const connected = this.#connected;
    this.#connected = undefined;
    if (connected && given.scenario.begins === 'connected') {
      const result = await this.#play(given, (activity) => connected.again(activity), true);
      // What the case before has learned can make a call needless.
      if (result.end !== 'untried') return result;
    } else await connected?.leave();
    return this.#play(given, (activity) => Stage.enter(this.#ground, activity, accountId), false);
  }

  /** After the last case. */
  async end(): Promise<void> {
    await this.#connected?.leave();
    this.#connected = undefined;
  }

  #play(
    given: Case,
    enter: (activity: Activity) => Stage | Promise<Stage>,
    isConnected: boolean,
  ): Promise<Result> {
    const { scenario, call } = given;
    const { cloud } = this.#ground;
    return Activity.run(cloud.clock, async (activity) => {
      const stage = await enter(activity);
      let isDone = false;
      try {
        await begin(stage, scenario, isConnected);
        // The keys are read once.
        if (call.by && call.target.startsWith('secretsmanager:')) await stage.coldStart(call.by);
        const trouble = new Trouble(cloud, stage.redisCloud, given);
        const trace = new Trace(cloud, stage.redisCloud, trouble);
        const stopped = await scenario.act(stage);
        const asItWas = await problemsOf(stage, scenario.goal);
        const failed = stage.executions().filter((one) => !isWell(one) && !stopped.has(one.arn));
        trouble.lift();
        trace.end();
        // A redrive changes the records.
        const failure = failed[0] ? failureOf(failed[0]) : null;
        const reasons = failed.map((one) => reasonOf(one, given));
        const result = await resultOf(stage, given, trouble, failed, reasons, asItWas);
        isDone = scenario.goal === 'connected' && result.end !== 'defect' && result.end !== 'untried';
        const [reason] = reasons;
        const because = reason && 'because' in reason ? reason.because : null;
        return { name: given.name, failure, because, ...result };
      } finally {
        if (isDone) this.#connected = stage;
        else await stage.leave();
      }
    });
  }
}

async function resultOf(
  stage: Stage,
  given: Case,
  trouble: Trouble,
  failed: ExecutionRecord[],
  reasons: readonly Reason[],
  asItWas: string[],
): Promise<Pick<Result, 'end' | 'problems'>> {
  const { scenario, fault } = given;
  if (!trouble.happened) return { end: 'untried', problems: [] };
  const misnamed = failed.filter((one) => !isClear(one, fault)).map((one) => `misnamed: ${failureOf(one)}`);
  if (failed.length === 0 && asItWas.length === 0) return { end: 'converged', problems: [] };
  const silent =
    failed.length === 0 && !fault.isUnnoticed && !saysWhatIsLeft(stage)
      ? [`ended well, but ${asItWas.join('; ')}`]
      : [];

  await restart(stage, failed, fault.again === true);
  let end: End = failed.length === 0 ? 'put off' : fault.again ? 'again' : 'redriven';
  let left = await problemsOf(stage, scenario.goal);
  if (left.length > 0 && (scenario.goal === 'gone' || scenario.goal === 'left')) {
    await stage.untagVpc();
    left = await problemsOf(stage, scenario.goal);
  }
  // A removal needs two runs that find it due.
  for (let run = 0; run < 2 && left.length > 0; run += 1) {
    await stage.start('reconcile', {});
    await stage.settled();
    left = await problemsOf(stage, scenario.goal);
    if (failed.length > 0) end = 'reconciled';
  }
  const needless = reasons.flatMap((reason) => ('defect' in reason ? [`needless: ${reason.defect}`] : []));
  const problems = [
    ...misnamed,
    ...needless,
    ...silent,
    ...left.map((problem) => `not repaired: ${problem}`),
  ];
  return { end: problems.length > 0 ? 'defect' : end, problems };
}

/** Whether the failure has a name that fits the fault, and says something. */
function isClear(execution: ExecutionRecord, { fits }: Fault): boolean {
  const name = errorOf(execution);
  return fits.test(name) && (name === '' || Boolean(execution.cause));
}

function reasonOf(execution: ExecutionRecord, { call, fault }: Case): Reason {
  return reasonFor(errorOf(execution), call, fault);
}

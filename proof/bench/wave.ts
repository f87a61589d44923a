import type { Contract } from '../../lambdas/shared/workflows/configuration.ts';
import { defaultTimings } from '../../local/redis-cloud/options.ts';
import { countsOf, mean, overtakers, waitsOf } from './counting.ts';
import { serialBound } from './critical-path.ts';
import { addAccount, addVpc, onboardings, onGround } from './ground.ts';

export interface WaveOptions {
  contract: Contract;
  accounts: number;
  /** What Redis Cloud takes to process an admission. Default: {@link defaultTimings}. */
  admissionSeconds?: number | undefined;
}

/** What it cost to connect many new accounts, each with one VPC, to one subscription at once. */
export interface Wave {
  contract: Contract;
  accounts: number;
  /** Means over the accounts. */
  transitions: number;
  invocations: number;
  calls: number;
  callsBeyondPolls: number;
  /** Simulated, from the first execution's start to the last one's end. */
  makespanSeconds: number;
  /** The admissions at Redis Cloud, one at a time. */
  serialBoundSeconds: number;
  makespanRatio: number;
  /** To Redis Cloud, in any 60 seconds, refused ones included. */
  peakCallsPerMinute: number;
  /** Answers with status 429. */
  refused: number;
  longestWaitSeconds: number;
  /** Executions that got the lock before one that had waited in the queue longer. */
  overtakers: number;
  wallSeconds: number;
  /** Of the whole process, with the functions, at its highest. */
  peakMebibytes: number;
}

/**
 * Another account has made the PrivateLink before.
 *
 * @param assembly the folder into which the example was synthesized in this contract
 */
export function wave(assembly: string, { contract, accounts, admissionSeconds }: WaveOptions): Promise<Wave> {
  const begun = performance.now();
  const addPrincipal =
    admissionSeconds === undefined ? defaultTimings.addPrincipal : admissionSeconds * 1_000;
  return onGround({ contract, assembly, timings: { addPrincipal } }, async (ground) => {
    const { calls } = ground.backEnd;
    await onboardings(ground, async () => addVpc(ground, await addAccount(ground, 0)));
    const ids: string[] = [];
    for (let index = 1; index <= accounts; index++) ids.push(await addAccount(ground, index));
    const before = calls.total;
    const refusedBefore = calls.refused;
    const executions = await onboardings(ground, async () => {
      for (const accountId of ids) await addVpc(ground, accountId);
    });

    const counts = executions.map(countsOf);
    const waits = executions.flatMap(waitsOf);
    const made = calls.total - before;
    const unfinished = counts.reduce((sum, { unfinishedPolls }) => sum + unfinishedPolls, 0);
    const start = Math.min(...executions.map(({ startDate }) => startDate));
    const makespan = Math.max(...executions.map(({ stopDate }) => stopDate!)) - start;
    const bound = serialBound(accounts, addPrincipal);
    return {
      contract,
      accounts,
      transitions: mean(counts.map(({ transitions }) => transitions)),
      invocations: mean(counts.map(({ invocations }) => invocations)),
      calls: made / accounts,
      callsBeyondPolls: (made - unfinished) / accounts,
      makespanSeconds: makespan / 1000,
      serialBoundSeconds: bound / 1000,
      makespanRatio: makespan / bound,
      peakCallsPerMinute: calls.peakPerMinute,
      refused: calls.refused - refusedBefore,
      longestWaitSeconds: Math.max(...waits.map(({ since, until }) => until - since)) / 1000,
      overtakers: overtakers(waits),
      wallSeconds: (performance.now() - begun) / 1000,
      peakMebibytes: process.resourceUsage().maxRSS / 1024,
    };
  });
}

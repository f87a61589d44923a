import type { Contract } from '../../lambdas/shared/workflows/configuration.ts';
import { type Counts, countsOf } from './counting.ts';
import { criticalPath, lengthOf, SITUATIONS, type Situation } from './critical-path.ts';
import { addAccount, addVpc, onboardings, onGround } from './ground.ts';

/** What one onboarding cost, when nothing else happened. */
export interface SingleOnboarding extends Counts {
  contract: Contract;
  situation: Situation;
  /** To Redis Cloud. */
  calls: number;
  callsBeyondPolls: number;
  criticalPathSeconds: number;
  /** Seconds of the execution to seconds of the critical path. */
  timeToConnect: number;
}

/** One onboarding after the other: of an account's VPC on a new subscription, of another account, of a second VPC. */
export function singleOnboardings(contract: Contract, assembly: string): Promise<SingleOnboarding[]> {
  return onGround({ contract, assembly }, async (ground) => {
    const figures: SingleOnboarding[] = [];
    let accountId = '';
    for (const [index, situation] of SITUATIONS.entries()) {
      const calls = ground.backEnd.calls.total;
      const [execution] = await onboardings(ground, async () => {
        if (situation !== 'second VPC') accountId = await addAccount(ground, index);
        await addVpc(ground, accountId, 42 + index);
      });
      const counts = countsOf(execution!);
      const all = ground.backEnd.calls.total - calls;
      const criticalPathSeconds = lengthOf(criticalPath(contract, situation)) / 1000;
      figures.push({
        contract,
        situation,
        ...counts,
        calls: all,
        callsBeyondPolls: all - counts.unfinishedPolls,
        criticalPathSeconds,
        timeToConnect: counts.seconds / criticalPathSeconds,
      });
    }
    return figures;
  });
}

import { OffboardingUnderWay } from '../../shared/errors.ts';
import {
  describedTarget,
  knownTarget,
  requestedAt,
  runningExecutions,
} from '../../shared/workflows/executions.ts';

/**
 * Lets an onboarding wait for the offboardings of the same account, or of a VPC of it, that were requested before:
 * they may be about to remove what it would find. They give way as soon as they see it.
 *
 * @param onboarding.since when it was requested: an ISO time
 * @throws OffboardingUnderWay while one of them is running.
 * @throws AwsUnavailable when Step Functions throttles.
 */
export async function awaitOffboarding(onboarding: {
  connection: { name: string };
  accountId: string;
  since: string;
}): Promise<void> {
  const { connection, accountId, since } = onboarding;
  for (const execution of await runningExecutions()) {
    if (requestedAt(execution) >= Date.parse(since)) continue;
    const known = knownTarget(execution);
    const target = known === undefined ? await describedTarget(execution) : known;
    if (target?.connection !== connection.name || target.accountId !== accountId) continue;
    throw new OffboardingUnderWay(
      `Account ${accountId}, connection ${connection.name}, is being offboarded by ${execution.name}.`,
    );
  }
}

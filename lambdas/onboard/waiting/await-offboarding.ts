import { OffboardingUnderWay } from '../../shared/errors.ts';
import { executionNamed, requestedAt } from '../../shared/workflows/executions.ts';
import { forgetOffboarding, notedOffboardings } from '../../shared/workflows/offboarding-notes.ts';

/**
 * Lets an onboarding wait for the offboardings of the same account, or of a VPC of it, that were requested before:
 * they may be about to remove what it would find. They give way as soon as they see it.
 *
 * It asks the table who has begun, and Step Functions only about these: hundreds of onboardings begin at once, and
 * Step Functions lists executions two times a second.
 *
 * @param onboarding.since when it was requested: an ISO time
 * @throws OffboardingUnderWay while one of them is running.
 * @throws AwsUnavailable when Step Functions or DynamoDB do not answer.
 */
export async function awaitOffboarding(onboarding: {
  connection: { name: string };
  accountId: string;
  since: string;
}): Promise<void> {
  const { connection, accountId, since } = onboarding;
  for (const name of await notedOffboardings(connection.name, accountId)) {
    const execution = await executionNamed(name);
    if (execution?.status === 'SUCCEEDED') await forgetOffboarding(connection.name, accountId, name);
    if (execution?.status !== 'RUNNING' || requestedAt(execution) >= Date.parse(since)) continue;
    throw new OffboardingUnderWay(
      `Account ${accountId}, connection ${connection.name}, is being offboarded by ${name}.`,
    );
  }
}

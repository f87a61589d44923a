import * as z from 'zod/mini';
import { OffboardingUnderWay } from '../errors.ts';
import { defineHandler } from '../runtime/handler.ts';
import { describedTarget, knownTarget, requestedAt, runningExecutions } from './executions.ts';
import { AccountId } from './request.ts';

const inputSchema = z.object({
  connection: z.object({ name: z.string() }),
  accountId: AccountId,
  /** When the onboarding was requested. */
  since: z.string().check(z.refine((time) => !Number.isNaN(Date.parse(time)), 'must be an ISO time')),
});

/**
 * Lets an onboarding wait for the offboardings of the same account, or of a VPC of it, that were requested before:
 * they may be about to remove what it would find. They give way as soon as they see it.
 *
 * @throws OffboardingUnderWay while one of them is running.
 * @throws AwsUnavailable when Step Functions throttles.
 */
export const handler = defineHandler(inputSchema, async ({ connection, accountId, since }) => {
  for (const execution of await runningExecutions()) {
    if (requestedAt(execution) >= Date.parse(since)) continue;
    const known = knownTarget(execution);
    const target = known === undefined ? await describedTarget(execution) : known;
    if (target?.connection !== connection.name || target.accountId !== accountId) continue;
    throw new OffboardingUnderWay(
      `Account ${accountId}, connection ${connection.name}, is being offboarded by ${execution.name}.`,
    );
  }
  return {};
});

import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { acquireLock } from '../shared/coordination/lock.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, ExecutionName, SubscriptionId, TaskToken, Time } from '../shared/runtime/inputs.ts';
import { ownMember } from '../shared/runtime/members.ts';
import { AccountId } from '../shared/workflows/request.ts';
import { NetworkOwners } from '../shared/workflows/service-network.ts';

const inputSchema = z.object({
  subscriptionId: SubscriptionId,
  /** Left out or null: the Redis Cloud account `default`. */
  redisCloudAccount: z.nullish(z.string()),
  /** Whether the execution is going to create a PrivateLink. */
  isCreation: z.nullish(z.boolean()),
  executionArn: ExecutionArn,
  token: TaskToken,
  since: Time,
  /** Whom the execution is going to have admitted, and under which name it does. */
  admission: z.nullish(
    z.object({ connection: ConnectionName, accountId: AccountId, execution: ExecutionName }),
  ),
});

/** The account that is admitted, of a service network its owner. */
function admitted<A extends { connection: string; accountId: string }>(admission: A): A {
  const { NETWORK_OWNERS = '{}' } = readEnvironment(NetworkOwners);
  const owners = JSON.parse(NETWORK_OWNERS) as Record<string, string>;
  return { ...admission, accountId: ownMember(owners, admission.connection) ?? admission.accountId };
}

/** Waits in the queue for the lock to change a subscription; the step that waits gets the answer through its token. */
export const handler = defineHandler(inputSchema, ({ executionArn: execution, admission, ...waiter }) =>
  withAwsErrors('The lock could not be asked for', () =>
    acquireLock({ ...waiter, execution, admission: admission && admitted(admission) }),
  ),
);

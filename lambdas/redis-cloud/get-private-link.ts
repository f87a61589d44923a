import * as z from 'zod/mini';
import { occupySlot, READ_TAKES } from '../shared/coordination/slot.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { isThroughNetwork } from '../shared/workflows/service-network.ts';
import { AccountId, ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

const Input = z.extend(ConnectionInput, {
  /** Whose part is wanted; left out or null: everybody's. */
  accountId: z.nullish(AccountId),
  vpcId: z.nullish(z.string()),
});

/**
 * Starts the read of a connection's PrivateLink: `{ taskId, dueAt }`; the latter, in milliseconds since the epoch, is when its
 * task should be done. Of an account, or VPC, that is connected through a service network Redis Cloud has nothing: it is not
 * asked, and there is no task.
 */
export const handler = defineHandler(Input, async ({ connection, accountId, vpcId = null }) => {
  if (accountId && isThroughNetwork(connection, { accountId, vpcId })) return { taskId: null, dueAt: null };
  const { taskId } = await redisCloud(connection).getPrivateLink(connection);
  if (taskId === null) return { taskId, dueAt: null };
  const { queued } = await withAwsErrors('The reading could not be counted', () =>
    occupySlot(connection.redisCloudAccount, READ_TAKES),
  );
  return { taskId, dueAt: Date.now() + queued + READ_TAKES };
});

import * as z from 'zod/mini';
import { releaseLock } from '../shared/coordination/lock.ts';
import { stopRead } from '../shared/coordination/shared-reads.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, SubscriptionId } from '../shared/runtime/inputs.ts';

const inputSchema = z.object({
  connection: z.object({ subscriptionId: SubscriptionId, activeActiveRegionId: z.nullish(z.int()) }),
  /** ARN of the execution. */
  executionArn: ExecutionArn,
});

/** Gives back what an execution that has ended may hold: the lock, its place in the queue, the reading that others await. */
export const handler = defineHandler(inputSchema, async ({ connection, executionArn }) => {
  await withAwsErrors('What the execution holds could not be given back', async () => {
    await releaseLock(connection.subscriptionId, executionArn);
    await stopRead(connection, executionArn);
  });
  return {};
});

import * as z from 'zod/mini';
import { releaseLock } from '../shared/coordination/lock.ts';
import { withAwsErrors } from '../shared/coordination/table.ts';
import { NamedError } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, SubscriptionId } from '../shared/runtime/inputs.ts';
import { plain } from '../shared/runtime/text.ts';
import { messageOf } from '../shared/workflows/cause.ts';

const inputSchema = z.object({
  subscriptionId: SubscriptionId,
  executionArn: ExecutionArn,
  /** AWS writes null for an error or a cause that there is none of. */
  failure: z.nullish(z.object({ Error: z.nullish(z.string()), Cause: z.nullish(z.string()) })),
});

/**
 * Gives the lock to change a subscription to the next in the queue. With `failure`, which is what a `Catch` caught,
 * it then fails in the same way, so that the execution ends with the error that a person must see.
 */
export const handler = defineHandler(inputSchema, async ({ subscriptionId, executionArn, failure }) => {
  await withAwsErrors('The lock could not be released', () => releaseLock(subscriptionId, executionArn));
  if (failure) throw new Rethrown(failure.Error || 'Failed', messageOf(failure.Cause ?? ''));
  return {};
});

/** The failure that was caught. It was logged and counted when it happened. */
class Rethrown extends NamedError {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = plain(name, 80);
  }
}

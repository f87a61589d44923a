import type * as z from 'zod/mini';
import { InvalidRequest } from '../../shared/errors.ts';
import { requireOffer } from '../../shared/workflows/admission.ts';
import { configuration } from '../../shared/workflows/configuration.ts';
import type { Started } from '../client/client.ts';
import { type AccountChangeInput, type Change, change } from './change.ts';

/**
 * Starts a change that admits an account, if the account may be connected now. An execution may have waited for hours
 * since it asked, for a person or for others, or may have been redriven days later: the account may have left meanwhile.
 *
 * @throws InvalidRequest if it may not, or if the connection is configured no more, or for another subscription.
 * @throws AwsUnavailable when Organizations does not answer, or not enough to tell.
 */
export function admit(
  { connection, accountId, lockHolder }: z.output<typeof AccountChangeInput>,
  operation: 'addPrincipal' | 'createPrivateLink',
  start: () => Promise<Started>,
): Promise<Change> {
  return change(connection, lockHolder, operation, async () => {
    const { name, subscriptionId } = connection;
    const now = configuration().connections.find((one) => one.name === name);
    if (now?.subscriptionId !== subscriptionId) {
      throw new InvalidRequest(
        `Connection ${name} is not configured for subscription ${subscriptionId} any more, as it was when this execution began. Nothing was changed. Start a new execution.`,
      );
    }
    await requireOffer(now, accountId);
    return start();
  });
}

import * as z from 'zod/mini';
import { expectedSeconds, type TimedOperation } from '../../shared/coordination/change-durations.ts';
import { holdsLock } from '../../shared/coordination/lock.ts';
import { noteRefusal, recentRefusal } from '../../shared/coordination/refusals.ts';
import { occupySlot } from '../../shared/coordination/slot.ts';
import { withAwsErrors } from '../../shared/coordination/table.ts';
import { ChangeDue, LockLost, SubscriptionBusy } from '../../shared/errors.ts';
import { ExecutionArn } from '../../shared/runtime/inputs.ts';
import type { Started } from '../client/client.ts';
import { type ConnectionTarget, describeTarget } from '../client/connection.ts';
import { AccountInput } from './schemas.ts';

/** What a workflow passes to a function that changes a subscription. */
export const changing = {
  /** ARN of the execution that has the lock. Left out, nobody looks whether it has. */
  lockHolder: z.nullish(ExecutionArn),
};

export const AccountChangeInput = z.extend(AccountInput, changing);

/** A change that Redis Cloud has accepted. */
export interface Change extends Started {
  operation: TimedOperation;
  /** ISO time at which its answer had come, by this system's clock. */
  acceptedAt: string;
  /** Seconds for which it should wait until Redis Cloud has done what was asked for before. */
  queuedSeconds: number;
  /** Whole seconds after which it should be done, going by the latest ones of its kind. */
  expectedSeconds: number;
}

/**
 * Starts something that changes a subscription, if the execution may and nobody was refused just now.
 *
 * @throws LockLost unless the execution has the lock to change the subscription: it may have been aborted, and
 *   redriven after its lock went to somebody else.
 * @throws ChangeDue if Redis Cloud has refused another change just now: nothing has been asked.
 */
export async function underLock<T>(
  target: ConnectionTarget,
  lockHolder: ExecutionArn | null | undefined,
  start: () => Promise<T>,
): Promise<T> {
  await requireLock(target, lockHolder);
  const refusedAt = await withAwsErrors('The latest refusal of a change could not be read', () =>
    recentRefusal(target.subscriptionId),
  );
  if (refusedAt !== undefined) {
    throw new ChangeDue(
      `${describeTarget(target)} was not changed, because Redis Cloud refused another change at ${refusedAt}. Try again in a few seconds.`,
    );
  }
  try {
    return await start();
  } catch (error) {
    await noteIfRefused(target, error);
    throw error;
  }
}

/** Has others wait a little, if the error says that Redis Cloud does not take changes just now. */
export async function noteIfRefused({ subscriptionId }: ConnectionTarget, error: unknown): Promise<void> {
  if (!(error instanceof SubscriptionBusy)) return;
  await withAwsErrors('The refusal of the change could not be recorded', () => noteRefusal(subscriptionId));
}

async function requireLock(
  target: ConnectionTarget,
  lockHolder: ExecutionArn | null | undefined,
): Promise<void> {
  if (lockHolder == null) return;
  const isHeld = await withAwsErrors('The lock could not be inspected', () =>
    holdsLock(target.subscriptionId, lockHolder),
  );
  if (!isHeld) {
    throw new LockLost(
      `The lock to change ${describeTarget(target)} is no longer this execution's. Look again, and acquire the lock again.`,
    );
  }
}

/** Starts a change of a subscription, and says when it should be done. */
export function change(
  target: ConnectionTarget,
  lockHolder: ExecutionArn | null | undefined,
  operation: TimedOperation,
  start: () => Promise<Started>,
): Promise<Change> {
  return underLock(target, lockHolder, async () => {
    const takes = await withAwsErrors('The durations of changes could not be read', () =>
      expectedSeconds(target, operation),
    );
    const started = await start();
    const acceptedAt = new Date().toISOString();
    const queued = await withAwsErrors('The change could not be counted', () =>
      occupySlot(target.redisCloudAccount, takes * 1_000),
    );
    const expected = started.taskId === null ? 0 : Math.ceil(queued / 1_000 + takes);
    return { ...started, operation, acceptedAt, queuedSeconds: queued / 1_000, expectedSeconds: expected };
  });
}

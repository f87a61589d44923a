import * as z from 'zod/mini';
import { expectedSeconds, type TimedOperation } from '../../shared/coordination/change-durations.ts';
import { holdsLock } from '../../shared/coordination/lock.ts';
import { noteRefusal, recentRefusal } from '../../shared/coordination/refusals.ts';
import { latestRemoval, noteSettling } from '../../shared/coordination/settling.ts';
import { occupySlot, READ_TAKES } from '../../shared/coordination/slot.ts';
import { withAwsErrors } from '../../shared/coordination/table.ts';
import { ChangeDue, LockLost, SubscriptionBusy } from '../../shared/errors.ts';
import { ExecutionArn } from '../../shared/runtime/inputs.ts';
import type { Started } from '../client/client.ts';
import { type ConnectionTarget, describeTarget } from '../client/connection.ts';
import { AccountInput } from './schemas.ts';
import { subscriptionStatus } from './subscription-status.ts';

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
  /** Its place among all that Redis Cloud was asked for. */
  position: number;
  /** Whole seconds after which it should be done, going by the latest ones of its kind. */
  expectedSeconds: number;
}

/**
 * Starts a change of a subscription, if the execution may and Redis Cloud takes it, and says when it should be done.
 *
 * @throws LockLost unless the execution has the lock to change the subscription: it may have been aborted, and
 *   redriven after its lock went to somebody else.
 * @throws ChangeDue if Redis Cloud has refused another change of the subscription just now, or is still busy with a removal:
 *   nothing has been asked.
 */
export async function change(
  target: ConnectionTarget,
  lockHolder: ExecutionArn | null | undefined,
  operation: TimedOperation,
  start: () => Promise<Started>,
): Promise<Change> {
  await requireLock(target, lockHolder);
  const takes = await withAwsErrors('The durations of changes could not be read', () =>
    expectedSeconds(target, operation),
  );
  const reason = await withAwsErrors('The latest changes could not be read', () => reasonToWait(target));
  if (reason !== undefined) {
    throw new ChangeDue(
      `${describeTarget(target)} was not changed, because ${reason}. Try again in a few seconds.`,
    );
  }
  let started: Started;
  try {
    started = await start();
  } catch (error) {
    await noteIfRefused(target, error);
    throw error;
  }
  const acceptedAt = new Date().toISOString();
  const { position, ...place } = await withAwsErrors('The change could not be counted', () =>
    occupySlot(target.redisCloudAccount, takes * 1_000),
  );
  // A reading or two are done by then: Redis Cloud has had time for them since the change before was done.
  const queued = Math.max(place.queued - 2 * READ_TAKES, 0);
  const expected = started.taskId === null ? 0 : Math.ceil(queued / 1_000 + takes);
  return {
    ...started,
    operation,
    acceptedAt,
    queuedSeconds: queued / 1_000,
    position,
    expectedSeconds: expected,
  };
}

async function reasonToWait(target: ConnectionTarget): Promise<string | undefined> {
  const refusedAt = await recentRefusal(target.subscriptionId);
  if (refusedAt !== undefined) return `Redis Cloud refused another change at ${refusedAt}`;
  const removal = await latestRemoval(target);
  if (!removal) return undefined;
  if (removal.settles) return 'it settles after a removal';
  const status = await subscriptionStatus(target);
  if (status === null || status === 'active') return undefined;
  await noteSettling(target.subscriptionId, removal.seconds);
  return `after a removal the subscription is "${status}"`;
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

import * as z from 'zod/mini';
import { expectedSeconds, type TimedOperation } from '../../shared/coordination/change-durations.ts';
import { holdsLock } from '../../shared/coordination/lock.ts';
import { withAwsErrors } from '../../shared/coordination/table.ts';
import { LockLost } from '../../shared/errors.ts';
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
  /** Whole seconds after which it should be done, going by the latest ones of its kind. */
  expectedSeconds: number;
}

/**
 * @throws LockLost unless the execution has the lock to change the subscription: it may have been aborted, and
 *   redriven after its lock went to somebody else.
 */
export async function requireLock(
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
export async function change(
  target: ConnectionTarget,
  lockHolder: ExecutionArn | null | undefined,
  operation: TimedOperation,
  start: () => Promise<Started>,
): Promise<Change> {
  await requireLock(target, lockHolder);
  const expected = await withAwsErrors('The durations of changes could not be read', () =>
    expectedSeconds(target.subscriptionId, operation),
  );
  const started = await start();
  const acceptedAt = new Date().toISOString();
  return { ...started, operation, acceptedAt, expectedSeconds: started.taskId === null ? 0 : expected };
}

import * as z from 'zod/mini';
import { expectedSeconds, type PacedOperation } from '../../shared/coordination/pace.ts';
import { whileAwsAnswers } from '../../shared/coordination/table.ts';
import { holdsTurn } from '../../shared/coordination/turn.ts';
import { TurnLost } from '../../shared/errors.ts';
import { ExecutionArn } from '../../shared/runtime/inputs.ts';
import type { Started } from '../client/client.ts';
import { type ConnectionTarget, describeTarget } from '../client/connection.ts';
import { AccountInput } from './schemas.ts';

/** What a workflow passes to a function that changes a subscription. */
export const changing = {
  /** ARN of the execution that has the turn. Left out, nobody looks whether it has. */
  turn: z.nullish(ExecutionArn),
};

export const AccountChangeInput = z.extend(AccountInput, changing);

/** A change that Redis Cloud has accepted. */
export interface Change extends Started {
  operation: PacedOperation;
  /** ISO time at which its answer had come, by this system's clock. */
  acceptedAt: string;
  /** Whole seconds after which it should be done, going by the latest ones of its kind. */
  expectedSeconds: number;
}

/**
 * @throws TurnLost unless the execution has the turn to change the subscription: it may have been aborted, and
 *   redriven after its turn went to somebody else.
 */
export async function checkTurn(
  target: ConnectionTarget,
  turn: ExecutionArn | null | undefined,
): Promise<void> {
  if (turn == null) return;
  const isHeld = await whileAwsAnswers('The turn could not be looked at', () =>
    holdsTurn(target.subscriptionId, turn),
  );
  if (!isHeld) {
    throw new TurnLost(
      `The turn to change ${describeTarget(target)} is no longer this execution's. Look again, and take the turn anew.`,
    );
  }
}

/** Starts a change of a subscription, and says when it should be done. */
export async function change(
  target: ConnectionTarget,
  turn: ExecutionArn | null | undefined,
  operation: PacedOperation,
  start: () => Promise<Started>,
): Promise<Change> {
  await checkTurn(target, turn);
  const expected = await whileAwsAnswers('The pace of changes could not be read', () =>
    expectedSeconds(target.subscriptionId, operation),
  );
  const started = await start();
  const acceptedAt = new Date().toISOString();
  return { ...started, operation, acceptedAt, expectedSeconds: started.taskId === null ? 0 : expected };
}

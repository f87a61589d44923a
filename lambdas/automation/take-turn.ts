import * as z from 'zod/mini';
import { ConnectionName } from '../aws/payload.ts';
import { whileAwsAnswers } from '../coordination/table.ts';
import { takeTurn } from '../coordination/turn.ts';
import { defineHandler } from '../runtime/handler.ts';
import { ExecutionArn, ExecutionName, SubscriptionId, TaskToken, Time } from '../runtime/inputs.ts';
import { AccountId } from './request.ts';

const inputSchema = z.object({
  subscriptionId: SubscriptionId,
  execution: ExecutionArn,
  token: TaskToken,
  since: Time,
  /** Whom the execution is going to have admitted, and under which name it does. */
  admission: z.nullish(
    z.object({ connection: ConnectionName, accountId: AccountId, execution: ExecutionName }),
  ),
});

/** Stands in line for the turn to change a subscription; the step that waits is answered through its token. */
export const handler = defineHandler(inputSchema, (waiter) =>
  whileAwsAnswers('The line for the turn could not be kept', () => takeTurn(waiter)),
);

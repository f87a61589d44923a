import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { whileAwsAnswers } from '../shared/coordination/table.ts';
import { takeTurn } from '../shared/coordination/turn.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, ExecutionName, SubscriptionId, TaskToken, Time } from '../shared/runtime/inputs.ts';
import { AccountId } from '../shared/workflows/request.ts';

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

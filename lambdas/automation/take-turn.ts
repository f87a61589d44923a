import * as z from 'zod/mini';
import { whileAwsAnswers } from '../coordination/table.ts';
import { takeTurn } from '../coordination/turn.ts';
import { defineHandler } from '../runtime/handler.ts';

const inputSchema = z.object({
  subscriptionId: z.number(),
  execution: z.string(),
  token: z.string(),
  since: z.string(),
  /** Whom the execution is going to have admitted, and under which name it does. */
  admission: z.nullish(z.object({ connection: z.string(), accountId: z.string(), execution: z.string() })),
});

/** Stands in line for the turn to change a subscription; the step that waits is answered through its token. */
export const handler = defineHandler(inputSchema, (waiter) =>
  whileAwsAnswers('The line for the turn could not be kept', () => takeTurn(waiter)),
);

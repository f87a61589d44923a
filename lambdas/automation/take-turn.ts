import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { takeTurn, whileAwsAnswers } from './turn.ts';

const inputSchema = z.object({
  subscriptionId: z.number(),
  execution: z.string(),
  token: z.string(),
  since: z.string(),
});

/** Stands in line for the turn to change a subscription; the step that waits is answered through its token. */
export const handler = defineHandler(inputSchema, (waiter) => whileAwsAnswers(() => takeTurn(waiter)));

import * as z from 'zod/mini';
import { stopReading } from '../shared/coordination/readings.ts';
import { whileAwsAnswers } from '../shared/coordination/table.ts';
import { passTurn } from '../shared/coordination/turn.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionArn, SubscriptionId } from '../shared/runtime/inputs.ts';

const inputSchema = z.object({
  connection: z.object({ subscriptionId: SubscriptionId, activeActiveRegionId: z.nullish(z.int()) }),
  /** ARN of the execution. */
  execution: ExecutionArn,
});

/** Gives back what an execution that has ended may hold: the turn, its place in line, the reading that others await. */
export const handler = defineHandler(inputSchema, async ({ connection, execution }) => {
  await whileAwsAnswers('What the execution holds could not be given back', async () => {
    await passTurn(connection.subscriptionId, execution);
    await stopReading(connection, execution);
  });
  return {};
});

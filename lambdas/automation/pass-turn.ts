import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { passTurn, whileAwsAnswers } from './turn.ts';

const inputSchema = z.object({
  subscriptionId: z.number(),
  execution: z.string(),
  failure: z.nullish(z.object({ Error: z.string(), Cause: z.optional(z.string()) })),
});

/**
 * Gives the turn to change a subscription to the next in line. With `failure`, which is what a `Catch` caught,
 * it then fails in the same way, so that the execution ends with the error that a person must see.
 */
export const handler = defineHandler(inputSchema, async ({ subscriptionId, execution, failure }) => {
  await whileAwsAnswers(() => passTurn(subscriptionId, execution));
  if (failure) throw rethrown(failure.Error, failure.Cause);
  return {};
});

function rethrown(name: string, cause = ''): Error {
  const error = new Error(messageOf(cause));
  error.name = name;
  error.stack = '';
  return error;
}

/** A function's cause is `{"errorType","errorMessage","trace"}`; anyone else's is plain text. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

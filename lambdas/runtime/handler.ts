import type * as z from 'zod/mini';
import { InvalidRequest, NamedError } from '../errors.ts';
import { validate } from './validation.ts';

/** What Lambda tells about an invocation, as far as it is used here. */
export interface InvocationContext {
  awsRequestId?: string;
}

/**
 * A Lambda handler that checks the event against `schema`, does `work` and returns what comes of it. A failure
 * is logged once and thrown on. An error of `lambdas/errors.ts` leaves the function without its stack, which
 * helps nobody who reads it as the cause in an execution's history; the log keeps it.
 *
 * @throws InvalidRequest that names every problem of the event at once, and whatever `work` throws.
 */
export function defineHandler<S extends z.ZodMiniType, R>(
  schema: S,
  work: (input: z.output<S>) => R | Promise<R>,
): (event: unknown, context?: InvocationContext) => Promise<R> {
  return async (event, context) => {
    try {
      const input = validate(schema, event);
      if (!input.valid)
        throw new InvalidRequest(`The input is not acceptable: ${input.problems.join('; ')}.`);
      return await work(input.value);
    } catch (error) {
      await logFailure(error, event, context);
      if (error instanceof NamedError) error.stack = '';
      throw error;
    }
  };
}

/**
 * Errors with a name are answers that the workflow acts on, hence warnings; everything else is a defect.
 */
async function logFailure(error: unknown, event: unknown, context: InvocationContext | undefined) {
  // Loaded here because only a failure needs it.
  const { Logger } = await import('@aws-lambda-powertools/logger');
  const logger = new Logger({ serviceName: 'redis-privatelink' });
  const failure = error instanceof Error ? error : new Error(String(error));
  const extra = { ...subjectOf(event), requestId: context?.awsRequestId, error: failure };
  if (failure instanceof NamedError) logger.warn(failure.message, extra);
  else logger.error(failure.message, extra);
}

/** What the invocation was about, from an event that may not have been valid. */
function subjectOf(event: unknown): Record<string, string | undefined> {
  const { execution, connection, accountId, vpcId } = (event ?? {}) as Record<string, unknown>;
  const name = connection instanceof Object && 'name' in connection ? connection.name : connection;
  return {
    execution: text(execution),
    connection: text(name),
    account: text(accountId),
    vpc: text(vpcId),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 256) : undefined;
}

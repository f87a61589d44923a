import type { Logger } from '@aws-lambda-powertools/logger';
import type * as z from 'zod/mini';
import { InvalidRequest, NamedError, PreconditionFailed } from '../errors.ts';
import { embedded, measure, takeMeasured } from './metrics.ts';
import { inSources } from './stack.ts';
import { subjectOf } from './subject.ts';
import { SYSTEM } from './system.ts';
import { visible } from './text.ts';
import { validate } from './validation.ts';

/** What Lambda tells about an invocation, as far as it is used here. */
export interface InvocationContext {
  awsRequestId?: string;
}

/**
 * A Lambda handler that checks the event against `schema`, does `work` and returns what comes of it. Every
 * invocation leaves one log line, which says what it was about and carries what was measured; a failure is
 * thrown on after that. An error of `lambdas/shared/errors.ts` leaves the function without its stack, which helps
 * nobody who reads it as the cause in an execution's history; the log keeps it.
 *
 * @throws InvalidRequest that names every problem of the event at once, PreconditionFailed if there is more to answer
 *   than a workflow carries, and whatever `work` throws.
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
      const result = await work(input.value);
      mustFit(result);
      (await logger()).info('done', lineOf(event, context));
      return result;
    } catch (error) {
      await logFailure(error, event, context);
      if (error instanceof NamedError) error.stack = '';
      throw error;
    }
  };
}

/** Step Functions lets a state answer with 256 KiB ("Step Functions service quotas"), Lambda's own words included. */
const MAX_BYTES = 250 * 1024;

/**
 * Step Functions would end the execution with an error that no step can catch, and that says nothing of why.
 * @throws PreconditionFailed if there is more to answer than a workflow carries.
 */
export function mustFit(answer: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(answer) ?? '');
  if (bytes <= MAX_BYTES) return;
  throw new PreconditionFailed(
    `The answer has ${Math.ceil(bytes / 1024)} KiB, and a workflow carries ${MAX_BYTES / 1024}: there are more VPCs, endpoints or connections in one account and Region than can be looked at together. Nothing was changed. Move some to another account.`,
  );
}

/**
 * Errors with a name are answers that the workflow acts on, hence warnings; everything else is a defect.
 */
async function logFailure(error: unknown, event: unknown, context: InvocationContext | undefined) {
  const failure = error instanceof Error ? error : new Error(String(error));
  const named = failure instanceof NamedError;
  const metric = named ? failure.metric : 'Defects';
  if (metric) measure(metric, 1);
  if (!named && failure.stack) failure.stack = await inSources(failure.stack);
  const line = { ...lineOf(event, context), error: failure };
  if (named) (await logger()).warn(failure.message, line);
  else (await logger()).error(failure.message, line);
}

function lineOf(event: unknown, context: InvocationContext | undefined) {
  const { values, dimensions } = takeMeasured();
  return {
    ...subjectOf(event),
    requestId: context?.awsRequestId,
    ...embedded(Date.now(), values, dimensions),
  };
}

let made: Logger | undefined;

/** Loaded when the work is done: it is not what a cold start should wait for. */
async function logger(): Promise<Logger> {
  if (!made) {
    const { Logger } = await import('@aws-lambda-powertools/logger');
    made = new Logger({
      serviceName: SYSTEM,
      jsonReplacerFn: (_name, value) => (typeof value === 'string' ? visible(value) : value),
    });
  }
  return made;
}

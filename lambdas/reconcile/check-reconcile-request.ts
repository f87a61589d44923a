import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { validate } from '../shared/runtime/validation.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { refusal } from '../shared/workflows/request.ts';

const requestSchema = z.strictObject({ dryRun: z.optional(z.boolean()) });

/**
 * Checks what a person or EventBridge Scheduler asks of a reconciliation.
 * @throws InvalidRequest listing all problems, with an example.
 */
export function checkReconcileRequest(request: unknown): { dryRun: boolean } {
  const checked = validate(requestSchema, request);
  if (!checked.valid) throw refusal(checked.problems, '{} or {"dryRun":true} (then nothing is started)');
  return { dryRun: checked.value.dryRun ?? false };
}

/** The first step of the workflow: `{request}` in, the checked request out, with all connections. */
export const handler = defineHandler(z.object({ request: z.unknown() }), ({ request }) => ({
  ...checkReconcileRequest(request),
  connections: configuration().connections,
}));

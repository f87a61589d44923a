import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { requireOffer } from '../shared/workflows/admission.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { checkRequest } from '../shared/workflows/onboard-request.ts';

/**
 * The first step of `endpoint-script`: `{request}` in, the checked request out. A script connects whoever has it, so
 * Organizations is asked about the account as it is before an onboarding.
 *
 * @throws InvalidRequest listing all problems, with an example; or why the account may not be connected.
 * @throws AccessDenied when Organizations refuses to answer.
 * @throws AwsUnavailable when Organizations does not answer.
 */
export const handler = defineHandler(z.object({ request: z.unknown() }), async ({ request }) => {
  const checked = checkRequest(request, configuration().connections);
  await requireOffer(checked.connection, checked.accountId);
  return checked;
});

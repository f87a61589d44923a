import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { checkRequest } from '../shared/workflows/onboard-request.ts';
import { field, lookUp, refusal } from '../shared/workflows/request.ts';

/**
 * What an execution that has ended was about: `{request}` in, the checked request out. An offboarding of a PrivateLink alone
 * is about no account.
 *
 * @throws InvalidRequest where the execution cannot have passed its own check.
 */
export const handler = defineHandler(z.object({ request: z.unknown() }), ({ request }) => {
  const { connections } = configuration();
  if (field(request, 'unused') !== true) return checkRequest(request, connections);
  const { connection, problems } = lookUp(request, connections);
  if (!connection?.deletePrivateLinkWhenUnused)
    throw refusal(problems, '{"connection":"orders","unused":true}');
  return { connection, accountId: null, vpcId: null };
});

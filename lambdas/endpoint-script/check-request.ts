import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { checkRequest } from '../shared/workflows/onboard-request.ts';

/** The first step of a workflow: `{request}` in, the checked request out. */
export const handler = defineHandler(z.object({ request: z.unknown() }), ({ request }) =>
  checkRequest(request, configuration().connections),
);

import * as z from 'zod/mini';
import { ConnectionName } from '../aws/call/payload.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName } from '../shared/runtime/inputs.ts';
import { AccountId, VpcId } from '../shared/workflows/request.ts';
import { withApprovalErrors, withdraw } from './asking/approval.ts';

const inputSchema = z.object({
  connection: z.object({ name: ConnectionName }),
  accountId: AccountId,
  vpcId: z.nullable(VpcId),
  /** For so many hours a refusal counts, whatever comes. Left out by a definition from before they were kept. */
  refusalHours: z.nullish(z.int().check(z.minimum(0))),
  executionName: ExecutionName,
});

/**
 * What is offboarded is not asked about any more, and will be asked about again. A refusal outlives it for some time: its
 * owner could have it forgotten by taking the tag away, and ask again and again.
 */
export const handler = defineHandler(
  inputSchema,
  ({ connection, accountId, vpcId, refusalHours, executionName }) =>
    withApprovalErrors(() =>
      withdraw({ connection: connection.name, accountId, vpcId }, executionName, refusalHours ?? 0),
    ),
);

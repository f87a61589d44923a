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
  executionName: ExecutionName,
});

/** What is offboarded is not asked about any more, and will be asked about again. */
export const handler = defineHandler(inputSchema, ({ connection, accountId, vpcId, executionName }) =>
  withApprovalErrors(() => withdraw({ connection: connection.name, accountId, vpcId }, executionName)),
);

import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution, VpcId } from './call/payload.ts';
import { deleteParameters, PARAMETER_ATTEMPTS, readParameters } from './resources/parameters.ts';

/**
 * Deletes the parameters that this system has written in the member account for a VPC, or for all VPCs of the
 * connection. It does so whether or not the connection still publishes them.
 *
 * @returns how many were deleted.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcId: z.nullable(VpcId),
    executionName: OptionalExecution,
  }),
  async ({ accountId, connection, vpcId, executionName }) => {
    const { name, region } = connection;
    const ssm = await memberClient(
      SSMClient,
      'delete-parameters',
      { accountId, region },
      executionName,
      PARAMETER_ATTEMPTS,
    );
    const found = await readParameters(ssm, name, vpcId);
    await deleteParameters(ssm, [...found.keys()]);
    return { deleted: found.size };
  },
);

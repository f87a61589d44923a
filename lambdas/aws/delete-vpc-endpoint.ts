import { DeleteVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { EndpointNotFound, PreconditionFailed } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution, VpcEndpointId } from './call/payload.ts';
import { isOwn } from './resources/tags.ts';
import { findEndpoint, isEndpointNotFound, stateOf } from './resources/vpc-endpoints.ts';

/**
 * Deletes a VPC endpoint that this system created for the connection. Deletion goes on after the answer; asked
 * again meanwhile, the answer is the same.
 *
 * @throws EndpointNotFound when it is gone: there is nothing to delete, or no longer.
 * @throws PreconditionFailed when the endpoint does not carry the connection's tags.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcEndpointId: VpcEndpointId,
    executionName: OptionalExecution,
  }),
  async ({ accountId, connection, vpcEndpointId, executionName }) => {
    const { name, region } = connection;
    const ec2 = await memberClient(EC2Client, { accountId, region }, executionName);
    const subject = `VPC endpoint ${vpcEndpointId} of account ${accountId} in ${region}`;

    const endpoint = await findEndpoint(ec2, vpcEndpointId);
    const state = endpoint && stateOf(endpoint);
    if (!endpoint || state === 'deleted') throw new EndpointNotFound(`${subject} does not exist any more.`);
    if (!isOwn(endpoint.Tags, name)) {
      throw new PreconditionFailed(
        `${subject} does not carry this system's tags for connection ${name}, so it is left alone. Delete it by hand if it is to go: aws ec2 delete-vpc-endpoints --region ${region} --vpc-endpoint-ids ${vpcEndpointId}`,
      );
    }
    if (state === 'deleting') return {};

    // The call succeeds as a whole even where it failed for an endpoint.
    const { Unsuccessful } = await ec2.send(
      new DeleteVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }),
    );
    const failure = Unsuccessful?.[0]?.Error;
    if (!failure) return {};
    if (isEndpointNotFound(failure.Code ?? '')) throw new EndpointNotFound(`${subject} is gone.`);
    throw new PreconditionFailed(
      `${subject} cannot be deleted. AWS says: ${failure.Message} (${failure.Code})`,
    );
  },
);

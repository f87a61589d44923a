import { DeleteVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { VPCLatticeClient } from '@aws-sdk/client-vpc-lattice';
import * as z from 'zod/mini';
import { EndpointNotFound, PreconditionFailed } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, AssociationId, Connection, OptionalExecution, VpcEndpointId } from './call/payload.ts';
import { endAssociation } from './resources/network-association.ts';
import { markGoing, readOwnership, seenEndpoint } from './resources/ownership.ts';
import { isTagged } from './resources/tags.ts';
import { findEndpoint, isEndpointNotFound, stateOf } from './resources/vpc-endpoints.ts';

const CALL = 'delete-vpc-endpoint';

/**
 * Deletes a VPC endpoint that this system created for the connection, as its tags and the hub's record both say. Deletion goes on after the answer; asked
 * again meanwhile, the answer is the same.
 *
 * @throws EndpointNotFound when it is gone: there is nothing to delete, or no longer.
 * @throws PreconditionFailed when the tags or the record say otherwise: it is left alone.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    /** Or that of the association with the connection's service network. */
    vpcEndpointId: z.union([VpcEndpointId, AssociationId]),
    executionName: OptionalExecution,
  }),
  async ({ accountId, connection, vpcEndpointId, executionName }) => {
    const { name, region } = connection;
    if (connection.serviceNetwork && vpcEndpointId.startsWith('snra-')) {
      const lattice = await memberClient(VPCLatticeClient, CALL, { accountId, region }, executionName);
      await endAssociation(lattice, name, vpcEndpointId);
      return {};
    }
    const ec2 = await memberClient(EC2Client, CALL, { accountId, region }, executionName);
    const subject = `VPC endpoint ${vpcEndpointId} of account ${accountId} in ${region}`;

    const endpoint = await findEndpoint(ec2, vpcEndpointId);
    const state = endpoint && stateOf(endpoint);
    if (!endpoint || state === 'deleted') throw new EndpointNotFound(`${subject} does not exist any more.`);
    const { whyNotOwn } = await readOwnership(accountId, region, { completes: false });
    const why = isTagged(endpoint.Tags, name)
      ? await whyNotOwn(seenEndpoint(endpoint))
      : `it does not carry this system's tags for connection ${name}`;
    if (why !== undefined) {
      throw new PreconditionFailed(`${subject} is left alone, because it is not this system's: ${why}.`);
    }
    if (state === 'deleting') return {};

    // The call succeeds as a whole even where it failed for an endpoint.
    const { Unsuccessful } = await ec2.send(
      new DeleteVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }),
    );
    const failure = Unsuccessful?.[0]?.Error;
    if (!failure) {
      await markGoing(accountId, vpcEndpointId);
      return {};
    }
    if (isEndpointNotFound(failure.Code ?? '')) throw new EndpointNotFound(`${subject} is gone.`);
    throw new PreconditionFailed(
      `${subject} cannot be deleted. AWS says: ${failure.Message} (${failure.Code})`,
    );
  },
);

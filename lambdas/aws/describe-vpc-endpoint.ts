import { EC2Client, type VpcEndpoint } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { EndpointFailed, EndpointNotFound, EndpointPending } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import type { EndpointState } from '../shared/workflows/endpoint-state.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution, VpcEndpointId } from './call/payload.ts';
import { listAssociations, namesOf } from './resources/dns-names.ts';
import { findEndpoint, stateOf } from './resources/vpc-endpoints.ts';

/**
 * Reads the VPC endpoint until it is available and its DNS names are known.
 *
 * @throws EndpointPending when it is not available yet, or has no DNS names yet.
 * @throws EndpointFailed when the provider rejected it, or it failed or expired.
 * @throws EndpointNotFound when it is gone or going.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcEndpointId: VpcEndpointId,
    execution: OptionalExecution,
  }),
  async ({ accountId, connection, vpcEndpointId, execution }) => {
    const { region } = connection;
    const ec2 = await memberClient(EC2Client, { accountId, region }, execution);
    const subject = `VPC endpoint ${vpcEndpointId} of account ${accountId} in ${region}`;

    const endpoint = await findEndpoint(ec2, vpcEndpointId);
    if (!endpoint) throw new EndpointNotFound(`${subject} does not exist.`);
    const state = stateOf(endpoint);
    requireAvailable(endpoint, state, subject);

    const isResource = endpoint.VpcEndpointType === 'Resource';
    const associations = isResource ? await listAssociations(ec2, vpcEndpointId) : [];
    return { vpcEndpointId, state, endpoints: namesOf(endpoint, associations, subject) };
  },
);

function requireAvailable(endpoint: VpcEndpoint, state: string, subject: string): void {
  switch (state as EndpointState) {
    case 'available':
      return;
    case 'rejected':
    case 'failed':
    case 'expired': {
      const reason = endpoint.LastError?.Message ?? endpoint.FailureReason;
      const code = endpoint.LastError?.Code;
      throw new EndpointFailed(
        `${subject} is ${state}${reason ? `: ${reason}` : ''}${code ? ` (${code})` : ''}. ` +
          'Check in Redis Cloud that the account is still admitted, then onboard the VPC again.',
      );
    }
    case 'deleting':
    case 'deleted':
      throw new EndpointNotFound(`${subject} is ${state}.`);
    default:
      throw new EndpointPending(`${subject} is ${state}.`);
  }
}

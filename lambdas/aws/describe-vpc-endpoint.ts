import { EC2Client, type VpcEndpoint, type VpcEndpointAssociation } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { readHandedOver } from '../shared/coordination/handed-over.ts';
import { EndpointFailed, EndpointNotFound, EndpointPending } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { Time } from '../shared/runtime/inputs.ts';
import type { EndpointState } from '../shared/workflows/endpoint-state.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution, VpcEndpointId } from './call/payload.ts';
import { Database } from './resources/databases.ts';
import { associationsWith, hasAssociations, listAssociations, namesOf } from './resources/dns-names.ts';
import { recordEndpointDuration } from './resources/endpoint-durations.ts';
import { findEndpoint, stateOf } from './resources/vpc-endpoints.ts';

/**
 * How long names are waited for that are not there yet, from when the workflow began to wait for the endpoint. An
 * endpoint is available after some minutes, and associations and names follow it. What comes later than that is
 * published by a reconciliation, and the databases that can be reached are of use meanwhile.
 */
const NAMES_WAIT = 10 * 60_000;

/**
 * Reads the VPC endpoint until it is available and the DNS names of all databases are known that Redis Cloud lists.
 * After some minutes it is content with what is there.
 *
 * @returns `missing`: what the endpoint lacks, in words.
 * @throws EndpointPending when it is not available yet, or has no DNS names yet, or not all.
 * @throws EndpointFailed when the provider rejected it, or it failed or expired.
 * @throws EndpointNotFound when it is gone or going.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcEndpointId: VpcEndpointId,
    /** What Redis Cloud lists behind the PrivateLink. None: nobody knows. */
    databases: z._default(z.array(Database), []),
    /** When the workflow began to wait for the endpoint, in milliseconds since the epoch. */
    waitingSince: z._default(z.number(), 0),
    /** What the function that requested an endpoint has returned, if this execution has and was not redriven since. */
    requested: z.nullish(
      z.object({
        vpcEndpointId: VpcEndpointId,
        at: Time,
        expectedSeconds: z.number().check(z.nonnegative()),
      }),
    ),
    /** Whether the step has looked before. */
    hasLooked: z._default(z.boolean(), false),
    executionName: OptionalExecution,
  }),
  async ({
    accountId,
    connection,
    vpcEndpointId,
    databases,
    waitingSince,
    requested,
    hasLooked,
    executionName,
  }) => {
    const { region } = connection;
    const ec2 = await memberClient(EC2Client, 'describe-vpc-endpoint', { accountId, region }, executionName);
    const subject = `VPC endpoint ${vpcEndpointId} of account ${accountId} in ${region}`;

    const endpoint = await findEndpoint(ec2, vpcEndpointId);
    if (!endpoint) throw new EndpointNotFound(`${subject} does not exist.`);
    const state = stateOf(endpoint);
    requireAvailable(endpoint, state, subject);

    const all = hasAssociations(endpoint) ? await listAssociations(ec2, vpcEndpointId) : [];
    const associations = connection.serviceNetwork ? await ofConnection(connection.name, all) : all;
    const { endpoints, awaited, failed } = namesOf(endpoint, associations, databases);
    if (state === 'partial') awaited.push(`it is partial${reasonOf(endpoint)}`);
    const missing = [...awaited, ...failed];
    const isPatient = Date.now() - waitingSince < NAMES_WAIT;
    if (endpoints.length === 0 || (awaited.length > 0 && isPatient)) {
      throw new EndpointPending(`${subject} does not reach everything yet: ${missing.join('; ')}.`);
    }
    if (requested?.vpcEndpointId === vpcEndpointId && missing.length === 0) {
      const done = (Date.now() - Date.parse(requested.at)) / 1_000;
      const unfinished = hasLooked ? Math.min(requested.expectedSeconds, done) : 0;
      await recordEndpointDuration(region, endpoint.VpcEndpointType ?? '', { unfinished, done });
    }
    return { vpcEndpointId, state, endpoints, missing };
  },
);

/** What the endpoint reaches through the service network, as far as it is this connection's. */
async function ofConnection(
  name: string,
  associations: VpcEndpointAssociation[],
): Promise<VpcEndpointAssociation[]> {
  const handedOver = await readHandedOver(name);
  return handedOver ? associationsWith(handedOver.resourceConfigurationArn, associations) : [];
}

function reasonOf({ LastError, FailureReason }: VpcEndpoint): string {
  const reason = LastError?.Message ?? FailureReason;
  return `${reason ? `: ${reason}` : ''}${LastError?.Code ? ` (${LastError.Code})` : ''}`;
}

function requireAvailable(endpoint: VpcEndpoint, state: string, subject: string): void {
  switch (state as EndpointState) {
    case 'available':
    case 'partial':
      return;
    case 'rejected':
    case 'failed':
    case 'expired':
      throw new EndpointFailed(
        `${subject} is ${state}${reasonOf(endpoint)}. ` +
          'Check in Redis Cloud that the account is still admitted, then onboard the VPC again.',
      );
    case 'deleting':
    case 'deleted':
      throw new EndpointNotFound(`${subject} is ${state}.`);
    default:
      throw new EndpointPending(`${subject} is ${state}.`);
  }
}

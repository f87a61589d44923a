import {
  DescribeVpcEndpointAssociationsCommand,
  EC2Client,
  type VpcEndpoint,
  type VpcEndpointAssociation,
} from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { EndpointFailed, EndpointNotFound, EndpointPending } from '../errors.ts';
import { defineHandler } from '../runtime/handler.ts';
import { allPages } from './client.ts';
import { memberClient } from './member-account.ts';
import { AccountId, Connection, OptionalExecution, VpcEndpointId } from './payload.ts';
import { type EndpointState, findEndpoint, stateOf } from './vpc-endpoints.ts';

/** A name that applications connect to. */
export interface DnsEndpoint {
  dnsName: string;
  /** Null where AWS says nothing about it. */
  port: number | null;
  /** `service` is the one endpoint service in front of all databases. */
  type: 'database' | 'metrics' | 'service' | 'other';
}

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

    const endpoints =
      endpoint.VpcEndpointType === 'Resource'
        ? ofAssociations(await listAssociations(ec2, vpcEndpointId), subject)
        : ofService(endpoint, subject);
    return { vpcEndpointId, state, endpoints };
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

function listAssociations(ec2: EC2Client, vpcEndpointId: string): Promise<VpcEndpointAssociation[]> {
  return allPages(async (NextToken) => {
    const answer = await ec2.send(
      new DescribeVpcEndpointAssociationsCommand({ VpcEndpointIds: [vpcEndpointId], NextToken }),
    );
    return { items: answer.VpcEndpointAssociations, nextToken: answer.NextToken };
  });
}

/** One association for each database and one for the metrics ("AWS PrivateLink", Redis Cloud documentation). */
function ofAssociations(associations: VpcEndpointAssociation[], subject: string): DnsEndpoint[] {
  const failed = associations.filter((association) => association.FailureCode);
  const usable = associations.filter((association) => !association.FailureCode);
  const endpoints = usable.map(ofAssociation).filter((endpoint) => endpoint !== null);
  if (endpoints.length === 0 || endpoints.length < usable.length) {
    const reason = failed[0] && ` ${failed[0].FailureReason} (${failed[0].FailureCode})`;
    throw new EndpointPending(
      `${subject} has DNS names for ${endpoints.length} of its ${associations.length} associations.${reason ?? ''}`,
    );
  }
  return endpoints.sort((a, b) => a.dnsName.localeCompare(b.dnsName));
}

function ofAssociation({ PrivateDnsEntry, DnsEntry }: VpcEndpointAssociation): DnsEndpoint | null {
  const dnsName = PrivateDnsEntry?.DnsName ?? DnsEntry?.DnsName;
  return dnsName ? { dnsName, ...portOf(dnsName) } : null;
}

/**
 * An association carries no port ("VpcEndpointAssociation", EC2 API reference). Redis Cloud's own names say it:
 * a database's begin with `redis-<port>.`, those of the cluster's metrics with `internal.`.
 */
function portOf(dnsName: string): Pick<DnsEndpoint, 'port' | 'type'> {
  const database = /^redis-(1\d{4})\./.exec(dnsName);
  if (database) return { port: Number(database[1]), type: 'database' };
  return dnsName.startsWith('internal.') ? { port: 8070, type: 'metrics' } : { port: null, type: 'other' };
}

/** The regional name, one for each zone, and the private one if the service has it. */
function ofService({ DnsEntries = [] }: VpcEndpoint, subject: string): DnsEndpoint[] {
  const names = DnsEntries.map(({ DnsName }) => DnsName).filter((name) => name !== undefined);
  if (names.length === 0) throw new EndpointPending(`${subject} has no DNS names yet.`);
  return names.map((dnsName) => ({ dnsName, port: null, type: 'service' as const }));
}

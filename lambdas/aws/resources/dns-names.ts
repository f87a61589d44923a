import {
  DescribeVpcEndpointAssociationsCommand,
  type EC2Client,
  type VpcEndpoint,
  type VpcEndpointAssociation,
} from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { EndpointPending } from '../../shared/errors.ts';

/** A name that applications connect to. */
export interface DnsEndpoint {
  dnsName: string;
  /** Null where AWS says nothing about it. */
  port: number | null;
  /** `service` is the one endpoint service in front of all databases. */
  type: 'database' | 'metrics' | 'service' | 'other';
}

/**
 * The names of an available endpoint, from the associations of it if it is a resource endpoint.
 *
 * @throws EndpointPending when they are not all known yet.
 */
export function namesOf(
  endpoint: VpcEndpoint,
  associations: VpcEndpointAssociation[],
  subject: string,
): DnsEndpoint[] {
  return endpoint.VpcEndpointType === 'Resource'
    ? ofAssociations(associations, subject)
    : ofService(endpoint, subject);
}

/** The associations of one endpoint, or of all in the account and Region. */
export function listAssociations(ec2: EC2Client, vpcEndpointId?: string): Promise<VpcEndpointAssociation[]> {
  const which = vpcEndpointId === undefined ? {} : { VpcEndpointIds: [vpcEndpointId] };
  return allPages(async (NextToken) => {
    const answer = await ec2.send(new DescribeVpcEndpointAssociationsCommand({ ...which, NextToken }));
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

import {
  DescribeVpcEndpointAssociationsCommand,
  type EC2Client,
  type VpcEndpoint,
  type VpcEndpointAssociation,
} from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { type Database, databaseOf, portOfDatabase } from './databases.ts';

/** A name that applications connect to. */
export interface DnsEndpoint {
  /** The private name where there is one: the only one that the databases' certificates have. */
  dnsName: string;
  /** AWS's own name, which resolves outside of the VPC too. Null where AWS gives none, or only such names. */
  awsDnsName: string | null;
  /** Null where neither the name nor Redis Cloud says it. */
  port: number | null;
  /** `service` is the one endpoint service in front of all databases. */
  type: 'database' | 'metrics' | 'service' | 'other';
  /** Redis Cloud's id of the database; null where nothing tells it. */
  databaseId: number | null;
}

/** The names of an endpoint, and what it lacks. */
export interface EndpointNames {
  endpoints: DnsEndpoint[];
  /** What is not there yet, in words. */
  awaited: string[];
  /** What AWS says has failed, in words. */
  failed: string[];
}

/**
 * The names of an endpoint, from the associations of it if it is a resource endpoint.
 *
 * @param databases what Redis Cloud lists. None: nobody knows which there are.
 */
export function namesOf(
  endpoint: VpcEndpoint,
  associations: readonly VpcEndpointAssociation[],
  databases: readonly Database[] = [],
): EndpointNames {
  return hasAssociations(endpoint)
    ? ofAssociations(associations, databases, endpoint.PrivateDnsEnabled === true)
    : ofService(endpoint);
}

/** Whether an endpoint's names come from associations. */
export function hasAssociations({ VpcEndpointType }: VpcEndpoint): boolean {
  return VpcEndpointType === 'Resource' || VpcEndpointType === 'ServiceNetwork';
}

/**
 * Those of a resource configuration: a service network may hold several, whoever has associated them. What AWS names no
 * group of counts if it belongs to the same account.
 */
export function associationsWith(
  resourceConfigurationArn: string,
  associations: VpcEndpointAssociation[],
): VpcEndpointAssociation[] {
  return associations.filter(({ ResourceConfigurationGroupArn: group, AssociatedResourceArn: resource }) =>
    group ? group === resourceConfigurationArn : ownerIn(resource) === ownerIn(resourceConfigurationArn),
  );
}

function ownerIn(arn: string | undefined): string | undefined {
  return arn?.split(':')[4];
}

/** The associations of one endpoint, or of all in the account and Region. */
export function listAssociations(ec2: EC2Client, vpcEndpointId?: string): Promise<VpcEndpointAssociation[]> {
  const which = vpcEndpointId === undefined ? {} : { VpcEndpointIds: [vpcEndpointId] };
  return allPages(async (NextToken) => {
    const answer = await ec2.send(new DescribeVpcEndpointAssociationsCommand({ ...which, NextToken }));
    return { items: answer.VpcEndpointAssociations, nextToken: answer.NextToken };
  });
}

interface Joined {
  association: VpcEndpointAssociation;
  database: Database | undefined;
  /** Null as long as AWS gives it no name. */
  endpoint: DnsEndpoint | null;
}

/** One association for each database and one for the metrics ("AWS PrivateLink", Redis Cloud documentation). */
function ofAssociations(
  associations: readonly VpcEndpointAssociation[],
  databases: readonly Database[],
  isPrivate: boolean,
): EndpointNames {
  const joined = associations.map((association) => join(association, databases));
  const [awaited, failed]: [string[], string[]] = [[], []];
  for (const { association, database, endpoint } of joined) {
    const { FailureCode, FailureReason, AssociatedResourceAccessibility, PrivateDnsEntry } = association;
    const subject = describe(association, database, endpoint);
    if (FailureCode)
      failed.push(`${subject} has failed: ${FailureReason ?? 'AWS gives no reason'} (${FailureCode})`);
    else if (!endpoint) awaited.push(`${subject} has no DNS name`);
    else if (isPrivate && !PrivateDnsEntry?.DnsName) awaited.push(`${subject} has no private DNS name`);
    else if (/^inaccessible$/i.test(AssociatedResourceAccessibility ?? ''))
      awaited.push(`${subject} is inaccessible`);
  }
  awaited.push(...absent(joined, databases));
  const endpoints = joined.flatMap(({ association: { FailureCode }, endpoint }) =>
    endpoint && !FailureCode ? [endpoint] : [],
  );
  return {
    endpoints: endpoints.sort((a, b) => a.dnsName.localeCompare(b.dnsName)),
    awaited: awaited.sort(),
    failed: failed.sort(),
  };
}

/** What Redis Cloud lists and AWS does not show at all. */
function absent(joined: readonly Joined[], databases: readonly Database[]): string[] {
  if (databases.length === 0) return joined.length === 0 ? ['it has no associations'] : [];
  const unseen = databases.filter((one) => !joined.some(({ database }) => database === one));
  // Each of them may be any of the databases, and one of them the metrics.
  const unknown = joined.filter(({ database, endpoint }) => !database && endpoint?.type !== 'metrics').length;
  const missing = databases.length + 1 - joined.length;
  if (missing <= 0) return [];
  if (unknown > 0) return [`${missing} of ${databases.length} databases and the metrics have no association`];
  const lost = unseen.map((database) => `${nameOf(database)} has no association`);
  return joined.some(({ endpoint }) => endpoint?.type === 'metrics')
    ? lost
    : [...lost, 'the metrics have no association'];
}

function join(association: VpcEndpointAssociation, databases: readonly Database[]): Joined {
  const { PrivateDnsEntry, DnsEntry } = association;
  const awsDnsName = DnsEntry?.DnsName || null;
  const dnsName = PrivateDnsEntry?.DnsName || awsDnsName;
  const database = databaseOf(association, databases);
  if (!dnsName) return { association, database, endpoint: null };
  const known = database
    ? { port: portOf(dnsName).port ?? portOfDatabase(database), type: 'database' as const }
    : portOf(dnsName);
  return {
    association,
    database,
    endpoint: { dnsName, awsDnsName, ...known, databaseId: database?.databaseId ?? null },
  };
}

function describe(
  { Id }: VpcEndpointAssociation,
  database?: Database,
  endpoint?: DnsEndpoint | null,
): string {
  if (database) return nameOf(database);
  return endpoint?.type === 'metrics'
    ? 'the association of the metrics'
    : `association ${Id ?? 'without an id'}`;
}

function nameOf(database: Database): string {
  const port = portOfDatabase(database);
  return `database ${database.databaseId ?? 'without an id'}${port === null ? '' : ` (port ${port})`}`;
}

/**
 * An association carries no port ("VpcEndpointAssociation", EC2 API reference). Redis Cloud's own names say it:
 * a database's begin with `redis-<port>.`, those of the cluster's metrics with `internal.`.
 */
export function portOf(dnsName: string): Pick<DnsEndpoint, 'port' | 'type'> {
  const database = /^redis-(1\d{4})\./.exec(dnsName);
  if (database) return { port: Number(database[1]), type: 'database' };
  return dnsName.startsWith('internal.') ? { port: 8070, type: 'metrics' } : { port: null, type: 'other' };
}

/** The regional name, one for each zone, and the private one if the service has it. */
function ofService({ DnsEntries = [] }: VpcEndpoint): EndpointNames {
  const names = DnsEntries.map(({ DnsName }) => DnsName).filter((name) => name !== undefined);
  const endpoints = names.map((dnsName) => ({
    dnsName,
    awsDnsName: null,
    port: null,
    type: 'service' as const,
    databaseId: null,
  }));
  return { endpoints, awaited: names.length === 0 ? ['it has no DNS names'] : [], failed: [] };
}

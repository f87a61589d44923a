import type { VpcEndpointAssociation } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';

/** A database as Redis Cloud lists it behind a PrivateLink. */
export const Database = z.object({
  databaseId: z.nullable(z.int()),
  /** Has been wrong: what names say counts more. */
  port: z.nullable(z.int()),
  /** "Resource link endpoint". No document says whether it is a DNS name or one of AWS's identifiers. */
  rlEndpoint: z.nullable(z.string()),
});
export type Database = z.output<typeof Database>;

/**
 * The database that an association is of: its `rlEndpoint` names the associated resource configuration, or has one of
 * the association's DNS names, or the same first label, which holds the port. Undefined where that leaves a doubt.
 */
export function databaseOf(
  { AssociatedResourceArn, PrivateDnsEntry, DnsEntry }: VpcEndpointAssociation,
  databases: readonly Database[],
): Database | undefined {
  const resourceId = AssociatedResourceArn?.split('/').at(-1);
  const names = [PrivateDnsEntry?.DnsName, DnsEntry?.DnsName].flatMap((name) => (name ? [plain(name)] : []));
  const labels = names.map(labelOf).filter((label) => PORT_LABEL.test(label));
  return (
    only(databases, ({ rlEndpoint }) => !!resourceId && !!rlEndpoint?.includes(resourceId)) ??
    only(databases, ({ rlEndpoint }) => !!rlEndpoint && names.includes(plain(rlEndpoint))) ??
    only(databases, ({ rlEndpoint }) => !!rlEndpoint && labels.includes(labelOf(plain(rlEndpoint)))) ??
    only(databases, ({ port }) => labels.includes(`redis-${port}`))
  );
}

/** The port, as the name that Redis Cloud gives has it, or else as it lists it. Null if that cannot be one. */
export function portOfDatabase({ port, rlEndpoint }: Database): number | null {
  const named = PORT_LABEL.exec(labelOf(plain(rlEndpoint ?? '')))?.[1];
  if (named !== undefined) return Number(named);
  return port !== null && port >= 10_000 && port <= 19_999 ? port : null;
}

const PORT_LABEL = /^redis-(1\d{4})$/;

function labelOf(name: string): string {
  return name.split('.')[0] ?? '';
}

/** Without the port and the dot at the end. */
function plain(name: string): string {
  return name.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

function only<T>(all: readonly T[], fits: (one: T) => boolean): T | undefined {
  const [found, ...others] = all.filter(fits);
  return others.length === 0 ? found : undefined;
}

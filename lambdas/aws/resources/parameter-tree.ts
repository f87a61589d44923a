import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { SYSTEM } from './tags.ts';

/**
 * The tree of parameters from which applications of a member account learn how to reach their databases:
 *
 *   /redis-privatelink/<connection>/<vpc id>/endpoint-id
 *   /redis-privatelink/<connection>/<vpc id>/databases/<port>/host, …/port
 *   /redis-privatelink/<connection>/<vpc id>/metrics/host, …/port
 *   /redis-privatelink/<connection>/<vpc id>/service/host
 *   /redis-privatelink/<connection>/<vpc id>/service/zones/<zone>/host
 *   /redis-privatelink/<connection>/<vpc id>/others/<DNS name>/host
 *
 * A database goes by its port, which an application knows and which stays when the endpoint is made anew. Should
 * two databases have the same port, both go by their DNS names. `service` is there with the contract
 * `endpoint-service`, the rest with `resource-share`.
 *
 * The longest name has some 400 characters; Parameter Store takes 1011 ("PutParameter", API reference).
 */

/** What {@link parameterTree} puts under a VPC's folder. Whatever else is there, somebody else has put there. */
export const OWN_PARAMETER =
  /^vpc-[0-9a-f]+\/(endpoint-id|(databases|others)\/[^/]+\/(host|port)|metrics(\/[^/]+)?\/(host|port)|service(\/zones\/[^/]+)?\/host)$/;

/** A name to connect to, as describe-vpc-endpoint gives it. */
export const DnsEndpoint = z.object({
  dnsName: z.string().check(z.regex(/^[\w.*-]{1,255}$/, 'must be a DNS name')),
  port: z.nullable(z.int()),
  type: z.enum(['database', 'metrics', 'service', 'other']),
});
export type DnsEndpoint = z.output<typeof DnsEndpoint>;

/** The folder of a connection, or of one VPC of it. */
export function folderOf(connection: string, vpcId: string | null): string {
  return `/${SYSTEM}/${connection}${vpcId === null ? '' : `/${vpcId}`}`;
}

/** The parameters of a VPC endpoint, by name. `endpoint-id` is the last: whoever sees it finds the others. */
export function parameterTree(
  connection: string,
  vpcId: string,
  vpcEndpointId: string,
  endpoints: readonly DnsEndpoint[],
): Map<string, string> {
  const folder = folderOf(connection, vpcId);
  const tree = new Map<string, string>();
  const put = (path: string, { dnsName, port }: DnsEndpoint) => {
    tree.set(`${folder}/${path}/host`, dnsName);
    if (port !== null) tree.set(`${folder}/${path}/port`, String(port));
  };
  const ofType = (wanted: DnsEndpoint['type']) => endpoints.filter(({ type }) => type === wanted);

  const databases = ofType('database');
  for (const database of databases) {
    const isAlone = databases.filter(({ port }) => port === database.port).length === 1;
    const key = isAlone && database.port !== null ? String(database.port) : segment(database.dnsName);
    put(`databases/${key}`, database);
  }
  const metrics = ofType('metrics');
  for (const one of metrics) {
    put(metrics.length === 1 ? 'metrics' : `metrics/${segment(one.dnsName)}`, one);
  }
  for (const one of ofType('service')) {
    const place = placeOfService(one.dnsName);
    if (place !== undefined) put(place, one);
  }
  for (const one of ofType('other')) put(`others/${segment(one.dnsName)}`, one);
  tree.set(`${folder}/endpoint-id`, vpcEndpointId);
  return tree;
}

/**
 * Where a name of an interface endpoint goes: `<endpoint>-<random>.…` is that of the Region, and
 * `<endpoint>-<random>-<zone>.…` that of a zone ("Access an AWS service using an interface VPC endpoint"). A
 * private name is the databases' own and nothing that an application would have to look up.
 */
function placeOfService(dnsName: string): string | undefined {
  const [, zone, isOfEndpoint] =
    /^vpce-[0-9a-f]+-[0-9a-z]+(?:-([a-z]{2}(?:-[a-z0-9]+)+))?(\.)/.exec(dnsName) ?? [];
  if (!isOfEndpoint) return undefined;
  return zone === undefined ? 'service' : `service/zones/${zone}`;
}

/** A DNS name as one level of a parameter's name. */
function segment(dnsName: string): string {
  return dnsName.replace(/[^\w.-]/g, '_');
}

/** A tree in short: two are the same if this is. */
export function digestOf(tree: ReadonlyMap<string, string>): string {
  const entries = [...tree].sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { SYSTEM } from '../../shared/runtime/system.ts';
import { portOf } from './dns-names.ts';

/**
 * The tree of parameters from which applications of a member account learn how to reach their databases, below the
 * name of the system:
 *
 *   /redis-privatelink/<connection>/<vpc id>/endpoint-id
 *   /redis-privatelink/<connection>/<vpc id>/databases/<port>/host, …/port, …/aws-host, …/database-id
 *   /redis-privatelink/<connection>/<vpc id>/metrics/host, …/port, …/aws-host
 *   /redis-privatelink/<connection>/<vpc id>/service/host
 *   /redis-privatelink/<connection>/<vpc id>/service/zones/<zone>/host
 *   /redis-privatelink/<connection>/<vpc id>/others/<DNS name>/host, …/aws-host
 *
 * A database goes by its port, which an application knows and which stays when the endpoint is made again. Should
 * two databases have the same port, both go by their DNS names. `service` is there with the contract
 * `endpoint-service`, the rest with `resource-share`.
 *
 * The longest name has some 400 characters; Parameter Store takes 1011 ("PutParameter", API reference).
 */

/** What {@link parameterTree} puts under a VPC's folder. Whatever else is there, somebody else has put there. */
export const OWN_PARAMETER =
  /^vpc-[0-9a-f]+\/(endpoint-id|((databases|others)\/[^/]+|metrics(\/[^/]+)?)\/(host|port|aws-host|database-id)|service(\/zones\/[^/]+)?\/host)$/;

/** A name to connect to, as describe-vpc-endpoint gives it. */
export const DnsEndpoint = z.object({
  dnsName: z.string().check(z.regex(/^[\w.*-]{1,255}$/, 'must be a DNS name')),
  port: z.nullable(z.int()),
  type: z.enum(['database', 'metrics', 'service', 'other']),
  awsDnsName: z._default(z.nullable(z.string()), null),
  databaseId: z._default(z.nullable(z.int()), null),
});
export type DnsEndpoint = z.input<typeof DnsEndpoint>;

/** The folder of a connection, or of one VPC of it. */
export function folderOf(connection: string, vpcId: string | null): string {
  return `/${SYSTEM}/${connection}${vpcId === null ? '' : `/${vpcId}`}`;
}

/**
 * The parameter that has the whole of what a VPC's status tag has no room for. A connection may be called `status`, too: none
 * of its parameters has this name.
 */
export function statusParameter(vpcId: string): string {
  return `/${SYSTEM}/status/${vpcId}`;
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
  const put = (path: string, { dnsName, awsDnsName = null, port, databaseId = null }: DnsEndpoint) => {
    tree.set(`${folder}/${path}/host`, dnsName);
    if (port !== null) tree.set(`${folder}/${path}/port`, String(port));
    if (awsDnsName !== null) tree.set(`${folder}/${path}/aws-host`, awsDnsName);
    if (databaseId !== null) tree.set(`${folder}/${path}/database-id`, String(databaseId));
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

/**
 * A tree in short, of what AWS tells: two are the same if this is. Which database a name is of, and so the port of a
 * name that does not say it, is Redis Cloud's to tell, and whoever lists endpoints has not asked it.
 */
export function digestOf(tree: ReadonlyMap<string, string>): string {
  const lines = [...tree, ...portsMissing(tree)].flatMap(([name, value]) => {
    const [, folder = '', leaf = ''] = /^(.*)\/([^/]+)$/.exec(name) ?? [];
    const host = tree.get(`${folder}/host`);
    const isOfService = /\/service(\/zones\/[^/]+)?$/.test(folder);
    if (host === undefined || isOfService) return [`${name} ${value}`];
    if (leaf === 'database-id') return [];
    if (leaf !== 'port' || portOf(host).port !== null) return [`${host} ${leaf} ${value}`];
    // The folder says the port that the name does not.
    return folder.endsWith(`/${value}`) ? [] : [`${name} ${value}`];
  });
  return createHash('sha256').update(JSON.stringify(lines.sort())).digest('hex').slice(0, 16);
}

/** Databases whose name does not say the port, and whose parameter has gone: as if it were wrong. */
function portsMissing(tree: ReadonlyMap<string, string>): [string, string][] {
  return [...tree].flatMap(([name, host]): [string, string][] => {
    const folder = /^(.*\/databases\/\d+)\/host$/.exec(name)?.[1];
    if (folder === undefined || portOf(host).port !== null || tree.has(`${folder}/port`)) return [];
    return [[`${folder}/port`, 'missing']];
  });
}

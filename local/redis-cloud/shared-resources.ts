import { digest, type OfferedResource } from 'local-cloud';

/**
 * What Redis Cloud shares by a resource configuration: one resource for each database, and one for the metrics. Their
 * names are in a domain that is the resource configuration's own.
 */
export function sharedResources(
  resourceConfigurationArn: string,
  databases: readonly { databaseId: number; port: number }[],
): OfferedResource[] {
  const region = resourceConfigurationArn.split(':')[3] ?? '';
  const domain = `internal.${digest(resourceConfigurationArn, 6)}.${region}.redis.example.com`;
  return [
    ...databases.map(({ databaseId, port }) => ({
      key: String(databaseId),
      privateName: `redis-${port}.${domain}`,
    })),
    { key: 'metrics', privateName: domain },
  ];
}

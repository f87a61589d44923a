import type { AssociatingEnvironment } from '../../../lambdas/aws/resources/network-association.ts';
import type { NetworkEnvironment } from '../../../lambdas/shared/coordination/handed-over.ts';
import { type NetworkOwners, networkOwner } from '../../../lambdas/shared/workflows/service-network.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';

// What functions need beside the rest where connections have service networks. Without one nothing of it is there.

/** The owners of service networks, by connection; null: no connection has one. */
function owners({ configuration }: Hub): Record<string, string> | null {
  const all = configuration.connections.flatMap((connection): [string, string][] => {
    const owner = networkOwner(connection);
    return owner === null ? [] : [[connection.name, owner]];
  });
  return all.length > 0 ? Object.fromEntries(all) : null;
}

/** The variables of a function that uses the table only for service networks. */
export function networkEnvironment(hub: Hub) {
  const TABLE_NAME = hub.table.tableName;
  return environmentOf<typeof NetworkEnvironment>(owners(hub) ? { TABLE_NAME } : {});
}

/** The same of the one that associates with them. */
export function associatingEnvironment(hub: Hub) {
  const TAGS = JSON.stringify(hub.configuration.tags);
  const tags = environmentOf<typeof AssociatingEnvironment>(owners(hub) ? { TAGS } : {});
  return { ...networkEnvironment(hub), ...tags };
}

/** Who is admitted in place of others. */
export function ownersEnvironment(hub: Hub) {
  const all = owners(hub);
  return environmentOf<typeof NetworkOwners>(all ? { NETWORK_OWNERS: JSON.stringify(all) } : {});
}

/** Lets a function use what is kept of service networks. */
export function allowNetworks(hub: Hub, made: ApiFunction, ...actions: string[]): ApiFunction {
  if (owners(hub)) grantTable(hub.table, made.function, ...actions);
  return made;
}

import type { Connection } from '../../shared/workflows/configuration.ts';
import { isLive } from '../../shared/workflows/endpoint-state.ts';
import { networkOwner } from '../../shared/workflows/service-network.ts';
import { type AccountRegions, accountRegionKey, findingsIn } from './findings.ts';

/** An onboarding of a service network's owner, and why. */
interface MissingOfNetwork {
  workflow: 'onboard';
  connection: string;
  accountId: string;
  region: string;
  why: string;
}

/**
 * What the service network of a connection lacks through which VPCs are connected: an onboarding of its owner makes it.
 * Where no VPC is connected yet, the first one that comes does.
 *
 * @param principalOf the status of a principal; undefined where there is none, null where that is not known.
 */
export function missingOfNetwork(
  connection: Connection,
  places: AccountRegions,
  principalOf: (accountId: string) => string | undefined | null,
): MissingOfNetwork[] {
  const { name, region } = connection;
  const owner = networkOwner(connection);
  if (owner === null) return [];
  const place = places.get(accountRegionKey(owner, region));
  if (!place || 'error' in place) return [];
  const isUsed = findingsIn(region, places).some(({ endpoints }) =>
    endpoints.some((endpoint) => endpoint.connection === name && isLive(endpoint)),
  );
  if (!isUsed) return [];
  const target = { workflow: 'onboard' as const, connection: name, accountId: owner, region };
  if (principalOf(owner) === undefined)
    return [{ ...target, why: 'the owner of the service network is not admitted' }];
  const isThere = place.associations?.some((one) => one.connection === name && isLive(one));
  if (isThere) return [];
  return [{ ...target, why: 'the service network is not associated with what is shared' }];
}

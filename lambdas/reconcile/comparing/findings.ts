import type { Connection } from '../../shared/workflows/configuration.ts';
import { isLive } from '../../shared/workflows/endpoint-state.ts';
import { principalFor, THROUGH_NETWORK } from '../../shared/workflows/service-network.ts';

/** What is in one account and Region, or why nobody could look. */
export type Finding =
  | {
      accountId: string;
      region: string;
      /** The account's own VPCs; `tags` is the value of the tag that asks for connections. */
      vpcs: { vpcId: string; tags: string | null; isDefault?: boolean | null | undefined }[];
      /** This system's own VPC endpoints, of any connection and in any state. */
      endpoints: {
        vpcEndpointId: string;
        vpcId: string;
        connection: string;
        state: string;
        securityGroupIds: string[];
        /** A digest of what its parameters must be; null as long as that is not known. */
        parameters: string | null;
        /** How many resources can be reached through it, the metrics among them; null where AWS does not tell. */
        reached?: number | null;
        /** What AWS says has failed, in words. */
        failed?: string[];
        /** Zones of its VPC in which it could be and is not, each with a subnet. */
        otherZones?: { zone: string; subnetId: string; isRefused?: boolean }[];
      }[];
      /** Associations of the account's service networks with what is shared, whoever has made them. */
      associations?: { connection: string; state: string }[];
      /** This system's own security groups, of any connection. */
      groups: { groupId: string; vpcId: string; connection: string; complete: boolean }[];
      /** Endpoints and groups that only their tags, or only the record, call this system's own. */
      strays?: { id: string; vpcId: string; connection: string; why: string }[];
      /** This system's own parameters, a digest for each VPC and connection; null where they could not be read. */
      parameters: { connection: string; vpcId: string; digest: string }[] | null;
    }
  | { accountId: string; region: string; error: string };

export type Found = Exclude<Finding, { error: string }>;

/** Who is admitted and connected at Redis Cloud, or why that could not be read. */
export type PrivateLinkSnapshot =
  | {
      status: string;
      /** `<account id> <status>`, with `-` for no status. */
      principals: string[];
      /** Principals that are not accounts. */
      others: string[];
      /** For each connection: an account id, `endpoint:<VPC endpoint id>` or `association:<id>`. */
      owners: string[];
      /** How many databases Redis Cloud lists; null where it does not tell. */
      databases?: number | null;
    }
  | { error: string };

/** Findings by account and Region, in this order. */
export type AccountRegions = ReadonlyMap<string, Finding>;

export function accountRegionKey(accountId: string, region: string): string {
  return `${accountId} ${region}`;
}

/** What was found in the Region, account by account. */
export function findingsIn(region: string, places: AccountRegions): Found[] {
  return [...places.values()].filter(
    (place): place is Found => place.region === region && !('error' in place),
  );
}

/** A principal that was removed can stay listed; one that is being removed is on its way there. */
const LEAVING = new Set(['disassociating', 'disassociated']);
/** An account whose principal is in one of these states is not admitted. */
const NOT_ADMITTED = new Set([...LEAVING, 'failed']);

/** The accounts' principals with their status, of several for one account the one that counts. */
export function principalsOf(snapshot: PrivateLinkSnapshot): Map<string, string> {
  const principals = new Map<string, string>();
  if ('error' in snapshot) return principals;
  for (const entry of snapshot.principals) {
    const [accountId = '', status = '-'] = entry.split(' ');
    const known = principals.get(accountId);
    if (known === undefined || NOT_ADMITTED.has(known)) principals.set(accountId, status);
  }
  return principals;
}

/** The same without accounts that are no principals, because they are connected through a service network. */
export function admittedIn(snapshot: PrivateLinkSnapshot | undefined): Map<string, string> {
  return new Map(
    [...(snapshot ? principalsOf(snapshot) : [])].filter(([, status]) => status !== THROUGH_NETWORK),
  );
}

/**
 * The status of the principal that an account needs, its own or that of its service network's owner; undefined if there is
 * none, null if that is not known.
 */
export function principalsFor(
  connection: Connection,
  snapshot: PrivateLinkSnapshot,
): (accountId: string) => string | undefined | null {
  if ('error' in snapshot) return () => null;
  const principals = admittedIn(snapshot);
  return (accountId) => principals.get(principalFor(connection, accountId));
}

/**
 * The accounts with a principal to which the connection is not offered. Those that are leaving already are none, nor
 * those of which it is unclear.
 */
export function unofferedAccounts(
  connection: string,
  snapshot: PrivateLinkSnapshot,
  offers: Offers,
  unclear: Offers,
): string[] {
  const isKnown = (accountId: string) => [offers, unclear].some((all) => all.get(accountId)?.has(connection));
  return [...principalsOf(snapshot)]
    .filter(([accountId, status]) => !LEAVING.has(status) && !isKnown(accountId))
    .map(([accountId]) => accountId)
    .sort();
}

/** The names of the connections that are offered, by account. */
export type Offers = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads `<account id> <i>,<j>,…`, where the numbers are places in `connections`. */
export function offersOf(accounts: readonly string[], connections: readonly Connection[]): Offers {
  return new Map(
    accounts.map((entry) => {
      const [accountId = '', places = ''] = entry.split(' ');
      const offered = places.split(',').map((place) => connections[Number(place)]?.name);
      return [accountId, new Set(offered.filter((name) => name !== undefined))];
    }),
  );
}

/** What is missing at a VPC that is to be connected, in words; nothing if it is connected. */
export function whatIsMissing(
  { name, contract, endpoint, parameters }: Connection,
  vpcId: string,
  found: Found,
  /** The principal's status; undefined if there is none, null if that is not known. */
  principal: string | undefined | null,
): string[] {
  const here = (thing: { vpcId: string; connection: string }) =>
    thing.vpcId === vpcId && thing.connection === name;
  const missing: string[] = [];
  if (principal === undefined) missing.push('the account is not admitted');
  else if (principal !== null && NOT_ADMITTED.has(principal)) missing.push(`the principal is ${principal}`);

  const endpoints = found.endpoints.filter(here);
  if (!endpoints.some(isLive)) {
    const [dead] = endpoints;
    missing.push(dead ? `endpoint ${dead.vpcEndpointId} is ${dead.state}` : 'it has no endpoint');
  }
  // A group that the endpoint does not use is nobody's concern: somebody has given it another one.
  const group = found.groups.find(
    (one) =>
      here(one) && endpoints.some((user) => isLive(user) && user.securityGroupIds.includes(one.groupId)),
  );
  if (endpoint.securityGroup === null && group?.complete === false) {
    missing.push(`security group ${group.groupId} lacks rules`);
  }
  const others = endpoints.find(isLive)?.otherZones?.filter(({ isRefused }) => isRefused !== true) ?? [];
  // AWS adds no subnet to an endpoint of the type Resource.
  if (contract === 'endpoint-service' && others.length > 0) {
    missing.push(`its endpoint is not in ${others.map(({ zone }) => zone).join(', ')}`);
  }
  const wanted = endpoints.find(isLive)?.parameters;
  if (parameters && found.parameters && wanted != null) {
    const published = found.parameters.find(here);
    if (!published) missing.push('its parameters are missing');
    else if (published.digest !== wanted) missing.push('its parameters are not those of its endpoint');
  }
  return missing;
}

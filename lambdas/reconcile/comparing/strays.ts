import type { Connection } from '../../shared/workflows/configuration.ts';
import { isDeleting, isLive } from '../../shared/workflows/endpoint-state.ts';
import {
  type AccountRegions,
  type Found,
  findingsIn,
  type Offers,
  type PrivateLinkSnapshot,
} from './findings.ts';

/** Something that a person should know of, and that this system leaves alone. */
export interface Reported {
  kind:
    | 'unreachable account'
    | 'unreadable connection'
    | 'unknown principal'
    | 'other principal'
    | 'connection not made by this system'
    | 'connection not configured'
    | 'unused PrivateLink'
    | 'not made by this system'
    | 'endpoint of no connection'
    | 'several endpoints'
    | 'incomplete endpoint'
    | 'invitation near expiry'
    | 'unknown organizational unit'
    | 'unclear account'
    | 'VPC not deleted'
    | 'leftover';
  connection?: string;
  accountId?: string;
  region?: string;
  vpcId?: string;
  /** Of an endpoint of which nobody knows whose it is. */
  vpcEndpointId?: string;
  what: string;
}

/** Connections at Redis Cloud that do not come from this system's endpoints, as far as that can be told. */
export function othersConnections(
  { name, region, approval, serviceNetwork }: Connection,
  snapshot: PrivateLinkSnapshot,
  offers: Offers,
  places: AccountRegions,
  leaving: ReadonlySet<string>,
  unclear: Offers,
): Reported[] {
  // Through a service network Redis Cloud sees no endpoint, and may list the network.
  if ('error' in snapshot || serviceNetwork) return [];
  const kind = 'connection not made by this system';
  // Whoever is admitted can make endpoints by hand, in VPCs of which nobody was asked.
  const unasked = approval === 'required' ? ': nobody was asked to approve the others' : '';
  const reported: Reported[] = [];
  const shown = new Map<string, number>();
  for (const owner of snapshot.owners) shown.set(owner, (shown.get(owner) ?? 0) + 1);

  const found = findingsIn(region, places);
  // Redis Cloud does not say whose an endpoint is: as long as one account is unknown, it may be that account's.
  const relevant = [...offers, ...unclear].flatMap(([accountId, offered]) =>
    offered.has(name) ? [accountId] : [],
  );
  const known = new Set(found.map(({ accountId }) => accountId));
  const isAllKnown = [...relevant, ...leaving].every((accountId) => known.has(accountId));
  const ownEndpoints = new Set(
    found.flatMap(({ endpoints }) => endpoints.map(({ vpcEndpointId }) => vpcEndpointId)),
  );
  const live = new Map(
    found.map(({ accountId, endpoints }) => [
      accountId,
      // One that is being deleted is still connected.
      endpoints.filter((one) => one.connection === name && (isLive(one) || one.state === 'deleting')).length,
    ]),
  );

  for (const owner of [...shown.keys()].sort()) {
    const connections = shown.get(owner) ?? 0;
    const own = live.get(owner);
    if (own !== undefined && connections > own) {
      const what = `Redis Cloud shows ${connections} connections of the account, of which ${own} are this system's${unasked}`;
      reported.push({ kind, connection: name, accountId: owner, region, what });
    }
    const [, form, id = ''] = /^(endpoint|association):(.*)$/.exec(owner) ?? [];
    if (form === 'association') {
      const what = `Redis Cloud does not say from which account or endpoint the connection ${id} comes`;
      reported.push({ kind, connection: name, region, what });
    }
    if (form === 'endpoint' && isAllKnown && !ownEndpoints.has(id)) {
      const what = `endpoint ${id} is connected, and no account that was looked into has it from this system`;
      reported.push({ kind, connection: name, region, vpcEndpointId: id, what });
    }
  }
  return reported;
}

/** An endpoint that is connected and that nobody has, with its name from one run to the next. */
export function unownedIn(reported: readonly Reported[]): { key: string; found: Reported }[] {
  return reported.flatMap((found) =>
    found.kind === 'connection not made by this system' && found.vpcEndpointId !== undefined
      ? [{ key: `${found.connection} ${found.vpcEndpointId} unowned`, found }]
      : [],
  );
}

/** What only its tags, or only the record, call this system's own. */
export function tagged({ accountId, region, strays = [] }: Found): Reported[] {
  return strays
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, vpcId, connection, why }) => ({
      kind: 'not made by this system',
      connection,
      accountId,
      region,
      vpcId,
      what: `${id} is left alone: ${why}`,
    }));
}

/** This system's own endpoints that no connection of the configuration accounts for. */
export function oddEndpoints(
  { accountId, region, endpoints }: Found,
  connections: readonly Connection[],
): Reported[] {
  const reported: Reported[] = [];
  const first = new Map<string, string>();
  const byId = endpoints.toSorted((a, b) => (a.vpcEndpointId < b.vpcEndpointId ? -1 : 1));
  for (const endpoint of byId) {
    const { vpcEndpointId, vpcId, connection } = endpoint;
    if (isDeleting(endpoint)) continue;
    const configured = connections.find(({ name }) => name === connection);
    const where = { connection, accountId, region, vpcId };
    if (configured?.region !== region) {
      const what = configured
        ? `endpoint ${vpcEndpointId} is of connection ${connection}, which is in ${configured.region} now`
        : `endpoint ${vpcEndpointId} is of connection ${connection}, which is not configured any more`;
      reported.push({ kind: 'endpoint of no connection', ...where, what });
      continue;
    }
    if (!isLive(endpoint)) continue;
    const other = first.get(`${connection} ${vpcId}`);
    if (other === undefined) first.set(`${connection} ${vpcId}`, vpcEndpointId);
    else {
      const what = `the VPC has two endpoints of the connection: ${other} and ${vpcEndpointId}`;
      reported.push({ kind: 'several endpoints', ...where, what });
    }
  }
  return reported;
}

/** This system's own endpoints through which not everything can be reached that Redis Cloud lists. */
export function incompleteEndpoints(
  { name, region, contract }: Connection,
  snapshot: PrivateLinkSnapshot,
  places: AccountRegions,
): Reported[] {
  const databases = 'error' in snapshot ? null : (snapshot.databases ?? null);
  const reported: Reported[] = [];
  for (const { accountId, endpoints } of findingsIn(region, places)) {
    for (const endpoint of endpoints) {
      const {
        connection,
        vpcEndpointId,
        vpcId,
        state,
        reached = null,
        failed = [],
        otherZones = [],
      } = endpoint;
      if (connection !== name) continue;
      const lacks = [...failed];
      if (state === 'partial') lacks.push('AWS says that it is partial');
      // One of what is reached is the metrics.
      if (databases !== null && reached !== null && reached <= databases) {
        lacks.push(`it reaches ${reached} of ${databases} databases and the metrics`);
      }
      const narrow = contract === 'resource-share' ? otherZones : otherZones.filter((one) => one.isRefused);
      if (narrow.length > 0) {
        const zones = narrow.map(({ zone, subnetId }) => `${zone} (${subnetId})`).join(', ');
        lacks.push(`it is not in ${zones}. ${widening(contract)}`);
      }
      if (lacks.length === 0) continue;
      const what = `endpoint ${vpcEndpointId} is incomplete: ${lacks.join('; ')}`;
      reported.push({ kind: 'incomplete endpoint', connection, accountId, region, vpcId, what });
    }
  }
  return reported;
}

/** What a person can do about an endpoint that is in fewer zones than its VPC. */
function widening(contract: Connection['contract']): string {
  return contract === 'resource-share'
    ? 'AWS adds no subnet to a resource endpoint: delete it, which interrupts its connections, and it is made anew'
    : 'AWS refuses to add it there; the output of the onboarding says why. It is asked again after a month';
}

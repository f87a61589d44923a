import { isLive } from '../../shared/workflows/endpoint-state.ts';

/** A VPC endpoint of this system. */
export interface OwnEndpoint {
  vpcEndpointId: string;
  vpcId: string;
  /** The connection's name. */
  connection: string;
  state: string;
  /** ISO time. */
  createdAt?: string | null | undefined;
}

/** A consumer's connection as Redis Cloud shows it; it does not have to say which endpoint made it. */
export interface EndpointConnection {
  associationId?: string | null | undefined;
  connectionId?: string | null | undefined;
  type?: string | null | undefined;
  ownerId?: string | null | undefined;
  endpointId?: string | null | undefined;
  associationDate?: string | null | undefined;
}

/**
 * Whether a VPC endpoint has made the connection. Redis Cloud also lists those of VPC Lattice service networks, which
 * are never this system's.
 */
export function isOfEndpoint({ type }: EndpointConnection): boolean {
  return !type || /endpoint/i.test(type);
}

/** What a connection is called in the list of those that have been asked to be disassociated. */
export function keyOf({ associationId, endpointId }: EndpointConnection): string | null {
  return associationId ?? endpointId ?? null;
}

/** Whether Redis Cloud can be told which connection is meant: each contract has its own way to. */
export function canBeNamed(connection: EndpointConnection, contract: string): boolean {
  const { associationId, type, ownerId, endpointId } = connection;
  return contract === 'endpoint-service' ? Boolean(endpointId) : Boolean(associationId && type && ownerId);
}

/**
 * The connections that surely are those of `going`, which are some of the account's endpoints `own`. To be wrong
 * would cut another VPC, so what is not sure is left out.
 */
export function connectionsOf(
  going: readonly OwnEndpoint[],
  own: readonly OwnEndpoint[],
  shown: readonly EndpointConnection[],
): EndpointConnection[] {
  const isNamedBy = (connection: EndpointConnection) => (endpoint: OwnEndpoint) =>
    [connection.endpointId, connection.connectionId].includes(endpoint.vpcEndpointId);
  const pairs = pairedInTime(
    shown.filter((one) => isOfEndpoint(one) && !one.endpointId && !own.some(isNamedBy(one))),
    own.filter((endpoint) => isLive(endpoint) && !shown.some((one) => isNamedBy(one)(endpoint))),
  );
  return shown.filter((connection) => {
    const endpoint = pairs.get(connection);
    return going.some(isNamedBy(connection)) || (endpoint !== undefined && going.includes(endpoint));
  });
}

/**
 * Pairs connections that name no endpoint with endpoints: if there are as many, and each connection came about
 * after its endpoint and before the next one was created.
 */
function pairedInTime(
  connections: readonly EndpointConnection[],
  endpoints: readonly OwnEndpoint[],
): Map<EndpointConnection, OwnEndpoint> {
  const none = new Map<EndpointConnection, OwnEndpoint>();
  if (connections.length !== endpoints.length) return none;
  const associated = connections
    .map((connection) => ({ connection, during: span(connection.associationDate) }))
    .sort((a, b) => a.during.from - b.during.from);
  const created = endpoints
    .map((endpoint) => ({ endpoint, during: span(endpoint.createdAt) }))
    .sort((a, b) => a.during.from - b.during.from);
  const isOnlyOne = connections.length === 1;
  const pairs = associated.map(({ connection, during }, index) => {
    const { endpoint, during: creation } = created[index]!;
    const next = created[index + 1];
    const isDated = !Number.isNaN(during.from) && !Number.isNaN(creation.from);
    const isBetween = creation.from < during.to && (!next || during.to <= next.during.from);
    return { connection, endpoint, isSure: isDated ? isBetween : isOnlyOne };
  });
  if (!pairs.every(({ isSure }) => isSure)) return none;
  return new Map(pairs.map(({ connection, endpoint }) => [connection, endpoint]));
}

/** When something was, in milliseconds: a time that was written without a fraction may be a second later. */
function span(time: string | null | undefined): { from: number; to: number } {
  const from = Date.parse(time ?? '');
  return { from, to: from + (/\.\d/.test(time ?? '') ? 1 : 1000) };
}

/** Whether it has been asked to be disassociated. */
export function isAsked(connection: EndpointConnection, asked: readonly string[]): boolean {
  const key = keyOf(connection);
  return key !== null && asked.includes(key);
}

import { InvalidRequest } from '../../shared/errors.ts';
import { type ConnectionTarget, type ContractName, describeTarget } from './connection.ts';
import { endpointServicePrincipal, resourceSharePrincipal } from './principals.ts';

/** A consumer's connection, as far as a disassociation needs it: as a read returned it. */
export interface ConnectionToCut {
  associationId?: string | null;
  connectionId?: string | null;
  type?: string | null;
  ownerId?: string | null;
  endpointId?: string | null;
}

/** What differs between the two forms in which Redis Cloud offers the same operations. */
export interface Contract {
  readonly disassociateMethod: 'POST' | 'PUT';
  /** What the read of the endpoint script asks for beyond its path. */
  readonly endpointScriptQuery: string;
  /** @throws InvalidRequest if the connection's configuration lacks what the call needs. */
  createBody(target: ConnectionTarget, principal: string): object;
  addPrincipalBody(target: ConnectionTarget, principal: string): object;
  removePrincipalBody(target: ConnectionTarget, principal: string): object;
  /** @throws InvalidRequest if a connection lacks what identifies it. */
  disassociateBody(target: ConnectionTarget, connections: ConnectionToCut[]): object;
}

/** RAM share of a VPC Lattice resource configuration: the published API. Creating admits the first principal. */
const resourceShare: Contract = {
  disassociateMethod: 'POST',
  // As the vendor's own client asks: without it the answer may lack the Terraform script.
  endpointScriptQuery: '?includeTerraformAwsScript=true',
  createBody(target, principal) {
    const { shareName } = target;
    if (!shareName || shareName.length > 64) {
      throw new InvalidRequest(
        `The PrivateLink of ${describeTarget(target)} needs a share name of 1 to 64 characters. Set "shareName" ` +
          `on connection "${target.name}" in the configuration.`,
      );
    }
    return { shareName, ...resourceSharePrincipal(principal) };
  },
  addPrincipalBody: (_target, principal) => resourceSharePrincipal(principal),
  removePrincipalBody: (_target, principal) => ({ principal: resourceSharePrincipal(principal).principal }),
  disassociateBody: (target, connections) => ({
    connections: connections.map((connection) => {
      const { associationId, connectionId, type, ownerId } = connection;
      if (!associationId || !type || !ownerId) throw unidentified(target, 'associationId, type and ownerId');
      return { associationId, ...(connectionId ? { connectionId } : {}), type, principalId: ownerId };
    }),
  }),
};

/** VPC endpoint service. Creating admits nobody. */
const endpointService: Contract = {
  disassociateMethod: 'PUT',
  endpointScriptQuery: '',
  createBody: () => ({}),
  addPrincipalBody: (target, principal) => ({
    principal: endpointServicePrincipal(principal, target.region),
  }),
  removePrincipalBody: (target, principal) => ({
    principals: [endpointServicePrincipal(principal, target.region)],
  }),
  disassociateBody: (target, connections) => ({
    endpointIds: connections.map(({ endpointId }) => {
      if (!endpointId) throw unidentified(target, 'endpointId');
      return endpointId;
    }),
  }),
};

export const contracts: Readonly<Record<ContractName, Contract>> = {
  'resource-share': resourceShare,
  'endpoint-service': endpointService,
};

function unidentified(target: ConnectionTarget, fields: string): InvalidRequest {
  return new InvalidRequest(
    `A connection to disassociate from ${describeTarget(target)} lacks ${fields}. Pass it as the read of the ` +
      'PrivateLink returns it.',
  );
}

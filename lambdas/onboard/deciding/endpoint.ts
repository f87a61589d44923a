/** The VPC as far as it decides. */
export interface VpcLook {
  endpoint: object | null;
  /** Null: the workflow is to create one, or to complete the one it has created. */
  securityGroupId: string | null;
  isSettled: boolean;
  failedEndpointIds: readonly string[];
  /** Subnets in zones in which the endpoint could be, and is not. */
  addableSubnetIds: readonly string[];
}

/** What comes next, one for each way out of the state *Is the endpoint there?*. */
export const ENDPOINT_ACTIONS = [
  'await-endpoint',
  'complete-security-group',
  'add-subnets',
  'wait-for-subnets',
  'give-up',
  'delete-failed-endpoint',
  'create-endpoint',
  'create-security-group',
] as const;

export interface EndpointDecision {
  action: (typeof ENDPOINT_ACTIONS)[number];
  /** How often the endpoint has been asked for, counting what comes next. */
  endpointRequests: number;
}

/** Endpoints that are asked for and do not stay: after five somebody deletes them, who must be found. */
export const MAX_ENDPOINT_REQUESTS = 5;

/**
 * Decides what the VPC lacks.
 *
 * @param before how often the endpoint was asked for before
 */
export function decideEndpoint(vpc: VpcLook, before: number): EndpointDecision {
  const endpointRequests = before + (vpc.isSettled ? 1 : 0);
  return { action: nextAction(vpc, endpointRequests), endpointRequests };
}

function nextAction(vpc: VpcLook, endpointRequests: number): EndpointDecision['action'] {
  if (vpc.endpoint) {
    if (vpc.securityGroupId === null) return 'complete-security-group';
    return vpc.addableSubnetIds.length > 0 ? 'add-subnets' : 'await-endpoint';
  }
  if (!vpc.isSettled) return 'wait-for-subnets';
  if (endpointRequests > MAX_ENDPOINT_REQUESTS) return 'give-up';
  // One that failed or was rejected is in the way.
  if (vpc.failedEndpointIds.length > 0) return 'delete-failed-endpoint';
  return vpc.securityGroupId === null ? 'create-security-group' : 'create-endpoint';
}

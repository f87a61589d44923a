import { endpointState, isRemembered } from './endpoint-state.ts';
import type { Ec2Context, RegionState } from './state.ts';

/** A VPC as whoever looks at everything sees it: its tags, the zones of its subnets, its endpoints. */
export interface NetworkView {
  accountId: string;
  region: string;
  vpcId: string;
  cidrBlock: string;
  tags: Record<string, string>;
  subnetIds: string[];
  /** Names of zones, such as `us-east-1a`, in order. */
  zones: string[];
  endpoints: {
    id: string;
    /** The service's name or the resource configuration's ARN. */
    target: string;
    /** In the words of `DescribeVpcEndpoints`. */
    state: string;
    zones: string[];
    tags: Record<string, string>;
  }[];
}

/** All VPCs of an account in a Region. Endpoints that are deleted are left out. */
export function networksOf(
  context: Ec2Context,
  { accountId, region }: { accountId: string; region: string },
  { vpcs, subnets, endpoints }: RegionState,
): NetworkView[] {
  const zonesOf = (chosen: Iterable<{ zoneName: string }>) =>
    [...new Set(Array.from(chosen, ({ zoneName }) => zoneName))].sort();
  const subnetsOf = (vpc: string) => {
    const own = [...subnets.values()].filter(({ vpcId }) => vpcId === vpc);
    return { subnetIds: own.map(({ id }) => id), zones: zonesOf(own) };
  };
  const all = [...endpoints.values()].filter((endpoint) => isRemembered(context, endpoint));
  return [...vpcs.values()].map(({ id, cidrBlock, tags }) => ({
    accountId,
    region,
    vpcId: id,
    cidrBlock,
    tags: Object.fromEntries(tags),
    ...subnetsOf(id),
    endpoints: all
      .filter(({ vpcId }) => vpcId === id)
      .map((endpoint) => ({
        id: endpoint.id,
        target: endpoint.target,
        state: endpointState(context, endpoint),
        zones: zonesOf(endpoint.subnetIds.flatMap((subnetId) => subnets.get(subnetId) ?? [])),
        tags: Object.fromEntries(endpoint.tags),
      }))
      .filter(({ state }) => state !== 'deleted'),
  }));
}

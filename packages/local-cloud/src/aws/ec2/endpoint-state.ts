import type { Ec2Context, Endpoint } from './state.ts';

/** One of a resource or a service network takes a /28 of each of its subnets, an interface endpoint one address. */
export function addressesPerSubnet(type: Endpoint['type']): number {
  return type === 'Interface' ? 1 : 16;
}

/** The endpoint's state now, in the words of `DescribeVpcEndpoints`. */
export function endpointState(context: Ec2Context, endpoint: Endpoint): string {
  const now = context.clock.now();
  if (endpoint.deletedAt !== undefined) {
    return now - endpoint.deletedAt < context.timings.endpointDeleting ? 'deleting' : 'deleted';
  }
  if (endpoint.tie?.cut) return endpoint.tie.cut;
  if (now - endpoint.createdAt < context.timings.endpointPending) return 'pending';
  return endpoint.type === 'Resource' && context.ways.failedAssociation === 'partial'
    ? 'partial'
    : 'available';
}

/** Whether `DescribeVpcEndpoints` still shows it: a deleted endpoint stays visible for a while. */
export function isRemembered(context: Ec2Context, endpoint: Endpoint): boolean {
  if (endpoint.deletedAt === undefined) return true;
  return context.clock.now() - endpoint.deletedAt < context.timings.endpointRemembered;
}

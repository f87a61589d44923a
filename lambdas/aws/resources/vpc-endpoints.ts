import {
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type Filter,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { codeOf } from '../../shared/aws/errors.ts';

/** The endpoint's state with a small first letter: an `EndpointState`, or one that AWS has added since. */
export function stateOf(endpoint: VpcEndpoint): string {
  const state: string = endpoint.State ?? 'pending';
  return state.charAt(0).toLowerCase() + state.slice(1);
}

/** Whether something can be reached through it. */
export function isUsable(endpoint: VpcEndpoint): boolean {
  return ['available', 'partial'].includes(stateOf(endpoint));
}

/** All VPC endpoints of the account and Region that the filters let through. */
export function listEndpoints(ec2: EC2Client, filters: Filter[]): Promise<VpcEndpoint[]> {
  return allPages(async (NextToken) => {
    const answer = await ec2.send(
      new DescribeVpcEndpointsCommand({ Filters: filters, MaxResults: 500, NextToken }),
    );
    return { items: answer.VpcEndpoints, nextToken: answer.NextToken };
  });
}

/** EC2 takes so many values of a filter ("Filter", API reference). */
export const MAX_VALUES = 200;

/** Those of the endpoints that AWS shows. */
export async function listEndpointsById(
  ec2: EC2Client,
  endpoints: readonly { id: string }[],
): Promise<VpcEndpoint[]> {
  const found: VpcEndpoint[] = [];
  for (let from = 0; from < endpoints.length; from += MAX_VALUES) {
    const Values = endpoints.slice(from, from + MAX_VALUES).map(({ id }) => id);
    found.push(...(await listEndpoints(ec2, [{ Name: 'vpc-endpoint-id', Values }])));
  }
  return found;
}

/** One VPC endpoint, or undefined if it does not exist, or no longer. */
export async function findEndpoint(ec2: EC2Client, vpcEndpointId: string): Promise<VpcEndpoint | undefined> {
  try {
    const { VpcEndpoints } = await ec2.send(
      new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] }),
    );
    return VpcEndpoints?.[0];
  } catch (error) {
    if (isEndpointNotFound(codeOf(error))) return undefined;
    throw error;
  }
}

/** AWS documents `InvalidVpcEndpointId.NotFound` and `InvalidVpcEndpoint.NotFound`. */
export function isEndpointNotFound(code: string): boolean {
  return /^InvalidVpcEndpoint(Id)?\.NotFound$/i.test(code);
}

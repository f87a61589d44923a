import { EC2Client, type VpcEndpoint, type VpcEndpointAssociation } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { EndpointPending } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, OptionalExecution, Region } from './call/payload.ts';
import { listAssociations, namesOf } from './resources/dns-names.ts';
import { digestOf, parameterTree } from './resources/parameter-tree.ts';
import { CONNECTION_TAG, ownFilters, tagValue } from './resources/tags.ts';
import { listEndpoints, stateOf } from './resources/vpc-endpoints.ts';

/** A VPC endpoint of this system, of any connection. */
export interface OwnEndpoint {
  vpcEndpointId: string;
  vpcId: string;
  /** The connection's name. */
  connection: string;
  state: string;
  /** ISO time; null where AWS does not say. */
  createdAt: string | null;
  subnetIds: string[];
  securityGroupIds: string[];
  /** What its parameters must be, by {@link digestOf}; null as long as its names are not known. */
  parameters: string | null;
}

/** The VPC endpoints that this system created in the account and Region, dead ones that AWS still shows included. */
export const handler = defineHandler(
  z.object({ accountId: AccountId, region: Region, execution: OptionalExecution }),
  async ({ accountId, region, execution }) => {
    const ec2 = await memberClient(EC2Client, { accountId, region }, execution);
    const own = await listEndpoints(ec2, ownFilters());
    const isNamed = own.some((endpoint) => endpoint.VpcEndpointType === 'Resource' && isAvailable(endpoint));
    const associations = isNamed ? await listAssociations(ec2) : [];
    const endpoints = own.map(
      (endpoint): OwnEndpoint => ({
        vpcEndpointId: endpoint.VpcEndpointId ?? '',
        vpcId: endpoint.VpcId ?? '',
        connection: tagValue(endpoint.Tags, CONNECTION_TAG) ?? '',
        state: stateOf(endpoint),
        createdAt: endpoint.CreationTimestamp?.toISOString() ?? null,
        subnetIds: [...(endpoint.SubnetIds ?? [])].sort(),
        securityGroupIds: (endpoint.Groups ?? []).map(({ GroupId }) => GroupId ?? '').sort(),
        parameters: isAvailable(endpoint) ? parametersOf(endpoint, associations) : null,
      }),
    );
    return { endpoints: endpoints.sort((a, b) => a.vpcEndpointId.localeCompare(b.vpcEndpointId)) };
  },
);

function isAvailable(endpoint: VpcEndpoint): boolean {
  return stateOf(endpoint) === 'available';
}

function parametersOf(endpoint: VpcEndpoint, associations: VpcEndpointAssociation[]): string | null {
  const { VpcEndpointId = '', VpcId = '', Tags } = endpoint;
  const own = associations.filter((association) => association.VpcEndpointId === VpcEndpointId);
  try {
    const names = namesOf(endpoint, own, `VPC endpoint ${VpcEndpointId}`);
    return digestOf(parameterTree(tagValue(Tags, CONNECTION_TAG) ?? '', VpcId, VpcEndpointId, names));
  } catch (error) {
    if (error instanceof EndpointPending) return null;
    throw error;
  }
}

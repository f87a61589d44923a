import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { memberClient } from './member-account.ts';
import { AccountId, OptionalExecution, Region } from './payload.ts';
import { CONNECTION_TAG, ownFilters, tagValue } from './tags.ts';
import { listEndpoints, stateOf } from './vpc-endpoints.ts';

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
}

/** The VPC endpoints that this system created in the account and Region, dead ones that AWS still shows included. */
export const handler = defineHandler(
  z.object({ accountId: AccountId, region: Region, execution: OptionalExecution }),
  async ({ accountId, region, execution }) => {
    const ec2 = await memberClient(EC2Client, { accountId, region }, execution);
    const endpoints = (await listEndpoints(ec2, ownFilters())).map(
      (endpoint): OwnEndpoint => ({
        vpcEndpointId: endpoint.VpcEndpointId ?? '',
        vpcId: endpoint.VpcId ?? '',
        connection: tagValue(endpoint.Tags, CONNECTION_TAG) ?? '',
        state: stateOf(endpoint),
        createdAt: endpoint.CreationTimestamp?.toISOString() ?? null,
        subnetIds: [...(endpoint.SubnetIds ?? [])].sort(),
        securityGroupIds: (endpoint.Groups ?? []).map(({ GroupId }) => GroupId ?? '').sort(),
      }),
    );
    return { endpoints: endpoints.sort((a, b) => a.vpcEndpointId.localeCompare(b.vpcEndpointId)) };
  },
);

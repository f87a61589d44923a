import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, OptionalExecution, Region } from './call/payload.ts';
import { letsIn, listOwnGroups, sourcesOf } from './resources/security-groups.ts';
import { CONNECTION_TAG, tagValue } from './resources/tags.ts';
import { cidrBlocksOf, listVpcs } from './resources/vpcs.ts';

/** A security group of this system, of any connection. */
export interface OwnGroup {
  groupId: string;
  vpcId: string;
  /** The connection's name. */
  connection: string;
  /** Whether it lets in Redis Cloud's ports from all of the VPC's addresses, and from where the connection allows. */
  complete: boolean;
}

/** The security groups that this system created in the account and Region, and whether they are as it made them. */
export const handler = defineHandler(
  z.object({ accountId: AccountId, region: Region, executionName: OptionalExecution }),
  async ({ accountId, region, executionName }) => {
    const ec2 = await memberClient(EC2Client, { accountId, region }, executionName);
    const own = await listOwnGroups(ec2);
    const vpcs = own.length > 0 ? await listVpcs(ec2) : [];
    const blocks = new Map(vpcs.map((vpc) => [vpc.VpcId, cidrBlocksOf(vpc)]));
    const { connections } = configuration();
    const groups = own.map((group): OwnGroup => {
      const connection = tagValue(group.Tags, CONNECTION_TAG) ?? '';
      const allowFrom = connections.find(({ name }) => name === connection)?.endpoint.allowFrom;
      return {
        groupId: group.GroupId ?? '',
        vpcId: group.VpcId ?? '',
        connection,
        complete: letsIn(group, sourcesOf(blocks.get(group.VpcId) ?? [], allowFrom)),
      };
    });
    return { groups: groups.sort((a, b) => a.groupId.localeCompare(b.groupId)) };
  },
);

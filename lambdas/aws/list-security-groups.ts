import { EC2Client, type SecurityGroup } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { plain } from '../shared/runtime/text.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, OptionalExecution, Region } from './call/payload.ts';
import { readOwnership, seenGroup } from './resources/ownership.ts';
import { letsIn, listTaggedGroups, sourcesOf } from './resources/security-groups.ts';
import type { Stray } from './resources/strays.ts';
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

/**
 * The security groups that this system created in the account and Region, and whether they are as it made them.
 *
 * @returns `strays`: those with its tags that it has not made.
 */
export const handler = defineHandler(
  z.object({ accountId: AccountId, region: Region, executionName: OptionalExecution }),
  async ({ accountId, region, executionName }) => {
    const ec2 = await memberClient(EC2Client, { accountId, region }, executionName);
    const { whyNotOwn } = await readOwnership(accountId, region, { completes: true });
    const own: SecurityGroup[] = [];
    const strays: Stray[] = [];
    for (const group of await listTaggedGroups(ec2)) {
      const seen = seenGroup(group);
      const why = await whyNotOwn(seen);
      if (why === undefined) own.push(group);
      else strays.push({ id: seen.id, vpcId: seen.vpcId, connection: plain(seen.connection ?? '', 64), why });
    }
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
    return { groups: groups.sort((a, b) => a.groupId.localeCompare(b.groupId)), strays };
  },
);

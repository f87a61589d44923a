import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, OptionalExecution, Region } from './call/payload.ts';
import { groupsIn } from './looking/groups.ts';
import { readOwnership } from './resources/ownership.ts';
import { listVpcs } from './resources/vpcs.ts';

/**
 * The security groups that this system created in the account and Region, and whether they are as it made them.
 *
 * @returns `strays`: those with its tags that it has not made, and those that it has made and that lack its tags.
 */
export const handler = defineHandler(
  z.object({ accountId: AccountId, region: Region, executionName: OptionalExecution }),
  async ({ accountId, region, executionName }) => {
    const ec2 = await memberClient(EC2Client, 'list-security-groups', { accountId, region }, executionName);
    const ownership = await readOwnership(accountId, region, { completes: true });
    return groupsIn(ec2, ownership, () => listVpcs(ec2));
  },
);

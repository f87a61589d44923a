import { DeleteSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { codeOf } from '../shared/aws/errors.ts';
import { SecurityGroupInUse } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, OptionalExecution, VpcId } from './call/payload.ts';
import { forgetMade, readOwnership, seenGroup } from './resources/ownership.ts';
import { listTaggedGroupsIn } from './resources/security-groups.ts';

/**
 * Deletes the security group that this system created in the VPC for the connection, if there is one. It is
 * found by its tags and the hub's record, so a group that the connection only names, or that others tag, is never touched.
 *
 * @returns the id of the deleted group, null if there was none.
 * @throws SecurityGroupInUse while a network interface still has it: that of the endpoint being deleted, or of
 *   something else that a person has put into the group.
 */
export const handler = defineHandler(
  z.object({ accountId: AccountId, connection: Connection, vpcId: VpcId, executionName: OptionalExecution }),
  async ({ accountId, connection, vpcId, executionName }) => {
    const { name, region } = connection;
    const ec2 = await memberClient(EC2Client, 'delete-security-group', { accountId, region }, executionName);
    const { whyNotOwn } = await readOwnership(accountId, region, { completes: false });
    let GroupId: string | undefined;
    for (const group of await listTaggedGroupsIn(ec2, vpcId, name)) {
      if ((await whyNotOwn(seenGroup(group))) === undefined) GroupId ??= group.GroupId;
    }
    if (!GroupId) return { securityGroupId: null };
    try {
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    } catch (error) {
      if (codeOf(error) === 'DependencyViolation') {
        throw new SecurityGroupInUse(
          `Security group ${GroupId} of VPC ${vpcId} in account ${accountId} in ${region} is still in use. AWS says: ${(error as Error).message}`,
        );
      }
      if (codeOf(error) !== 'InvalidGroup.NotFound') throw error;
    }
    await forgetMade(accountId, GroupId);
    return { securityGroupId: GroupId };
  },
);

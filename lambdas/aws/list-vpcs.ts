import { EC2Client } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, OptionalExecution, Region } from './call/payload.ts';
import { tagValue } from './resources/tags.ts';
import { listVpcs } from './resources/vpcs.ts';

/** The tag with which a VPC asks for connections, by name, separated by spaces. */
const DEFAULT_TAG = 'redis-privatelink';

/**
 * The account's own VPCs in the Region, with the value of the tag that asks for connections, and which is the default
 * one. VPCs that another
 * account shares with this one are that account's to connect.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    region: Region,
    tagKey: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(128)))),
    executionName: OptionalExecution,
  }),
  async ({ accountId, region, tagKey, executionName }) => {
    const ec2 = await memberClient(EC2Client, 'list-vpcs', { accountId, region }, executionName);
    const vpcs = (await listVpcs(ec2))
      .filter((vpc) => vpc.OwnerId === accountId)
      .map((vpc) => ({
        vpcId: vpc.VpcId ?? '',
        tags: tagValue(vpc.Tags, tagKey ?? DEFAULT_TAG),
        ...(vpc.IsDefault && { isDefault: true }),
      }))
      .sort((a, b) => a.vpcId.localeCompare(b.vpcId));
    return { vpcs };
  },
);

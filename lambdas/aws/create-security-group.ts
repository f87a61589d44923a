import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { codeOf } from '../shared/aws/errors.ts';
import { AwsUnavailable, PreconditionFailed, VpcNotFound } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import type { ExecutionName } from '../shared/runtime/inputs.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, CidrBlock, Connection, Execution, VpcId } from './call/payload.ts';
import {
  findGroupByName,
  isPrefixList,
  ownGroupName,
  PORTS,
  sourcesOf,
} from './resources/security-groups.ts';
import { ownTags } from './resources/tagging.ts';
import { CONNECTION_TAG, isOwn } from './resources/tags.ts';

/**
 * Creates the connection's security group in the VPC and lets in Redis Cloud's ports from the VPC's own
 * addresses, and from where the connection allows. Doing so again completes what is missing.
 *
 * @throws PreconditionFailed when the VPC has a group of that name that is not this system's, or the account does not
 *   see a prefix list.
 * @throws VpcNotFound when the VPC is gone.
 * @throws AwsUnavailable when AWS does not know the group yet that it has just created.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: Connection,
    vpcId: VpcId,
    cidrBlocks: z.array(CidrBlock).check(z.minLength(1)),
    executionName: Execution,
  }),
  async ({ accountId, connection, vpcId, cidrBlocks, executionName }) => {
    const member = { accountId, region: connection.region };
    const ec2 = await memberClient(EC2Client, member, executionName);
    const place = `VPC ${vpcId} of account ${accountId} in ${connection.region}`;
    const securityGroupId = await create(ec2, connection.name, vpcId, executionName, place);
    const { name, endpoint } = connection;
    try {
      await allow(ec2, securityGroupId, sourcesOf(cidrBlocks, endpoint.allowFrom));
    } catch (error) {
      if (!/^InvalidPrefixListI[dD]\.NotFound$/.test(codeOf(error))) throw error;
      throw new PreconditionFailed(
        `Account ${accountId} does not see a prefix list of endpoint.allowFrom of connection ${name} in ${connection.region}: ${(error as Error).message} Share it with the organization (AWS RAM) in that Region, or take it out of the configuration.`,
      );
    }
    return { securityGroupId };
  },
);

async function create(
  ec2: EC2Client,
  connection: string,
  vpcId: string,
  executionName: ExecutionName,
  place: string,
): Promise<string> {
  const name = ownGroupName(connection);
  try {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: `Redis Cloud over PrivateLink, connection ${connection}`,
        VpcId: vpcId,
        TagSpecifications: ownTags('security-group', connection, executionName),
      }),
    );
    return GroupId ?? '';
  } catch (error) {
    if (codeOf(error) === 'InvalidVpcID.NotFound') throw new VpcNotFound(`${place} is gone.`);
    if (codeOf(error) !== 'InvalidGroup.Duplicate') throw error;
  }

  const existing = await findGroupByName(ec2, vpcId, name);
  if (!existing?.GroupId) {
    throw new AwsUnavailable(`AWS does not show the security group ${name} of ${place} yet.`);
  }
  if (!isOwn(existing.Tags, connection)) {
    throw new PreconditionFailed(
      `${place} has a security group ${name} (${existing.GroupId}) that this system did not create. Rename or delete it, tag it ${CONNECTION_TAG}=${connection} and redis-privatelink:managed-by=redis-privatelink, or name a group in the connection.`,
    );
  }
  return existing.GroupId;
}

async function allow(ec2: EC2Client, GroupId: string, sources: string[]): Promise<void> {
  const lists = sources.filter(isPrefixList);
  const blocks = sources.filter((source) => !isPrefixList(source));
  const permissions = PORTS.map((ports) => ({
    ...permissionOf(ports),
    IpRanges: blocks.map((CidrIp) => ({ CidrIp, Description: `Redis Cloud ${ports.of}` })),
    ...(lists.length > 0 && {
      PrefixListIds: lists.map((PrefixListId) => ({ PrefixListId, Description: `Redis Cloud ${ports.of}` })),
    }),
  }));
  if (await authorize(ec2, GroupId, permissions)) return;
  // AWS refuses a call as a whole when one of its rules exists already: the missing ones go in one at a time.
  for (const { IpRanges, PrefixListIds = [], ...permission } of permissions) {
    for (const range of IpRanges) await authorize(ec2, GroupId, [{ ...permission, IpRanges: [range] }]);
    for (const list of PrefixListIds) {
      await authorize(ec2, GroupId, [{ ...permission, PrefixListIds: [list] }]);
    }
  }
}

function permissionOf({ from, to }: (typeof PORTS)[number]) {
  return { IpProtocol: 'tcp', FromPort: from, ToPort: to };
}

/** Whether the rules went in; not, if one of them exists already. */
async function authorize(ec2: EC2Client, GroupId: string, IpPermissions: IpPermission[]): Promise<boolean> {
  try {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    return true;
  } catch (error) {
    if (codeOf(error) === 'InvalidPermission.Duplicate') return false;
    if (codeOf(error) === 'InvalidGroup.NotFound') {
      throw new AwsUnavailable(`AWS does not know the security group ${GroupId} yet.`);
    }
    throw error;
  }
}

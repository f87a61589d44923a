import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { codeOf } from '../shared/aws/errors.ts';
import { AwsUnavailable, PreconditionFailed, VpcNotFound } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import type { ExecutionName } from '../shared/runtime/inputs.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, CidrBlock, Connection, Execution, VpcId } from './call/payload.ts';
import { forgetCreation, noteCreation, openCreations } from './resources/creations.ts';
import { GROUP_TYPE, readOwnership, recordMade, seenGroup } from './resources/ownership.ts';
import {
  findGroupByName,
  isIpv6,
  isPrefixList,
  ownDescription,
  ownGroupName,
  PORTS,
  sourcesOf,
} from './resources/security-groups.ts';
import { ownTags } from './resources/tagging.ts';
import { isTagged } from './resources/tags.ts';

/**
 * Creates the connection's security group in the VPC and lets in Redis Cloud's ports from the VPC's own
 * addresses, and from where the connection allows. Doing so again completes what is missing. A group has no client
 * token: that it is about to be made is noted while the VPC has none of its name, so whatever has the name afterwards was
 * made for the note. No tag changes a name.
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
    const ec2 = await memberClient(
      EC2Client,
      'create-security-group',
      { accountId, region: connection.region },
      executionName,
    );
    const place = `VPC ${vpcId} of account ${accountId} in ${connection.region}`;
    const securityGroupId = await create(ec2, { accountId, connection, vpcId, executionName, place });
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

interface Wanted {
  accountId: string;
  connection: Connection;
  vpcId: string;
  executionName: ExecutionName;
  place: string;
}

async function create(ec2: EC2Client, wanted: Wanted): Promise<string> {
  const { accountId, vpcId, executionName, place } = wanted;
  const { name: connection, region } = wanted.connection;
  const name = ownGroupName(connection);
  const creation = { accountId, connection, vpcId, token: 'group' };
  const record = async (id: string) => {
    const made = { id, vpcId, connection, region, type: GROUP_TYPE, target: name };
    await recordMade(accountId, made, executionName);
    await forgetCreation(creation);
    return id;
  };

  const isNoted = (await openCreations(creation)).includes(creation.token);
  if (!isNoted) {
    const existing = await findGroupByName(ec2, vpcId, name);
    if (existing) return requireOwn(existing, wanted);
    await noteCreation(creation, {});
  }
  try {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: ownDescription(connection),
        VpcId: vpcId,
        TagSpecifications: ownTags('security-group', connection, executionName),
      }),
    );
    if (!GroupId) throw new AwsUnavailable('AWS has answered without the id of the security group.');
    return await record(GroupId);
  } catch (error) {
    if (codeOf(error) === 'InvalidVpcID.NotFound') throw new VpcNotFound(`${place} is gone.`);
    if (codeOf(error) !== 'InvalidGroup.Duplicate') throw error;
  }
  const made = await findGroupByName(ec2, vpcId, name);
  if (!made?.GroupId) {
    throw new AwsUnavailable(`AWS does not show the security group ${name} of ${place} yet.`);
  }
  if (isTagged(made.Tags, connection)) return record(made.GroupId);
  await forgetCreation(creation);
  return requireOwn(made, wanted);
}

/** @throws PreconditionFailed where it is not this system's. */
async function requireOwn(group: SecurityGroup, { accountId, connection, place }: Wanted): Promise<string> {
  const { whyNotOwn } = await readOwnership(accountId, connection.region, { completes: true });
  const why = await whyNotOwn(seenGroup(group));
  if (why === undefined) return group.GroupId ?? '';
  throw new PreconditionFailed(
    `${place} has a security group ${group.GroupName} (${group.GroupId}) that is not this system's: ${why}. It is left alone. Rename or delete it, or name a group in the connection.`,
  );
}

async function allow(ec2: EC2Client, GroupId: string, sources: string[]): Promise<void> {
  const permissions = PORTS.map((ports) => ({ ...permissionOf(ports), ...from(sources, ports) }));
  if (await authorize(ec2, GroupId, permissions)) return;
  // AWS refuses a call as a whole when one of its rules exists already: the missing ones go in one at a time.
  for (const ports of PORTS) {
    for (const source of sources) {
      await authorize(ec2, GroupId, [{ ...permissionOf(ports), ...from([source], ports) }]);
    }
  }
}

/** The sources, each where EC2 has those of its kind. */
function from(sources: string[], ports: (typeof PORTS)[number]): Partial<IpPermission> {
  const Description = `Redis Cloud ${ports.of}`;
  const lists = sources.filter(isPrefixList);
  const blocks = sources.filter((source) => !isPrefixList(source));
  const [six, four] = [blocks.filter(isIpv6), blocks.filter((block) => !isIpv6(block))];
  return {
    ...(four.length > 0 && { IpRanges: four.map((CidrIp) => ({ CidrIp, Description })) }),
    ...(six.length > 0 && { Ipv6Ranges: six.map((CidrIpv6) => ({ CidrIpv6, Description })) }),
    ...(lists.length > 0 && { PrefixListIds: lists.map((PrefixListId) => ({ PrefixListId, Description })) }),
  };
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

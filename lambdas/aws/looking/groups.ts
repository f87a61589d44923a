import type { EC2Client, SecurityGroup, Vpc } from '@aws-sdk/client-ec2';
import { plain } from '../../shared/runtime/text.ts';
import { configuration } from '../../shared/workflows/configuration.ts';
import { GROUP_TYPE, type Ownership, seenGroup } from '../resources/ownership.ts';
import { letsIn, listGroupsById, listTaggedGroups, sourcesOf } from '../resources/security-groups.ts';
import type { Stray } from '../resources/strays.ts';
import { CONNECTION_TAG, tagValue } from '../resources/tags.ts';
import { cidrBlocksOf } from '../resources/vpcs.ts';

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
 * @param vpcsOf the account's VPCs, which are asked for where there is a group.
 * @returns `strays`: those with its tags that it has not made, and those that it has made and that lack its tags.
 */
export async function groupsIn(
  ec2: EC2Client,
  ownership: Ownership,
  vpcsOf: () => Promise<Vpc[]>,
): Promise<{ groups: OwnGroup[]; strays: Stray[] }> {
  const own: SecurityGroup[] = [];
  const strays: Stray[] = [];
  for (const group of await listTaggedOrMade(ec2, ownership)) {
    const seen = seenGroup(group);
    const why = await ownership.whyNotOwn(seen);
    if (why === undefined) {
      own.push(group);
      continue;
    }
    const record = ownership.made.find(({ id }) => id === seen.id);
    const connection = record?.connection ?? plain(seen.connection ?? '', 64);
    strays.push({ id: seen.id, vpcId: seen.vpcId, connection, why });
  }
  const vpcs = own.length > 0 ? await vpcsOf() : [];
  const { connections } = configuration();
  const groups = own.map((group): OwnGroup => {
    const connection = tagValue(group.Tags, CONNECTION_TAG) ?? '';
    const endpoint = connections.find(({ name }) => name === connection)?.endpoint;
    const vpc = vpcs.find(({ VpcId }) => VpcId === group.VpcId);
    const blocks = vpc ? cidrBlocksOf(vpc, endpoint?.ipAddressType) : [];
    return {
      groupId: group.GroupId ?? '',
      vpcId: group.VpcId ?? '',
      connection,
      complete: letsIn(group, sourcesOf(blocks, endpoint?.allowFrom)),
    };
  });
  return { groups: groups.sort((a, b) => a.groupId.localeCompare(b.groupId)), strays };
}

async function listTaggedOrMade(ec2: EC2Client, { made }: Ownership): Promise<SecurityGroup[]> {
  const tagged = await listTaggedGroups(ec2);
  const seen = new Set(tagged.map(({ GroupId }) => GroupId));
  const unseen = made.filter(({ id, type }) => type === GROUP_TYPE && !seen.has(id));
  return [
    ...tagged,
    ...(await listGroupsById(
      ec2,
      unseen.map(({ id }) => id),
    )),
  ];
}

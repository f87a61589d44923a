import {
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type Filter,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { SYSTEM } from '../../shared/runtime/system.ts';
import { ownFilters } from './tags.ts';

/** The ports of Redis Cloud: databases, and metrics ("AWS PrivateLink" in the Redis Cloud documentation). */
export const PORTS = [
  { from: 10_000, to: 19_999, of: 'databases' },
  { from: 8_070, to: 8_070, of: 'metrics' },
] as const;

/** The name of the security group that this system creates for a connection. */
export function ownGroupName(connection: string): string {
  return `${SYSTEM}-${connection}`;
}

/** Its description. AWS lets nobody change that or the name ("Security groups", Amazon VPC User Guide). */
export function ownDescription(connection: string): string {
  return `Redis Cloud over PrivateLink, connection ${connection}`;
}

/** The VPC's security group with that very name. */
export async function findGroupByName(
  ec2: EC2Client,
  vpcId: string,
  name: string,
): Promise<SecurityGroup | undefined> {
  const groups = await listGroups(ec2, [inVpc(vpcId), { Name: 'group-name', Values: [name] }]);
  // A `*` in the name is a wildcard to the filter.
  return groups.find((group) => group.GroupName === name);
}

/** The VPC's security groups with the tags of this system and the connection: its own, if it has recorded them too. */
export function listTaggedGroupsIn(
  ec2: EC2Client,
  vpcId: string,
  connection: string,
): Promise<SecurityGroup[]> {
  return listGroups(ec2, [inVpc(vpcId), ...ownFilters(connection)]);
}

/** The same in all of the account and Region, of any connection. */
export function listTaggedGroups(ec2: EC2Client): Promise<SecurityGroup[]> {
  return listGroups(ec2, ownFilters());
}

/** How many values a filter takes ("Filter", Amazon EC2 API Reference). */
const MOST_VALUES = 200;

/** Those of these that exist, whatever their tags. */
export async function listGroupsById(ec2: EC2Client, groupIds: readonly string[]): Promise<SecurityGroup[]> {
  const found: SecurityGroup[] = [];
  for (let from = 0; from < groupIds.length; from += MOST_VALUES) {
    const Values = groupIds.slice(from, from + MOST_VALUES);
    found.push(...(await listGroups(ec2, [{ Name: 'group-id', Values }])));
  }
  return found;
}

function inVpc(vpcId: string): Filter {
  return { Name: 'vpc-id', Values: [vpcId] };
}

function listGroups(ec2: EC2Client, filters: Filter[]): Promise<SecurityGroup[]> {
  return allPages(async (NextToken) => {
    const answer = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: filters, MaxResults: 500, NextToken }),
    );
    return { items: answer.SecurityGroups, nextToken: answer.NextToken };
  });
}

/** From where a connection's own group lets in connections: blocks and ids of prefix lists, each once. */
export function sourcesOf(
  cidrBlocks: readonly string[],
  allowFrom: readonly string[] | null | undefined,
): string[] {
  return [...new Set([...cidrBlocks, ...(allowFrom ?? [])])];
}

export function isPrefixList(source: string): boolean {
  return source.startsWith('pl-');
}

export function isIpv6(source: string): boolean {
  return source.includes(':');
}

/** Whether the group lets in all of {@link PORTS} from each of the sources, as this system's own groups are to. */
export function letsIn(group: SecurityGroup, sources: readonly string[]): boolean {
  return sources.every((source) => portsNotAllowed(group, source).length === 0);
}

/**
 * The ports of {@link PORTS} that the group does not let in.
 *
 * @param source counts only the rules for this very block or prefix list; without it, rules for any source count:
 *   which of the VPC's workloads may use Redis is for the group's owner to say.
 */
export function portsNotAllowed(group: SecurityGroup, source?: string): string[] {
  const open = (group.IpPermissions ?? []).filter(
    (permission) => isTcp(permission) && hasSource(permission, source),
  );
  return PORTS.filter((range) => !covers(open, range.from, range.to)).map((range) =>
    range.from === range.to ? `${range.from} (${range.of})` : `${range.from}-${range.to} (${range.of})`,
  );
}

function isTcp({ IpProtocol }: IpPermission): boolean {
  return IpProtocol === 'tcp' || IpProtocol === '6' || IpProtocol === '-1';
}

function hasSource(permission: IpPermission, source: string | undefined): boolean {
  const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
  if (source !== undefined) {
    return (
      IpRanges.some(({ CidrIp }) => CidrIp === source) ||
      Ipv6Ranges.some(({ CidrIpv6 }) => CidrIpv6 === source) ||
      PrefixListIds.some(({ PrefixListId }) => PrefixListId === source)
    );
  }
  return IpRanges.length + Ipv6Ranges.length + PrefixListIds.length + UserIdGroupPairs.length > 0;
}

/** Whether the rules together let in every port of the range. */
function covers(permissions: IpPermission[], from: number, to: number): boolean {
  const ranges = permissions
    .map(({ IpProtocol, FromPort, ToPort }) =>
      IpProtocol === '-1' ? { first: 0, last: 65_535 } : { first: FromPort ?? 0, last: ToPort ?? 65_535 },
    )
    .sort((a, b) => a.first - b.first);
  let next = from;
  for (const { first, last } of ranges) if (first <= next && last >= next) next = last + 1;
  return next > to;
}

import { DescribeSubnetsCommand, type EC2Client, type Subnet } from '@aws-sdk/client-ec2';
import { allPages } from '../../shared/aws/client.ts';
import { SubnetsNotReady } from '../../shared/errors.ts';
import type { IpAddressType } from '../../shared/workflows/configuration.ts';
import type { Connection } from '../call/payload.ts';
import { tagValue } from './tags.ts';
import { MAX_VALUES } from './vpc-endpoints.ts';

/**
 * Ids of zones in which no VPC endpoint of type Resource can be created ("Resource configurations for VPC
 * resources" of the Amazon VPC Lattice guide; `euc1-az2` from the Redis Cloud documentation). The lists differ and
 * age: what AWS refuses in other zones is left out when it says so.
 */
const NEVER_RESOURCE = new Set([
  'use1-az3',
  'usw1-az2',
  'apne1-az3',
  'apne2-az2',
  'euc1-az2',
  'euw1-az4',
  'cac1-az3',
  'ilc1-az2',
]);

/**
 * Free addresses that a subnet needs: for a resource endpoint as the Redis Cloud documentation has it ("AWS
 * PrivateLink", limitations), for an interface endpoint that of its network interface.
 */
const FREE_ADDRESSES = { 'resource-share': 16, 'endpoint-service': 1 };

/** All subnets of the VPCs. */
export async function listSubnets(ec2: EC2Client, vpcIds: string[]): Promise<Subnet[]> {
  const found: Subnet[] = [];
  for (let from = 0; from < vpcIds.length; from += MAX_VALUES) {
    const Filters = [{ Name: 'vpc-id', Values: vpcIds.slice(from, from + MAX_VALUES) }];
    const some = await allPages(async (NextToken) => {
      const answer = await ec2.send(new DescribeSubnetsCommand({ Filters, MaxResults: 500, NextToken }));
      return { items: answer.Subnets, nextToken: answer.NextToken };
    });
    found.push(...some);
  }
  return found;
}

/** The zones that an endpoint service offers, as an account sees them: by name, by id, or both. */
export interface OfferedZones {
  names: string[];
  ids: string[];
}

/** What the choice of subnets depends on. */
export interface SubnetRequest {
  vpc: string;
  contract: Connection['contract'];
  subnets: Connection['endpoint']['subnets'];
  /** Null when the provider does not say, as with resource endpoints. */
  offered: OfferedZones | null;
  /** Which addresses the endpoint is to have; null: IPv4. */
  ipAddressType?: IpAddressType | null | undefined;
}

/**
 * One subnet for each zone in which the endpoint can be, the one with the most free addresses; ids in order.
 *
 * @throws SubnetsNotReady when the VPC has no subnet yet, none that is suitable, or suitable ones in too few zones;
 *   says for each one why it is not.
 */
export function chooseSubnets(all: Subnet[], request: SubnetRequest): string[] {
  const { vpc, subnets: wanted } = request;
  if (all.length === 0) throw new SubnetsNotReady(`${vpc} has no subnet yet.`);

  const refused: string[] = [];
  const best = new Map<string, Subnet>();
  for (const { subnet, reason } of candidates(all, request)) {
    if (reason !== null) refused.push(`${subnet.SubnetId} ${reason}`);
    else if (!best.has(zoneOf(subnet))) best.set(zoneOf(subnet), subnet);
  }

  const reasons = refused.sort().slice(0, 20).join('; ');
  if (best.size === 0) {
    throw new SubnetsNotReady(
      `None of the ${all.length} subnets of ${vpc} can take the VPC endpoint: ${reasons}. ` +
        'Create a subnet that can, or change the subnet selection of the connection.',
    );
  }
  if (best.size < wanted.minimumZones) {
    throw new SubnetsNotReady(
      `${vpc} has suitable subnets in ${best.size} of the ${wanted.minimumZones} zones that the connection asks ` +
        `for (${[...best.keys()].sort().join(', ')})${reasons && `; not suitable: ${reasons}`}.`,
    );
  }
  return [...best.values()].map((subnet) => subnet.SubnetId ?? '').sort();
}

/** Where an endpoint could be, too. */
export interface OtherZone {
  /** Its id. */
  zone: string;
  /** The best subnet in it. */
  subnetId: string;
}

/**
 * The zones in which an endpoint could be and is not. None where that cannot be told, because one of its subnets is not
 * among those of the VPC.
 *
 * @param all the VPC's subnets
 * @param own where the endpoint is
 */
export function otherZones(
  all: Subnet[],
  own: readonly string[],
  request: Omit<SubnetRequest, 'vpc'>,
): OtherZone[] {
  const standing = all.filter(({ SubnetId }) => own.includes(SubnetId ?? ''));
  if (standing.length < own.length) return [];
  const zones = new Set(standing.map(zoneOf));
  const others: OtherZone[] = [];
  for (const { subnet, reason } of candidates(all, request)) {
    const zone = zoneOf(subnet);
    if (zones.has(zone) || reason !== null) continue;
    zones.add(zone);
    others.push({ zone, subnetId: subnet.SubnetId ?? '' });
  }
  return others.sort((a, b) => a.zone.localeCompare(b.zone));
}

/**
 * The subnets, the one with the most free addresses first, with the reason why the endpoint cannot be in it, or null.
 *
 * AWS makes endpoints with IPv6 addresses only "if all selected subnets are IPv6 only subnets" ("Create a VPC endpoint").
 * Where there are such, others would be refused; where there is none, AWS may take others, whatever it writes.
 */
function candidates(
  all: Subnet[],
  request: Omit<SubnetRequest, 'vpc'>,
): { subnet: Subnet; reason: string | null }[] {
  const found = [...all].sort(byFreeAddresses).map((subnet) => ({ subnet, reason: whyNot(subnet, request) }));
  const isOnly = ({ subnet }: { subnet: Subnet }) => subnet.Ipv6Native === true;
  if (request.ipAddressType !== 'ipv6' || !found.some((one) => one.reason === null && isOnly(one)))
    return found;
  return found.map((one) =>
    one.reason !== null || isOnly(one) ? one : { ...one, reason: 'is not for IPv6 only, as others are' },
  );
}

/** Why the endpoint cannot be in the subnet; null if it can. */
function whyNot(
  subnet: Subnet,
  { contract, subnets, offered, ipAddressType }: Omit<SubnetRequest, 'vpc'>,
): string | null {
  const { tag, excludedZones } = subnets;
  const zone = zoneOf(subnet);
  if (tag && tagValue(subnet.Tags, tag.key) !== tag.value) return `has no tag ${tag.key}=${tag.value}`;
  if (subnet.OutpostArn) return 'is on an Outpost';
  if (!/^[a-z0-9]+-az\d+$/.test(zone)) return `is in ${zone}, which is not an Availability Zone`;
  if (excludedZones?.includes(zone)) return `is in zone ${zone}, which the connection excludes`;
  if (contract === 'resource-share' && NEVER_RESOURCE.has(zone)) {
    return `is in zone ${zone}, where AWS has no resource endpoints`;
  }
  if (offered && !offered.ids.includes(zone) && !offered.names.includes(subnet.AvailabilityZone ?? '')) {
    return `is in zone ${zone}, which the endpoint service does not offer`;
  }
  const lacking = addressesLacking(subnet, ipAddressType ?? 'ipv4');
  if (lacking !== null) return lacking;
  // AWS counts IPv4 addresses here.
  if (ipAddressType === 'ipv6') return null;
  const free = subnet.AvailableIpAddressCount ?? 0;
  const needed = FREE_ADDRESSES[contract];
  return free < needed ? `has ${free} free addresses of the ${needed} needed` : null;
}

/** The addresses that the subnet does not have and the endpoint needs. What AWS does not say is not lacking. */
function addressesLacking(
  { Ipv6Native, Ipv6CidrBlockAssociationSet: blocks }: Subnet,
  type: IpAddressType,
): string | null {
  const needs = `which endpoint.ipAddressType ${type} of the connection needs`;
  if (Ipv6Native === true && type !== 'ipv6') return `has no IPv4 addresses, ${needs}`;
  const hasIpv6 =
    blocks?.some(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State !== 'disassociated') ?? true;
  return type !== 'ipv4' && !hasIpv6 ? `has no IPv6 block, ${needs}` : null;
}

function zoneOf(subnet: Subnet): string {
  return subnet.AvailabilityZoneId ?? 'an unknown zone';
}

function byFreeAddresses(a: Subnet, b: Subnet): number {
  const difference = (b.AvailableIpAddressCount ?? 0) - (a.AvailableIpAddressCount ?? 0);
  return difference || (a.SubnetId ?? '').localeCompare(b.SubnetId ?? '');
}

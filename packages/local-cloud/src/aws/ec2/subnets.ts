import { type Action, AwsError, type Caller } from '../service.ts';
import { contains, overlaps, parseCidr } from './cidr.ts';
import { filtered, found, paged, selected, subnetKind, vpcKind } from './describing.ts';
import { addressesPerSubnet, endpointState } from './endpoint-state.ts';
import { visibleTo } from './sharing.ts';
import type { Ec2Context, Ipv6Block, Subnet, Vpc } from './state.ts';
import { type TagSpecification, tagList, tagsFrom } from './tags.ts';
import { type Zone, zonesOf } from './zones.ts';

/** AWS keeps five addresses of every subnet for itself (VPC User Guide, "Subnet CIDR blocks"). */
const reservedAddresses = 5;

interface CreateSubnetInput {
  VpcId: string;
  CidrBlock?: string;
  Ipv6CidrBlock?: string;
  Ipv6Native?: boolean;
  AvailabilityZone?: string;
  AvailabilityZoneId?: string;
  TagSpecifications?: TagSpecification[];
}

export function addSubnet(
  context: Ec2Context,
  caller: Caller,
  wanted: {
    vpcId: string;
    cidrBlock: string | undefined;
    ipv6Block?: Ipv6Block | undefined;
    zone: Zone;
    isDefault: boolean;
    tags: Map<string, string>;
  },
): Subnet {
  const subnet: Subnet = {
    id: context.ids.resource('subnet'),
    vpcId: wanted.vpcId,
    cidrBlock: wanted.cidrBlock,
    ipv6Block: wanted.ipv6Block,
    zoneName: wanted.zone.name,
    zoneId: wanted.zone.id,
    isDefault: wanted.isDefault,
    tags: wanted.tags,
  };
  context.state(caller).subnets.set(subnet.id, subnet);
  return subnet;
}

/** IPv4 addresses that nothing in the subnet uses yet. */
export function freeAddresses(
  context: Ec2Context,
  caller: Pick<Caller, 'accountId' | 'region'>,
  subnet: Subnet,
): number {
  if (subnet.cidrBlock === undefined) return 0;
  let free = parseCidr(subnet.cidrBlock)!.size - reservedAddresses;
  for (const endpoint of context.state(caller).endpoints.values()) {
    if (
      endpoint.ipAddressType !== 'ipv6' &&
      endpoint.subnetIds.includes(subnet.id) &&
      endpointState(context, endpoint) !== 'deleted'
    ) {
      free -= addressesPerSubnet(endpoint.type);
    }
  }
  const interfaces = [...context.state(caller).interfaces.values()];
  return free - interfaces.filter(({ subnetId }) => subnetId === subnet.id).length;
}

/** @throws AwsError where a subnet of the VPC cannot have the block of IPv4 addresses */
function checkBlock(vpc: Vpc, siblings: Subnet[], cidrBlock: string): void {
  const range = parseCidr(cidrBlock);
  if (!range) {
    throw new AwsError('InvalidParameterValue', `Value (${cidrBlock}) for parameter cidrBlock is invalid.`);
  }
  if (range.prefix > 28 || !contains(parseCidr(vpc.cidrBlock)!, range)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidrBlock}' is invalid.`);
  }
  const taken = siblings.flatMap((other) =>
    other.cidrBlock === undefined ? [] : parseCidr(other.cidrBlock)!,
  );
  if (taken.some((other) => overlaps(other, range))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidrBlock}' conflicts with another subnet`);
  }
}

function ipv6View({ id, cidrBlock }: Ipv6Block) {
  return { AssociationId: id, Ipv6CidrBlock: cidrBlock, Ipv6CidrBlockState: { State: 'associated' } };
}

export function subnetActions(context: Ec2Context): Record<string, Action> {
  const view = (subnet: Subnet, { region, ...caller }: Caller, accountId = caller.accountId) => ({
    SubnetId: subnet.id,
    SubnetArn: `arn:aws:ec2:${region}:${accountId}:subnet/${subnet.id}`,
    State: 'available',
    VpcId: subnet.vpcId,
    OwnerId: accountId,
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: freeAddresses(context, { accountId, region }, subnet),
    AvailabilityZone: subnet.zoneName,
    AvailabilityZoneId: subnet.zoneId,
    DefaultForAz: subnet.isDefault,
    MapPublicIpOnLaunch: subnet.isDefault,
    AssignIpv6AddressOnCreation: false,
    Ipv6Native: subnet.cidrBlock === undefined,
    Ipv6CidrBlockAssociationSet: subnet.ipv6Block ? [ipv6View(subnet.ipv6Block)] : [],
    Tags: tagList(subnet.tags),
  });

  const tell = (name: string, caller: Caller, request: unknown, response: unknown, error?: AwsError) =>
    context.events.apiCall({
      service: 'ec2',
      name,
      accountId: caller.accountId,
      region: caller.region,
      caller,
      request,
      response,
      ...(error && { error }),
    });

  const ipv6BlockOf = (vpc: Vpc, siblings: Subnet[], cidrBlock: string): Ipv6Block => {
    // As VPCs have /56 here, all of a VPC's subnets begin alike.
    const begins = vpc.ipv6Blocks.map((block) => block.cidrBlock.replace(/00::\/56$/, ''));
    const isWithin = begins.some(
      (begin) => cidrBlock.startsWith(begin) && /^[0-9a-f]{2}::\/64$/.test(cidrBlock.slice(begin.length)),
    );
    if (!isWithin) throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidrBlock}' is invalid.`);
    if (siblings.some(({ ipv6Block }) => ipv6Block?.cidrBlock === cidrBlock)) {
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidrBlock}' conflicts with another subnet`);
    }
    return { id: context.ids.resource('subnet-cidr-assoc'), cidrBlock };
  };

  return {
    AssociateSubnetCidrBlock: (input: { SubnetId: string; Ipv6CidrBlock: string }, caller) => {
      const { SubnetId, Ipv6CidrBlock } = input;
      const state = context.state(caller);
      const subnet = found(state.subnets, SubnetId, subnetKind);
      const vpc = found(state.vpcs, subnet.vpcId, vpcKind);
      const siblings = [...state.subnets.values()].filter(({ vpcId }) => vpcId === vpc.id);
      subnet.ipv6Block = ipv6BlockOf(vpc, siblings, Ipv6CidrBlock);
      return { SubnetId, Ipv6CidrBlockAssociation: ipv6View(subnet.ipv6Block) };
    },

    CreateSubnet: (input: CreateSubnetInput, caller) => {
      const { VpcId, CidrBlock, Ipv6CidrBlock, Ipv6Native = false } = input;
      const { AvailabilityZone, AvailabilityZoneId } = input;
      const state = context.state(caller);
      const vpc = found(state.vpcs, VpcId, vpcKind);
      const siblings = [...state.subnets.values()].filter((other) => other.vpcId === VpcId);
      if (Ipv6Native && (CidrBlock !== undefined || Ipv6CidrBlock === undefined)) {
        throw new AwsError(
          'InvalidParameterCombination',
          'A subnet for IPv6 only has an IPv6 CIDR block and no other.',
        );
      }
      if (!Ipv6Native) checkBlock(vpc, siblings, CidrBlock ?? '');
      const ipv6Block = Ipv6CidrBlock === undefined ? undefined : ipv6BlockOf(vpc, siblings, Ipv6CidrBlock);
      const zone = zonesOf(caller.region).find(
        ({ name, id }) => name === (AvailabilityZone ?? name) && id === (AvailabilityZoneId ?? id),
      );
      if (!zone) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value (${AvailabilityZone ?? AvailabilityZoneId}) for parameter availabilityZone is invalid.`,
        );
      }
      const subnet = addSubnet(context, caller, {
        vpcId: VpcId,
        cidrBlock: CidrBlock,
        ipv6Block,
        zone,
        isDefault: false,
        tags: tagsFrom(input.TagSpecifications, 'subnet'),
      });
      tell(
        'CreateSubnet',
        caller,
        { vpcId: VpcId, cidrBlock: CidrBlock, availabilityZone: zone.name },
        {
          requestId: context.ids.uuid(),
          subnet: {
            subnetId: subnet.id,
            vpcId: VpcId,
            state: 'available',
            cidrBlock: CidrBlock,
            availabilityZone: zone.name,
            availabilityZoneId: zone.id,
            ownerId: caller.accountId,
          },
        },
      );
      return { Subnet: view(subnet, caller) };
    },

    DeleteSubnet: ({ SubnetId }: { SubnetId: string }, caller) => {
      const state = context.state(caller);
      found(state.subnets, SubnetId, subnetKind);
      const isUsed =
        [...state.interfaces.values()].some(({ subnetId }) => subnetId === SubnetId) ||
        [...state.endpoints.values()].some(
          (endpoint) =>
            endpoint.subnetIds.includes(SubnetId) && endpointState(context, endpoint) !== 'deleted',
        );
      if (isUsed) {
        const message = `The subnet '${SubnetId}' has dependencies and cannot be deleted.`;
        const error = new AwsError('DependencyViolation', message);
        tell('DeleteSubnet', caller, { subnetId: SubnetId }, null, error);
        throw error;
      }
      state.subnets.delete(SubnetId);
      tell('DeleteSubnet', caller, { subnetId: SubnetId }, { requestId: context.ids.uuid(), _return: true });
    },

    DescribeSubnets: (input, caller) => {
      const { subnets, ownerOf } = visibleTo(context, caller);
      const all = filtered(selected(subnets, input.SubnetIds, subnetKind), input.Filters, {
        'owner-id': ({ id }) => ownerOf(id),
        'subnet-id': ({ id }) => id,
        'vpc-id': ({ vpcId }) => vpcId,
        'availability-zone': ({ zoneName }) => zoneName,
        availabilityZone: ({ zoneName }) => zoneName,
        'availability-zone-id': ({ zoneId }) => zoneId,
        'cidr-block': ({ cidrBlock }) => cidrBlock,
        'default-for-az': ({ isDefault }) => String(isDefault),
        state: () => 'available',
      });
      const { items, nextToken } = paged(all, input, 'subnets');
      const views = items.map((subnet) => view(subnet, caller, ownerOf(subnet.id)));
      return { Subnets: views, NextToken: nextToken };
    },

    DescribeAvailabilityZones: (input, caller) => {
      const zones = zonesOf(caller.region).map((zone) => ({ ...zone, tags: new Map<string, string>() }));
      const { ZoneNames, ZoneIds } = input;
      const wanted = zones.filter(
        ({ name, id }) => (ZoneNames ?? [name]).includes(name) && (ZoneIds ?? [id]).includes(id),
      );
      const all = filtered(wanted, input.Filters, {
        'zone-name': ({ name }) => name,
        'zone-id': ({ id }) => id,
        'region-name': () => caller.region,
        state: () => 'available',
        'zone-type': () => 'availability-zone',
      });
      return {
        AvailabilityZones: all.map(({ name, id }) => ({
          ZoneName: name,
          ZoneId: id,
          RegionName: caller.region,
          GroupName: caller.region,
          NetworkBorderGroup: caller.region,
          ZoneType: 'availability-zone',
          State: 'available',
          OptInStatus: 'opt-in-not-required',
          Messages: [],
        })),
      };
    },
  };
}

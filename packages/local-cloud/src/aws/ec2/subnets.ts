import { type Action, AwsError, type Caller } from '../service.ts';
import { contains, overlaps, parseCidr } from './cidr.ts';
import { filtered, found, paged, selected, subnetKind, vpcKind } from './describing.ts';
import { addressesPerSubnet, endpointState } from './endpoint-state.ts';
import { visibleTo } from './sharing.ts';
import type { Ec2Context, Subnet } from './state.ts';
import { type TagSpecification, tagList, tagsFrom } from './tags.ts';
import { type Zone, zonesOf } from './zones.ts';

/** AWS keeps five addresses of every subnet for itself (VPC User Guide, "Subnet CIDR blocks"). */
const reservedAddresses = 5;

interface CreateSubnetInput {
  VpcId: string;
  CidrBlock?: string;
  AvailabilityZone?: string;
  AvailabilityZoneId?: string;
  TagSpecifications?: TagSpecification[];
}

export function addSubnet(
  context: Ec2Context,
  caller: Caller,
  wanted: { vpcId: string; cidrBlock: string; zone: Zone; isDefault: boolean; tags: Map<string, string> },
): Subnet {
  const subnet: Subnet = {
    id: context.ids.resource('subnet'),
    vpcId: wanted.vpcId,
    cidrBlock: wanted.cidrBlock,
    zoneName: wanted.zone.name,
    zoneId: wanted.zone.id,
    isDefault: wanted.isDefault,
    tags: wanted.tags,
  };
  context.state(caller).subnets.set(subnet.id, subnet);
  return subnet;
}

/** Addresses that nothing in the subnet uses yet. */
export function freeAddresses(
  context: Ec2Context,
  caller: Pick<Caller, 'accountId' | 'region'>,
  subnet: Subnet,
): number {
  let free = parseCidr(subnet.cidrBlock)!.size - reservedAddresses;
  for (const endpoint of context.state(caller).endpoints.values()) {
    if (endpoint.subnetIds.includes(subnet.id) && endpointState(context, endpoint) !== 'deleted') {
      free -= addressesPerSubnet(endpoint.type);
    }
  }
  const interfaces = [...context.state(caller).interfaces.values()];
  return free - interfaces.filter(({ subnetId }) => subnetId === subnet.id).length;
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
    Ipv6Native: false,
    Ipv6CidrBlockAssociationSet: [],
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

  return {
    CreateSubnet: (input: CreateSubnetInput, caller) => {
      const { VpcId, CidrBlock = '', AvailabilityZone, AvailabilityZoneId } = input;
      const state = context.state(caller);
      const vpc = found(state.vpcs, VpcId, vpcKind);
      const range = parseCidr(CidrBlock);
      if (!range) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value (${CidrBlock}) for parameter cidrBlock is invalid.`,
        );
      }
      if (range.prefix > 28 || !contains(parseCidr(vpc.cidrBlock)!, range)) {
        throw new AwsError('InvalidSubnet.Range', `The CIDR '${CidrBlock}' is invalid.`);
      }
      for (const other of state.subnets.values()) {
        if (other.vpcId === VpcId && overlaps(parseCidr(other.cidrBlock)!, range)) {
          throw new AwsError(
            'InvalidSubnet.Conflict',
            `The CIDR '${CidrBlock}' conflicts with another subnet`,
          );
        }
      }
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

import { digest } from '../ids.ts';
import { type Action, AwsError, type Caller } from '../service.ts';
import { blockOf, parseCidr } from './cidr.ts';
import { filtered, found, paged, selected, vpcKind } from './describing.ts';
import { endpointState } from './endpoint-state.ts';
import { createSecurityGroup } from './security-groups.ts';
import { visibleTo } from './sharing.ts';
import type { Ec2Context, Ipv6Block, Vpc } from './state.ts';
import { addSubnet } from './subnets.ts';
import { type TagSpecification, tagList, tagsFrom, tellTagChange } from './tags.ts';
import { zonesOf } from './zones.ts';

const defaultCidr = '172.31.0.0/16';

interface CreateVpcInput {
  CidrBlock?: string;
  InstanceTenancy?: string;
  AmazonProvidedIpv6CidrBlock?: boolean;
  TagSpecifications?: TagSpecification[];
}

interface AssociateInput {
  VpcId: string;
  CidrBlock?: string;
  AmazonProvidedIpv6CidrBlock?: boolean;
}

/**
 * A VPC with its default security group.
 * @throws AwsError `VpcLimitExceeded`
 */
export function addVpc(
  context: Ec2Context,
  place: Pick<Caller, 'accountId' | 'region'>,
  { id, cidrBlock, isDefault, tags }: Pick<Vpc, 'id' | 'cidrBlock' | 'isDefault' | 'tags'>,
): Vpc {
  const state = context.state(place);
  if (state.vpcs.size >= context.quotas.vpcs) {
    throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  }
  const vpc: Vpc = {
    id,
    cidrBlock,
    isDefault,
    tags,
    createdAt: context.clock.now(),
    enableDnsSupport: true,
    enableDnsHostnames: isDefault,
    enableNetworkAddressUsageMetrics: false,
    tagVersion: 0,
    moreBlocks: [],
    ipv6Blocks: [],
  };
  state.vpcs.set(vpc.id, vpc);
  createSecurityGroup(context, place, vpc.id, 'default', 'default VPC security group', new Map());
  return vpc;
}

/** A block of Amazon's own addresses, as a VPC gets it: a /56. */
function addIpv6Block(context: Ec2Context, vpc: Vpc): Ipv6Block {
  const digits = digest(`${vpc.id} ${vpc.ipv6Blocks.length}`, 4);
  const cidrBlock = `2600:1f18:1${digits.slice(0, 3)}:1${digits.slice(3)}00::/56`;
  const block = { id: context.ids.resource('vpc-cidr-assoc'), cidrBlock };
  vpc.ipv6Blocks.push(block);
  return block;
}

function ipv6View({ id, cidrBlock }: Ipv6Block, State = 'associated') {
  return { AssociationId: id, Ipv6CidrBlock: cidrBlock, Ipv6CidrBlockState: { State }, Ipv6Pool: 'Amazon' };
}

/** A block that was associated later. */
function blockView({ id, cidrBlock }: Vpc['moreBlocks'][number]) {
  return { AssociationId: id, CidrBlock: cidrBlock, CidrBlockState: { State: 'associated' } };
}

export function vpcActions(context: Ec2Context): Record<string, Action> {
  const view = (vpc: Vpc, caller: Caller, ownerId = caller.accountId) => {
    const isPending = context.clock.now() - vpc.createdAt < context.timings.vpcPending;
    return {
      VpcId: vpc.id,
      State: isPending ? 'pending' : 'available',
      OwnerId: ownerId,
      CidrBlock: vpc.cidrBlock,
      CidrBlockAssociationSet: [
        {
          AssociationId: `vpc-cidr-assoc-${vpc.id.slice(4)}`,
          CidrBlock: vpc.cidrBlock,
          CidrBlockState: { State: 'associated' },
        },
        ...vpc.moreBlocks.map(blockView),
      ],
      Ipv6CidrBlockAssociationSet: vpc.ipv6Blocks.map((block) => ipv6View(block)),
      DhcpOptionsId: 'dopt-0a1b2c3d4e5f60718',
      InstanceTenancy: 'default',
      IsDefault: vpc.isDefault,
      Tags: tagList(vpc.tags),
    };
  };

  /** Tells the call to CloudTrail, whether it succeeds or is refused. */
  const recorded = <T>(
    name: string,
    caller: Caller,
    request: unknown,
    response: (result: T) => unknown,
    act: () => T,
  ): T => {
    const call = {
      service: 'ec2',
      name,
      accountId: caller.accountId,
      region: caller.region,
      caller,
      request,
    };
    try {
      const result = act();
      context.events.apiCall({ ...call, response: response(result) });
      return result;
    } catch (error) {
      if (error instanceof AwsError) context.events.apiCall({ ...call, response: null, error });
      throw error;
    }
  };

  const create = (cidrBlock: string, isDefault: boolean, tags: Map<string, string>, caller: Caller): Vpc => {
    return addVpc(context, caller, { id: context.ids.resource('vpc'), cidrBlock, isDefault, tags });
  };

  const associateIpv6 = (VpcId: string, caller: Caller) => {
    const block = recorded(
      'AssociateVpcCidrBlock',
      caller,
      { AssociateVpcCidrBlockRequest: { VpcId, AmazonProvidedIpv6CidrBlock: true } },
      ({ id, cidrBlock }: Ipv6Block) => ({
        AssociateVpcCidrBlockResponse: {
          vpcId: VpcId,
          ipv6CidrBlockAssociation: {
            associationId: id,
            ipv6CidrBlock: cidrBlock,
            ipv6CidrBlockState: { state: 'associating' },
          },
        },
      }),
      () => addIpv6Block(context, found(context.state(caller).vpcs, VpcId, vpcKind)),
    );
    return { VpcId, Ipv6CidrBlockAssociation: ipv6View(block, 'associating') };
  };

  return {
    AssociateVpcCidrBlock: (input: AssociateInput, caller) => {
      const { VpcId, CidrBlock, AmazonProvidedIpv6CidrBlock = false } = input;
      if (AmazonProvidedIpv6CidrBlock && CidrBlock === undefined) return associateIpv6(VpcId, caller);
      if (CidrBlock === undefined || AmazonProvidedIpv6CidrBlock) {
        throw new AwsError(
          'UnsupportedOperation',
          "The local cloud associates an IPv4 block of a given range, or an IPv6 block of Amazon's.",
        );
      }
      const block = { id: context.ids.resource('vpc-cidr-assoc'), cidrBlock: CidrBlock };
      const { cidrBlock, id } = block;
      recorded(
        'AssociateVpcCidrBlock',
        caller,
        { AssociateVpcCidrBlockRequest: { VpcId, CidrBlock } },
        () => ({
          AssociateVpcCidrBlockResponse: {
            vpcId: VpcId,
            cidrBlockAssociation: { associationId: id, cidrBlock, cidrBlockState: { state: 'associating' } },
          },
        }),
        () => {
          const vpc = found(context.state(caller).vpcs, VpcId, vpcKind);
          if (!parseCidr(CidrBlock)) {
            throw new AwsError(
              'InvalidParameterValue',
              `Value (${CidrBlock}) for parameter cidrBlock is invalid.`,
            );
          }
          vpc.moreBlocks.push(block);
        },
      );
      return {
        VpcId,
        CidrBlockAssociation: { ...blockView(block), CidrBlockState: { State: 'associating' } },
      };
    },
    CreateVpc: (input: CreateVpcInput, caller) => {
      const { CidrBlock = '', InstanceTenancy = 'default', AmazonProvidedIpv6CidrBlock = false } = input;
      const tags = tagsFrom(input.TagSpecifications, 'vpc');
      const items = tagList(tags).map(({ Key, Value }) => ({ key: Key, value: Value }));
      const request = {
        cidrBlock: CidrBlock,
        instanceTenancy: InstanceTenancy,
        amazonProvidedIpv6CidrBlock: AmazonProvidedIpv6CidrBlock,
        ...(items.length > 0 && {
          tagSpecificationSet: { items: [{ resourceType: 'vpc', tags: items }] },
        }),
      };
      const vpc = recorded(
        'CreateVpc',
        caller,
        request,
        (created: Vpc) => ({ requestId: context.ids.uuid(), vpc: trailView(created, caller) }),
        () => {
          if (InstanceTenancy !== 'default') {
            throw new AwsError('UnsupportedOperation', 'The local cloud has VPCs of default tenancy only.');
          }
          const range = parseCidr(CidrBlock);
          if (!range) {
            throw new AwsError(
              'InvalidParameterValue',
              `Value (${CidrBlock}) for parameter cidrBlock is invalid.`,
            );
          }
          if (range.prefix < 16 || range.prefix > 28) {
            throw new AwsError('InvalidVpc.Range', `The CIDR '${CidrBlock}' is invalid.`);
          }
          const made = create(CidrBlock, false, tags, caller);
          if (AmazonProvidedIpv6CidrBlock) addIpv6Block(context, made);
          return made;
        },
      );
      tellTagChange(context, vpc, [...vpc.tags.keys()], caller);
      return { Vpc: view(vpc, caller) };
    },

    CreateDefaultVpc: (_input, caller) => {
      const vpc = recorded(
        'CreateDefaultVpc',
        caller,
        { CreateDefaultVpcRequest: {} },
        (created: Vpc) => ({
          CreateDefaultVpcResponse: { vpc: { vpcId: created.id, state: 'pending', isDefault: true } },
        }),
        () => {
          if ([...context.state(caller).vpcs.values()].some(({ isDefault }) => isDefault)) {
            throw new AwsError(
              'DefaultVpcAlreadyExists',
              'A Default VPC already exists for this account in this region.',
            );
          }
          const created = create(defaultCidr, true, new Map(), caller);
          const range = parseCidr(defaultCidr)!;
          for (const [index, zone] of zonesOf(caller.region).entries()) {
            addSubnet(context, caller, {
              vpcId: created.id,
              cidrBlock: blockOf(range, 20, index),
              zone,
              isDefault: true,
              tags: new Map(),
            });
          }
          return created;
        },
      );
      return { Vpc: view(vpc, caller) };
    },

    DeleteVpc: ({ VpcId }: { VpcId: string }, caller) => {
      recorded(
        'DeleteVpc',
        caller,
        { vpcId: VpcId },
        () => ({ requestId: context.ids.uuid(), _return: true }),
        () => {
          const state = context.state(caller);
          found(state.vpcs, VpcId, vpcKind);
          const groups = [...state.securityGroups.values()].filter(({ vpcId }) => vpcId === VpcId);
          const isUsed =
            [...state.subnets.values()].some(({ vpcId }) => vpcId === VpcId) ||
            groups.some(({ name }) => name !== 'default') ||
            [...state.endpoints.values()].some(
              (endpoint) => endpoint.vpcId === VpcId && endpointState(context, endpoint) !== 'deleted',
            );
          if (isUsed) {
            throw new AwsError(
              'DependencyViolation',
              `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
            );
          }
          for (const { id } of groups) state.securityGroups.delete(id);
          state.vpcs.delete(VpcId);
        },
      );
    },

    DescribeVpcs: (input, caller) => {
      const { vpcs, ownerOf } = visibleTo(context, caller);
      const all = filtered(selected(vpcs, input.VpcIds, vpcKind), input.Filters, {
        'vpc-id': ({ id }) => id,
        'cidr-block-association.cidr-block': ({ cidrBlock }) => cidrBlock,
        cidr: ({ cidrBlock }) => cidrBlock,
        'is-default': ({ isDefault }) => String(isDefault),
        isDefault: ({ isDefault }) => String(isDefault),
        'owner-id': ({ id }) => ownerOf(id),
        state: (vpc) => view(vpc, caller).State,
      });
      const { items, nextToken } = paged(all, input, 'vpcs');
      return { Vpcs: items.map((vpc) => view(vpc, caller, ownerOf(vpc.id))), NextToken: nextToken };
    },

    DescribeVpcAttribute: ({ VpcId, Attribute }, caller) => {
      const vpc = found(context.state(caller).vpcs, VpcId, vpcKind);
      switch (Attribute) {
        case 'enableDnsSupport':
          return { VpcId, EnableDnsSupport: { Value: vpc.enableDnsSupport } };
        case 'enableDnsHostnames':
          return { VpcId, EnableDnsHostnames: { Value: vpc.enableDnsHostnames } };
        case 'enableNetworkAddressUsageMetrics':
          return { VpcId, EnableNetworkAddressUsageMetrics: { Value: vpc.enableNetworkAddressUsageMetrics } };
        default:
          throw new AwsError(
            'InvalidParameterValue',
            `Value (${Attribute}) for parameter attribute is invalid.`,
          );
      }
    },

    ModifyVpcAttribute: (input, caller) => {
      const vpc = found(context.state(caller).vpcs, input.VpcId, vpcKind);
      vpc.enableDnsSupport = input.EnableDnsSupport?.Value ?? vpc.enableDnsSupport;
      vpc.enableDnsHostnames = input.EnableDnsHostnames?.Value ?? vpc.enableDnsHostnames;
      vpc.enableNetworkAddressUsageMetrics =
        input.EnableNetworkAddressUsageMetrics?.Value ?? vpc.enableNetworkAddressUsageMetrics;
    },
  };
}

/** The VPC as CloudTrail tells it. */
function trailView(vpc: Vpc, caller: Caller) {
  return {
    vpcId: vpc.id,
    state: 'pending',
    ownerId: caller.accountId,
    cidrBlock: vpc.cidrBlock,
    cidrBlockAssociationSet: {
      items: [
        {
          cidrBlock: vpc.cidrBlock,
          associationId: `vpc-cidr-assoc-${vpc.id.slice(4)}`,
          cidrBlockState: { state: 'associated' },
        },
      ],
    },
    instanceTenancy: 'default',
    isDefault: vpc.isDefault,
    tagSet: { items: tagList(vpc.tags).map(({ Key, Value }) => ({ key: Key, value: Value })) },
  };
}

import {
  type Need,
  type Needs,
  onResource,
  requestedTags,
  resourceTags,
  withoutResources,
} from '../authorization/need.ts';
import type { ConditionContext } from '../iam/conditions.ts';
import { partitionOf } from '../iam/roles.ts';
import type { Caller } from '../service.ts';
import type { CreateEndpointInput } from './endpoint-creation.ts';
import type { Ec2Context } from './state.ts';
import type { TagSpecification } from './tags.ts';

/**
 * The permissions that EC2's actions ask ("Actions, resources, and condition keys for Amazon EC2" in the Service
 * Authorization Reference).
 *
 * A resource that is being created has no id yet: its ARN ends in `*`. Tags that a request sets are known of the
 * resource that gets them and not of the others.
 */
export function ec2Needs(context: Ec2Context): Record<string, Needs> {
  /** A resource that is there, with its tags; what is not there has none. */
  const existing = (action: string, type: string, id: string, caller: Caller): Need => ({
    action: `ec2:${action}`,
    resource: arn(type, id, caller),
    context: tagsOf(context, id, caller),
  });
  const tagged = (
    type: string,
    creation: string,
    specifications: TagSpecification[] | undefined,
    caller: Caller,
    more: ConditionContext = {},
  ) => {
    const tags = tagsIn(specifications, type);
    const keys = requestedTags(tags);
    const created: Need = {
      action: `ec2:${creation}`,
      resource: arn(type, '*', caller),
      context: { ...keys, ...more },
    };
    // "Grant permission to tag Amazon EC2 resources during creation": only where tags are given.
    const tagging: Need = {
      action: 'ec2:CreateTags',
      resource: arn(type, '*', caller),
      context: { ...keys, 'ec2:CreateAction': creation },
    };
    return tags.length > 0 ? [created, tagging] : [created];
  };

  return {
    ...withoutResources(
      'ec2',
      'DescribeAvailabilityZones',
      'DescribeEgressOnlyInternetGateways',
      'DescribeInternetGateways',
      'DescribeNetworkAcls',
      'DescribeNetworkInterfaces',
      'DescribeRouteTables',
      'DescribeSecurityGroupRules',
      'DescribeSecurityGroups',
      'DescribeSubnets',
      'DescribeTags',
      'DescribeVpcEndpointAssociations',
      'DescribeVpcEndpoints',
      'DescribeVpcEndpointServices',
      'DescribeVpcs',
      'DescribeVpnGateways',
    ),
    ...onResource('ec2', ['DescribeVpcAttribute', 'ModifyVpcAttribute'], ({ VpcId }, caller) => ({
      resource: arn('vpc', VpcId, caller),
      context: tagsOf(context, VpcId, caller),
    })),
    AssociateVpcCidrBlock: ({ VpcId }, caller) => [existing('AssociateVpcCidrBlock', 'vpc', VpcId, caller)],
    CreateVpcEndpoint: (input: CreateEndpointInput, caller) => [
      existing('CreateVpcEndpoint', 'vpc', input.VpcId, caller),
      ...(input.SubnetIds ?? []).map((id) => existing('CreateVpcEndpoint', 'subnet', id, caller)),
      ...(input.SecurityGroupIds ?? []).map((id) =>
        existing('CreateVpcEndpoint', 'security-group', id, caller),
      ),
      ...tagged('vpc-endpoint', 'CreateVpcEndpoint', input.TagSpecifications, caller, {
        'ec2:VpceServiceName': input.ServiceName,
        'ec2:VpceServiceOwner': input.ServiceName && context.provider.ownerOfService(input.ServiceName),
      }),
      ...privateDns(input, caller),
    ],
    ModifyVpcEndpoint: ({ VpcEndpointId, AddSubnetIds = [], AddSecurityGroupIds = [] }, caller) => [
      existing('ModifyVpcEndpoint', 'vpc-endpoint', VpcEndpointId, caller),
      ...AddSubnetIds.map((id: string) => existing('ModifyVpcEndpoint', 'subnet', id, caller)),
      ...AddSecurityGroupIds.map((id: string) => existing('ModifyVpcEndpoint', 'security-group', id, caller)),
    ],
    DeleteVpcEndpoints: ({ VpcEndpointIds = [] }: { VpcEndpointIds?: string[] }, caller) =>
      VpcEndpointIds.map((id) => existing('DeleteVpcEndpoints', 'vpc-endpoint', id, caller)),
    CreateSecurityGroup: (input, caller) => [
      existing('CreateSecurityGroup', 'vpc', input.VpcId, caller),
      ...tagged('security-group', 'CreateSecurityGroup', input.TagSpecifications, caller),
    ],
    ...onResource(
      'ec2',
      ['AuthorizeSecurityGroupIngress', 'DeleteSecurityGroup', 'RevokeSecurityGroupIngress'],
      ({ GroupId }, caller) => ({
        resource: arn('security-group', GroupId, caller),
        context: tagsOf(context, GroupId, caller),
      }),
    ),
    CreateNetworkInterface: (input, caller) => [
      existing('CreateNetworkInterface', 'subnet', input.SubnetId, caller),
      ...tagged('network-interface', 'CreateNetworkInterface', input.TagSpecifications, caller),
    ],
    DeleteNetworkInterface: ({ NetworkInterfaceId }, caller) => [
      existing('DeleteNetworkInterface', 'network-interface', NetworkInterfaceId, caller),
    ],
    CreateTags: ({ Resources = [], Tags = [] }, caller) =>
      Resources.map((id: string) => ({
        ...existing('CreateTags', typeOf(id), id, caller),
        context: { ...tagsOf(context, id, caller), ...requestedTags(pairs(Tags)) },
      })),
    DeleteTags: ({ Resources = [], Tags = [] }, caller) =>
      Resources.map((id: string) => ({
        ...existing('DeleteTags', typeOf(id), id, caller),
        context: {
          ...tagsOf(context, id, caller),
          // Without tags all go, and the request has no such key.
          ...(Tags.length > 0 && { 'aws:TagKeys': pairs(Tags).map(([key]) => key) }),
        },
      })),
  };
}

/**
 * The dependent action of CreateVpcEndpoint. The reference does not say for which types of endpoint, so it is asked
 * for all that have private DNS. It names no permission of VPC Lattice for endpoints of type Resource.
 */
function privateDns({ PrivateDnsEnabled }: CreateEndpointInput, { region }: Caller): Need[] {
  if (!PrivateDnsEnabled) return [];
  const resource = `arn:${partitionOf(region)}:route53:::hostedzone/*`;
  return [{ action: 'route53:AssociateVPCWithHostedZone', resource }];
}

function arn(type: string, id: string, { accountId, region }: Caller): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${accountId}:${type}/${id}`;
}

function tagsOf(context: Ec2Context, id: string, caller: Caller): ConditionContext {
  return resourceTags(context.state(caller).tagged(id)?.tags ?? []);
}

/** The type in an ARN for the prefix of an id. */
function typeOf(id: string): string {
  const types = new Map([
    ['eni', 'network-interface'],
    ['vpce', 'vpc-endpoint'],
    ['sg', 'security-group'],
    ['sgr', 'security-group-rule'],
  ]);
  const prefix = id.split('-')[0]!;
  return types.get(prefix) ?? prefix;
}

function tagsIn(specifications: TagSpecification[] | undefined, type: string): [string, string][] {
  return (specifications ?? [])
    .filter(({ ResourceType }) => ResourceType === type)
    .flatMap(({ Tags = [] }) => pairs(Tags));
}

function pairs(tags: { Key?: string; Value?: string }[]): [string, string][] {
  return tags.map(({ Key = '', Value = '' }) => [Key, Value]);
}

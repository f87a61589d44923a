import { SYSTEM } from '../../shared/runtime/system.ts';

/**
 * What each function does in member accounts, by the name of its file. It is all that the function's sessions there may
 * do. The connector role lets in these functions and no others, and those that only look begin sessions in which nothing
 * can be changed (`lib/member-stack.ts`).
 */
export const MEMBER_ACTIONS = {
  'accept-resource-share': [
    'ram:AcceptResourceShareInvitation',
    'ram:GetResourceShareInvitations',
    'ram:GetResourceShares',
    'ram:ListPendingInvitationResources',
    'vpc-lattice:CreateServiceNetworkResourceAssociation',
    'vpc-lattice:GetResourceConfiguration',
    'vpc-lattice:GetServiceNetwork',
    'vpc-lattice:ListServiceNetworkResourceAssociations',
    'vpc-lattice:TagResource',
  ],
  'check-onboard-request': ['ec2:DescribeVpcs'],
  'check-removal': [
    'ec2:DescribeEgressOnlyInternetGateways',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeNetworkAcls',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcs',
    'ec2:DescribeVpnGateways',
  ],
  'create-security-group': [
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:CreateSecurityGroup',
    'ec2:CreateTags',
    'ec2:DescribeSecurityGroups',
  ],
  'create-vpc-endpoint': [
    'ec2:CreateTags',
    'ec2:CreateVpcEndpoint',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpointServices',
    'route53:AssociateVPCWithHostedZone',
  ],
  'delete-parameters': ['ssm:DeleteParameters', 'ssm:GetParametersByPath'],
  'delete-security-group': ['ec2:DeleteSecurityGroup', 'ec2:DescribeSecurityGroups'],
  'delete-vpc-endpoint': [
    'ec2:DeleteVpcEndpoints',
    'ec2:DescribeVpcEndpoints',
    'vpc-lattice:DeleteServiceNetworkResourceAssociation',
  ],
  'describe-vpc': [
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcAttribute',
    'ec2:DescribeVpcEndpointServices',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcs',
  ],
  'describe-vpc-endpoint': ['ec2:DescribeVpcEndpointAssociations', 'ec2:DescribeVpcEndpoints'],
  'list-security-groups': ['ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'],
  'list-vpc-endpoints': [
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpointAssociations',
    'ec2:DescribeVpcEndpointServices',
    'ec2:DescribeVpcEndpoints',
    'vpc-lattice:ListServiceNetworkResourceAssociations',
  ],
  'look-into-accounts': [
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpointAssociations',
    'ec2:DescribeVpcEndpointServices',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcs',
    'ssm:GetParametersByPath',
    'vpc-lattice:ListServiceNetworkResourceAssociations',
  ],
  'modify-vpc-endpoint': ['ec2:DescribeSubnets', 'ec2:ModifyVpcEndpoint'],
  'look-at-account': ['ec2:DescribeVpcs'],
  'publish-parameters': [
    'ssm:AddTagsToResource',
    'ssm:DeleteParameters',
    'ssm:GetParametersByPath',
    'ssm:PutParameter',
  ],
  'write-status': [
    'ec2:CreateTags',
    'ec2:DeleteTags',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'ssm:AddTagsToResource',
    'ssm:DeleteParameters',
    'ssm:PutParameter',
  ],
} as const satisfies Record<string, readonly `${string}:${string}`[]>;

/** A function that works in member accounts. */
export type MemberFunction = keyof typeof MEMBER_ACTIONS;

/** How the names of sessions begin in which something can be changed, and in which nothing can. */
export const SESSION_PREFIXES = { changing: SYSTEM, looking: 'look' } as const;

/** Whether the action can change something. */
export function changes(action: string): boolean {
  return !/:(Describe|Get|List)/.test(action);
}

/** Whether the function only looks. */
export function onlyLooks(call: MemberFunction): boolean {
  return !MEMBER_ACTIONS[call].some(changes);
}

/** The policy that limits the function's sessions ("Session policies", IAM User Guide), as JSON. */
export function sessionPolicy(call: MemberFunction): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: MEMBER_ACTIONS[call], Resource: '*' }],
  });
}

import { type Action, AwsError, type Caller } from '../service.ts';
import { blockOf, parseCidr } from './cidr.ts';
import { filtered, found, groupKind, paged, prefixListKind, selected, vpcKind } from './describing.ts';
import { endpointState } from './endpoint-state.ts';
import type { Ec2Context, IngressRule, SecurityGroup } from './state.ts';
import { tagList, tagsFrom } from './tags.ts';

interface IpPermission {
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  IpRanges?: { CidrIp?: string; Description?: string }[];
  Ipv6Ranges?: { CidrIpv6?: string; Description?: string }[];
  UserIdGroupPairs?: { GroupId?: string; Description?: string }[];
  PrefixListIds?: { PrefixListId?: string; Description?: string }[];
}

interface IngressInput extends Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'> {
  GroupId?: string;
  CidrIp?: string;
  IpPermissions?: IpPermission[];
  SecurityGroupRuleIds?: string[];
}

type NewRule = Omit<IngressRule, 'id' | 'tags'>;

const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

export function createSecurityGroup(
  context: Ec2Context,
  caller: Pick<Caller, 'accountId' | 'region'>,
  vpcId: string,
  name: string,
  description: string,
  tags: Map<string, string>,
): SecurityGroup {
  const { securityGroups } = context.state(caller);
  for (const group of securityGroups.values()) {
    if (group.vpcId === vpcId && group.name === name) {
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${name}' already exists for VPC '${vpcId}'`,
      );
    }
  }
  const group = { id: context.ids.resource('sg'), vpcId, name, description, tags, ingress: [] };
  securityGroups.set(group.id, group);
  return group;
}

export function securityGroupActions(context: Ec2Context): Record<string, Action> {
  const groupOf = ({ GroupId }: IngressInput, caller: Caller): SecurityGroup => {
    if (!GroupId) throw new AwsError('MissingParameter', 'The request must contain the parameter groupId');
    return found(context.state(caller).securityGroups, GroupId, groupKind);
  };

  return {
    CreateSecurityGroup: (input, caller) => {
      const { GroupName = '', Description = '', VpcId } = input;
      if (!VpcId) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
      found(context.state(caller).vpcs, VpcId, vpcKind);
      if (!GroupName || GroupName.length > 255 || GroupName.startsWith('sg-')) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value (${GroupName}) for parameter groupName is invalid.`,
        );
      }
      const tags = tagsFrom(input.TagSpecifications, 'security-group');
      const group = createSecurityGroup(context, caller, VpcId, GroupName, Description, tags);
      return { GroupId: group.id, SecurityGroupArn: groupArn(group, caller), Tags: tagList(tags) };
    },

    DeleteSecurityGroup: (input, caller) => {
      const group = groupOf(input, caller);
      if (group.name === 'default') {
        throw new AwsError('CannotDelete', 'the specified group: "default" name cannot be deleted by a user');
      }
      const state = context.state(caller);
      const isUsed = [...state.endpoints.values()].some(
        (endpoint) =>
          endpoint.securityGroupIds.includes(group.id) && endpointState(context, endpoint) !== 'deleted',
      );
      const isReferenced = [...state.securityGroups.values()].some(
        ({ id, ingress }) => id !== group.id && ingress.some(({ groupId }) => groupId === group.id),
      );
      if (isUsed || isReferenced) {
        throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
      }
      state.securityGroups.delete(group.id);
      return { Return: true, GroupId: group.id };
    },

    DescribeSecurityGroups: (input, caller) => {
      const groups = selected(context.state(caller).securityGroups, input.GroupIds, groupKind).filter(
        ({ name }) => !input.GroupNames || input.GroupNames.includes(name),
      );
      const all = filtered(groups, input.Filters, {
        'group-id': ({ id }) => id,
        'group-name': ({ name }) => name,
        'vpc-id': ({ vpcId }) => vpcId,
        description: ({ description }) => description,
        'owner-id': () => caller.accountId,
      });
      const { items, nextToken } = paged(all, input, 'security-groups');
      return { SecurityGroups: items.map((group) => groupView(group, caller)), NextToken: nextToken };
    },

    AuthorizeSecurityGroupIngress: (input: IngressInput, caller) => {
      const group = groupOf(input, caller);
      const rules = rulesOf(input);
      if (rules.length === 0)
        throw new AwsError('MissingParameter', 'Either ipPermissions or cidrIp is needed.');
      const duplicate = rules.find((rule) => group.ingress.some((known) => isSame(known, rule)));
      if (duplicate) {
        throw new AwsError(
          'InvalidPermission.Duplicate',
          `the specified rule "peer: ${peerOf(duplicate)}, ${duplicate.protocol}, from port: ` +
            `${duplicate.fromPort}, to port: ${duplicate.toPort}, ALLOW" already exists`,
        );
      }
      const { prefixLists } = context.state(caller);
      const weightOf = ({ prefixListId }: NewRule) =>
        prefixListId === undefined ? 1 : found(prefixLists, prefixListId, prefixListKind).maxEntries;
      if ([...group.ingress, ...rules].reduce((sum, rule) => sum + weightOf(rule), 0) > 60) {
        throw new AwsError(
          'RulesPerSecurityGroupLimitExceeded',
          'A security group has at most 60 inbound rules.',
        );
      }
      const added = rules.map((rule) => ({ ...rule, id: context.ids.resource('sgr'), tags: new Map() }));
      group.ingress.push(...added);
      return { Return: true, SecurityGroupRules: added.map((rule) => ruleView(rule, group, caller)) };
    },

    RevokeSecurityGroupIngress: (input: IngressInput, caller) => {
      const group = groupOf(input, caller);
      const { SecurityGroupRuleIds } = input;
      const isDoomed = SecurityGroupRuleIds
        ? (rule: IngressRule) => SecurityGroupRuleIds.includes(rule.id)
        : (
            (rules) => (rule: IngressRule) =>
              rules.some((wanted) => isSame(rule, wanted))
          )(rulesOf(input));
      const doomed = group.ingress.filter(isDoomed);
      const wanted = SecurityGroupRuleIds?.length ?? rulesOf(input).length;
      if (doomed.length < wanted) {
        throw new AwsError(
          'InvalidPermission.NotFound',
          'The specified rule does not exist in this security group.',
        );
      }
      group.ingress = group.ingress.filter((rule) => !doomed.includes(rule));
      return { Return: true };
    },

    DescribeSecurityGroupRules: (input, caller) => {
      const rules = [...context.state(caller).securityGroups.values()].flatMap((group) =>
        group.ingress.map((rule) => ({ id: rule.id, tags: rule.tags, rule, group })),
      );
      const wanted = rules.filter(
        ({ id }) => !input.SecurityGroupRuleIds || input.SecurityGroupRuleIds.includes(id),
      );
      const all = filtered(wanted, input.Filters, {
        'group-id': ({ group }) => group.id,
        'security-group-rule-id': ({ id }) => id,
      });
      const { items, nextToken } = paged(all, input, 'security-group-rules');
      return {
        SecurityGroupRules: items.map(({ rule, group }) => ruleView(rule, group, caller)),
        NextToken: nextToken,
      };
    },
  };
}

function rulesOf(input: IngressInput): NewRule[] {
  const { IpProtocol, FromPort, ToPort, CidrIp, IpPermissions } = input;
  const permissions =
    IpPermissions ?? (CidrIp ? [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }] : []);
  return permissions.flatMap((permission: IpPermission) => {
    const base = {
      protocol: permission.IpProtocol ?? '-1',
      fromPort: permission.FromPort,
      toPort: permission.ToPort,
      cidrIpv4: undefined,
      cidrIpv6: undefined,
      groupId: undefined,
      prefixListId: undefined,
    };
    const rule = (peer: Partial<NewRule>, description: string | undefined): NewRule => ({
      ...base,
      ...peer,
      description,
    });
    return [
      ...(permission.IpRanges ?? []).map((range) =>
        rule({ cidrIpv4: canonical(range.CidrIp) }, range.Description),
      ),
      ...(permission.Ipv6Ranges ?? []).map((range) => rule({ cidrIpv6: range.CidrIpv6 }, range.Description)),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => rule({ groupId: pair.GroupId }, pair.Description)),
      ...(permission.PrefixListIds ?? []).map((list) =>
        rule({ prefixListId: list.PrefixListId }, list.Description),
      ),
    ];
  });
}

/** EC2 keeps the first address of the block ("AuthorizeSecurityGroupIngress", API reference). */
function canonical(cidr: string | undefined): string | undefined {
  const range = parseCidr(cidr ?? '');
  if (cidr !== undefined && !range) {
    throw new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  }
  return range && blockOf(range, range.prefix, 0);
}

function isSame(one: NewRule, other: NewRule): boolean {
  return (
    one.protocol === other.protocol &&
    one.fromPort === other.fromPort &&
    one.toPort === other.toPort &&
    peerOf(one) === peerOf(other)
  );
}

function peerOf(rule: NewRule): string | undefined {
  return rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.groupId ?? rule.prefixListId;
}

function groupArn(group: SecurityGroup, caller: Caller): string {
  return `arn:aws:ec2:${caller.region}:${caller.accountId}:security-group/${group.id}`;
}

function groupView(group: SecurityGroup, caller: Caller) {
  // Rules of the same protocol and ports are told together.
  const permissions = new Map<string, Required<IpPermission>>();
  for (const rule of group.ingress) {
    const key = `${rule.protocol}/${rule.fromPort}/${rule.toPort}`;
    const permission = permissions.get(key) ?? {
      IpProtocol: rule.protocol,
      FromPort: rule.fromPort as number,
      ToPort: rule.toPort as number,
      IpRanges: [],
      Ipv6Ranges: [],
      UserIdGroupPairs: [],
      PrefixListIds: [],
    };
    permissions.set(key, permission);
    const Description = rule.description;
    if (rule.cidrIpv4) permission.IpRanges.push({ CidrIp: rule.cidrIpv4, Description });
    else if (rule.cidrIpv6) permission.Ipv6Ranges.push({ CidrIpv6: rule.cidrIpv6, Description });
    else if (rule.groupId) permission.UserIdGroupPairs.push({ GroupId: rule.groupId, Description });
    else permission.PrefixListIds.push({ PrefixListId: rule.prefixListId, Description });
  }
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: caller.accountId,
    SecurityGroupArn: groupArn(group, caller),
    IpPermissions: [...permissions.values()],
    IpPermissionsEgress: everything,
    Tags: tagList(group.tags),
  };
}

function ruleView(rule: IngressRule, group: SecurityGroup, caller: Caller) {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    GroupOwnerId: caller.accountId,
    IsEgress: false,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort ?? -1,
    ToPort: rule.toPort ?? -1,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    PrefixListId: rule.prefixListId,
    ReferencedGroupInfo: rule.groupId ? { GroupId: rule.groupId } : undefined,
    Description: rule.description,
    Tags: tagList(rule.tags),
  };
}

import {
  ArnFormat,
  Aws,
  CfnCondition,
  type CfnResource,
  Duration,
  Fn,
  LegacyStackSynthesizer,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import {
  AccountPrincipal,
  Effect,
  PolicyStatement,
  type PrincipalBase,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  changes,
  MEMBER_ACTIONS,
  type MemberFunction,
  onlyLooks,
  SESSION_PREFIXES,
} from '../lambdas/aws/call/actions.ts';
import type { Connection } from '../lambdas/shared/workflows/configuration.ts';
import type { Configuration } from './configuration.ts';
import { acceptFinding, acceptWildcard } from './constructs/accepted-findings.ts';
import { EventForwarding, hubBusArn } from './constructs/event-forwarding.ts';
import { stackEvents, vpcEvents } from './event-patterns.ts';
import { nameAfter, namesIn, namesOf } from './names.ts';
import { allowServiceNetworks, ofNetworks } from './service-networks.ts';
import { addTags } from './tags.ts';

export interface MemberStackProps extends StackProps {
  /** As `loadConfiguration` returns it. */
  configuration: Configuration;
}

/**
 * How the endpoint services of AWS itself are called ("AWS services that integrate with AWS PrivateLink"), where those
 * of others begin with `com.amazonaws.vpce.`.
 */
const SERVICES_OF_AWS = [
  'aws.*',
  'com.amazonaws.??-*',
  'com.amazonaws.eusc-*',
  'com.amazonaws.*-global.*',
  'cn.com.amazonaws.cn-*',
];

/**
 * What every member account gets, in the hub's Region and in each connection's: rules that tell the hub of its
 * VPCs and, once in the account, the role by which the hub connects them. The template is the same everywhere.
 *
 * A StackSet brings it to the accounts of the organization (see `OrganizationStack`); this class is for accounts that no
 * StackSet reaches.
 */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    super(scope, id, {
      stackName: namesOf(props.configuration.system).MEMBER_STACK,
      description: 'Redis Cloud PrivateLink automation: what every member account has.',
      // It has no assets and its template is small, so it needs nothing of the CDK's bootstrap: a StackSet takes it
      // inline, and so does the command line, which uses the caller's own credentials.
      synthesizer: new LegacyStackSynthesizer(),
      suppressTemplateIndentation: true,
      ...props,
    });
    const { configuration } = props;
    const { organization } = configuration;
    const names = nameAfter(this, configuration.system);
    addTags(this, configuration);

    const forwarder = new Role(this, 'Forwarder', {
      // One for each Region: an automatic deployment takes the Regions in any order, and EventBridge refuses a
      // target whose role is not there yet.
      roleName: `${names.FORWARDER_ROLE}-${Aws.REGION}`,
      description:
        'Lets EventBridge put events of this account on the bus of the Redis Cloud PrivateLink hub.',
      assumedBy: forwardingPrincipal(this),
    });
    forwarder.addToPolicy(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [hubBusArn(this, configuration)] }),
    );
    const connector = this.#connectorRole(configuration);

    // A role belongs to the account, not to a Region: the stack in the hub's Region makes this one for all.
    const once = new CfnCondition(this, 'IsHubRegion', {
      expression: Fn.conditionEquals(Aws.REGION, organization.hubRegion),
    });
    for (const part of connector.node.findAll()) {
      if (part !== connector && 'cfnOptions' in part) (part as CfnResource).cfnOptions.condition = once;
    }

    new EventForwarding(this, 'Forwarding', {
      configuration,
      events: 'vpc',
      patterns: { ...vpcEvents(names), ...stackEvents(names, Aws.STACK_ID) },
      role: forwarder,
    });
  }

  /**
   * The hub's functions that work here, each by name, and nobody else may assume it, and only with the external id. Those
   * that only look have to say so in the name of the session, and such a session changes nothing.
   */
  #connectorRole({ organization, connections, tags, operations }: Configuration): Role {
    const { SYSTEM, CONNECTOR_ROLE, OWN_TAGS, STATUS_TAG, memberFunctionRole } = namesIn(this);
    const hub = new AccountPrincipal(organization.hubAccountId);
    const calls = (Object.keys(MEMBER_ACTIONS) as MemberFunction[]).filter(
      (call) => operations.statusTags || call !== 'write-status',
    );
    const trusted = (some: MemberFunction[]) => ({
      StringEquals: { 'sts:ExternalId': organization.externalId, 'aws:PrincipalOrgID': organization.id },
      ArnEquals: {
        'aws:PrincipalArn': some.map(
          (call) => `arn:*:iam::${organization.hubAccountId}:role/${memberFunctionRole(call)}`,
        ),
      },
    });
    const role = new Role(this, 'Connector', {
      roleName: CONNECTOR_ROLE,
      description: 'Lets the Redis Cloud PrivateLink hub connect VPCs of this account.',
      maxSessionDuration: Duration.hours(1),
      assumedBy: hub.withConditions(trusted(calls.filter((call) => !onlyLooks(call)))),
    });
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        principals: [hub],
        conditions: {
          ...trusted(calls.filter(onlyLooks)),
          StringLike: { 'sts:RoleSessionName': `${SESSION_PREFIXES.looking}*` },
        },
      }),
    );
    requireFittingTrust(role, organization);
    const regions = [...new Set(connections.map(({ region }) => region))].sort();
    const inRegions = { StringEquals: { 'aws:RequestedRegion': regions } };
    const onOwn = { StringEquals: { [`aws:ResourceTag/${SYSTEM}:managed-by`]: SYSTEM } };
    const ours = { [`aws:RequestTag/${SYSTEM}:managed-by`]: SYSTEM };
    const arn = (resource: string) =>
      this.formatArn({
        service: 'ec2',
        region: '*',
        resource,
        resourceName: '*',
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      });
    const anyVpc = `arn:${Aws.PARTITION}:ec2:*:*:vpc/*`;
    const invitations = `arn:${Aws.PARTITION}:ram:*:*:resource-share-invitation/*`;
    const parameters = this.formatArn({
      service: 'ssm',
      region: '*',
      resource: 'parameter',
      resourceName: `${SYSTEM}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    const zones = `arn:${Aws.PARTITION}:route53:::hostedzone/*`;
    const statements: Record<string, PolicyStatement> = {
      // EC2's and RAM's lists cannot be limited to resources.
      Look: new PolicyStatement({
        actions: [
          'ec2:DescribeEgressOnlyInternetGateways',
          'ec2:DescribeInternetGateways',
          'ec2:DescribeNetworkAcls',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeRouteTables',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcEndpointAssociations',
          'ec2:DescribeVpcEndpoints',
          'ec2:DescribeVpcEndpointServices',
          'ec2:DescribeVpcs',
          'ec2:DescribeVpnGateways',
          'ram:GetResourceShareInvitations',
          'ram:GetResourceShares',
        ],
        resources: ['*'],
        conditions: inRegions,
      }),
      // A VPC that another account shares has that account in its ARN.
      ReadVpcAttributes: new PolicyStatement({
        actions: ['ec2:DescribeVpcAttribute'],
        resources: [anyVpc],
        conditions: inRegions,
      }),
      ReadInvitations: new PolicyStatement({
        actions: ['ram:ListPendingInvitationResources'],
        resources: [invitations],
        conditions: inRegions,
      }),
      AcceptShares: new PolicyStatement({
        actions: ['ram:AcceptResourceShareInvitation'],
        resources: [invitations],
        conditions: {
          StringEquals: { 'aws:RequestedRegion': regions, ...providersOf(connections) },
        },
      }),
      CreateEndpointsIn: new PolicyStatement({
        actions: ['ec2:CreateVpcEndpoint'],
        resources: [arn('vpc'), arn('subnet'), arn('security-group')],
        conditions: inRegions,
      }),
      // Never one to a service of AWS's own, whatever Redis Cloud is made to say. Whether the request of an endpoint of
      // type Resource has this key, nobody has written down: the negated operator holds without it.
      CreateOwnEndpoints: new PolicyStatement({
        actions: ['ec2:CreateVpcEndpoint'],
        resources: [arn('vpc-endpoint')],
        conditions: {
          StringEquals: { 'aws:RequestedRegion': regions, ...ours },
          StringNotLike: { 'ec2:VpceServiceName': SERVICES_OF_AWS },
        },
      }),
      CreateSecurityGroupsIn: new PolicyStatement({
        actions: ['ec2:CreateSecurityGroup'],
        resources: [arn('vpc')],
        conditions: inRegions,
      }),
      CreateOwnSecurityGroups: new PolicyStatement({
        actions: ['ec2:CreateSecurityGroup'],
        resources: [arn('security-group')],
        conditions: { StringEquals: { 'aws:RequestedRegion': regions, ...ours } },
      }),
      OpenOwnSecurityGroups: new PolicyStatement({
        actions: ['ec2:AuthorizeSecurityGroupIngress'],
        resources: [arn('security-group')],
        conditions: onOwn,
      }),
      DeleteOwnEndpoints: new PolicyStatement({
        actions: ['ec2:DeleteVpcEndpoints'],
        resources: [arn('vpc-endpoint')],
        conditions: onOwn,
      }),
      DeleteOwnSecurityGroups: new PolicyStatement({
        actions: ['ec2:DeleteSecurityGroup'],
        resources: [arn('security-group')],
        conditions: onOwn,
      }),
      // With this system's tags, those of the configuration, and no others, so that it cannot lend itself what somebody else's tags allow.
      TagWhatItCreates: new PolicyStatement({
        actions: ['ec2:CreateTags'],
        resources: [arn('vpc-endpoint'), arn('security-group')],
        conditions: {
          StringEquals: { 'ec2:CreateAction': ['CreateVpcEndpoint', 'CreateSecurityGroup'], ...ours },
          'ForAllValues:StringEquals': { 'aws:TagKeys': [...OWN_TAGS, ...Object.keys(tags)] },
        },
      }),
      ...(operations.statusTags && {
        // The one tag that tells a VPC's owner how it stands. Without keys all tags of a VPC would be deleted.
        TellStatus: new PolicyStatement({
          actions: ['ec2:CreateTags', 'ec2:DeleteTags'],
          resources: [arn('vpc')],
          conditions: {
            StringEquals: { 'aws:RequestedRegion': regions },
            'ForAllValues:StringEquals': { 'aws:TagKeys': [STATUS_TAG] },
            Null: { 'aws:TagKeys': 'false' },
          },
        }),
      }),
      // Tags come with a new parameter; for that AWS asks for AddTagsToResource too.
      PublishParameters: new PolicyStatement({
        actions: [
          'ssm:AddTagsToResource',
          'ssm:DeleteParameters',
          'ssm:GetParametersByPath',
          'ssm:PutParameter',
        ],
        resources: [parameters],
        conditions: inRegions,
      }),
      // EC2 asks for it where an interface endpoint answers to the databases' own names (private DNS).
      PrivateDns: new PolicyStatement({
        actions: ['route53:AssociateVPCWithHostedZone'],
        resources: [zones],
      }),
      ChangeNothingWhereTheSessionLooks: new PolicyStatement({
        effect: Effect.DENY,
        // What changes service networks is denied where it is allowed.
        actions: [...new Set(calls.flatMap((call) => MEMBER_ACTIONS[call]))]
          .filter((action) => changes(action) && !ofNetworks(action))
          .sort(),
        resources: ['*'],
        conditions: { StringLike: { 'aws:userid': `*:${SESSION_PREFIXES.looking}*` } },
      }),
      ...(connections.some(({ contract }) => contract === 'endpoint-service') && {
        AddSubnetsToOwnEndpoints: new PolicyStatement({
          actions: ['ec2:ModifyVpcEndpoint'],
          resources: [arn('vpc-endpoint')],
          conditions: { StringEquals: { [`aws:ResourceTag/${SYSTEM}:managed-by`]: SYSTEM } },
        }),
        AddSubnets: new PolicyStatement({
          actions: ['ec2:ModifyVpcEndpoint'],
          resources: [arn('subnet')],
          conditions: inRegions,
        }),
      }),
    };
    for (const [sid, statement] of Object.entries(statements)) {
      role.addToPolicy(statement.copy({ sid }));
    }
    allowServiceNetworks(role, connections, [...OWN_TAGS, ...Object.keys(tags)]);
    acceptFinding(role, 'IAM5[Resource::*]', 'EC2 and RAM describe without regard to resources.');
    acceptWildcard(role, anyVpc, 'Which VPC asks is not known, nor who has shared it.');
    acceptWildcard(role, arn('vpc'), 'Any VPC of the account may ask for a connection.');
    acceptWildcard(role, arn('subnet'), 'Any subnet of such a VPC may be the one to use.');
    for (const own of ['security-group', 'vpc-endpoint']) {
      acceptWildcard(
        role,
        arn(own),
        'It gets its id when it is made. Tags bound what may be made and changed.',
      );
    }
    acceptWildcard(
      role,
      invitations,
      'The invitation is Redis Cloud’s, whose account is not known beforehand.',
    );
    acceptWildcard(role, parameters, 'One tree for each connection, below the name of this system.');
    acceptWildcard(role, zones, 'The hosted zone of a private name is AWS’s own, and its id not known.');
    return role;
  }
}

/** Characters of a role's trust policy ("IAM and AWS STS quotas"). An organization may have asked AWS for more. */
const LARGEST_TRUST = 2048;

/** @throws Error where the external id is so long that IAM would refuse the trust policy */
function requireFittingTrust(role: Role, { externalId }: Configuration['organization']): void {
  const { length } = JSON.stringify(Stack.of(role).resolve(role.assumeRolePolicy));
  if (length <= LARGEST_TRUST) return;
  throw new Error(
    `The trust policy of the role ${namesIn(role).CONNECTOR_ROLE} has ${length} characters, and IAM takes ${LARGEST_TRUST}. ` +
      `organization.externalId has ${externalId.length}: choose a shorter one.`,
  );
}

/** Whose shares may be accepted: of the accounts that the configuration names, if it does so for each connection. */
function providersOf(connections: Connection[]): Record<string, string[]> {
  const sharing = connections.filter(({ contract }) => contract === 'resource-share');
  const owners = sharing.flatMap(({ providerAccountId }) => providerAccountId ?? []);
  if (owners.length === 0 || owners.length < sharing.length) return {};
  return { 'ram:ShareOwnerAccountId': [...new Set(owners)].sort() };
}

/** EventBridge, on behalf of this account's own rules. */
export function forwardingPrincipal(stack: Stack): PrincipalBase {
  return new ServicePrincipal('events.amazonaws.com').withConditions({
    StringEquals: { 'aws:SourceAccount': stack.account },
    ArnLike: {
      'aws:SourceArn': stack.formatArn({
        service: 'events',
        region: '*',
        resource: 'rule',
        resourceName: `${namesIn(stack).SYSTEM}-*`,
      }),
    },
  });
}

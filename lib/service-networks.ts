import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { changes, MEMBER_ACTIONS, SESSION_PREFIXES } from '../lambdas/aws/call/actions.ts';
import type { Connection } from '../lambdas/shared/workflows/configuration.ts';
import { acceptWildcard } from './constructs/accepted-findings.ts';
import { namesIn } from './names.ts';

/** Whether the action is one of VPC Lattice. */
export function ofNetworks(action: string): boolean {
  return action.startsWith('vpc-lattice:');
}

/**
 * Lets the connector role associate what is shared with the service networks of the configuration, and end such
 * associations of its own. The role of the account that owns the network does it; without a service network it may do
 * none of it.
 *
 * @param tagKeys the keys of the tags that an association may get
 */
export function allowServiceNetworks(role: Role, connections: Connection[], tagKeys: string[]): void {
  const through = connections.filter(({ serviceNetwork }) => serviceNetwork !== undefined);
  if (through.length === 0) return;
  const { SYSTEM } = namesIn(role);
  const regions = [...new Set(through.map(({ region }) => region))].sort();
  const networks = through.flatMap(({ serviceNetwork }) => serviceNetwork?.arn ?? []).sort();
  const providers = through.map(({ providerAccountId }) => providerAccountId ?? '*');
  const configurations = [...new Set(providers)]
    .sort()
    .map((owner) => `arn:${Aws.PARTITION}:vpc-lattice:*:${owner}:resourceconfiguration/*`);
  const associations = Stack.of(role).formatArn({
    service: 'vpc-lattice',
    region: '*',
    resource: 'servicenetworkresourceassociation',
    resourceName: '*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const inRegions = { 'aws:RequestedRegion': regions };
  const ours = { [`aws:RequestTag/${SYSTEM}:managed-by`]: SYSTEM };
  const statements: Record<string, PolicyStatement> = {
    // The list cannot be limited to resources.
    LookAtNetworks: new PolicyStatement({
      actions: ['vpc-lattice:ListServiceNetworkResourceAssociations'],
      resources: ['*'],
      conditions: { StringEquals: inRegions },
    }),
    LookWhatIsShared: new PolicyStatement({
      actions: ['vpc-lattice:GetResourceConfiguration'],
      resources: configurations,
      conditions: { StringEquals: inRegions },
    }),
    LookAtTheNetwork: new PolicyStatement({
      actions: ['vpc-lattice:GetServiceNetwork'],
      resources: networks,
      conditions: { StringEquals: inRegions },
    }),
    Associate: new PolicyStatement({
      actions: ['vpc-lattice:CreateServiceNetworkResourceAssociation'],
      resources: [...configurations, ...networks, associations],
      conditions: { StringEquals: { ...inRegions, ...ours } },
    }),
    TagAssociations: new PolicyStatement({
      actions: ['vpc-lattice:TagResource'],
      resources: [associations],
      conditions: {
        StringEquals: { 'vpc-lattice:CreateAction': 'CreateServiceNetworkResourceAssociation', ...ours },
        'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys },
      },
    }),
    AssociateNothingWhereTheSessionLooks: new PolicyStatement({
      effect: Effect.DENY,
      actions: [...new Set(Object.values(MEMBER_ACTIONS).flat())]
        .filter((action) => changes(action) && ofNetworks(action))
        .sort(),
      resources: ['*'],
      conditions: { StringLike: { 'aws:userid': `*:${SESSION_PREFIXES.looking}*` } },
    }),
    EndOwnAssociations: new PolicyStatement({
      actions: ['vpc-lattice:DeleteServiceNetworkResourceAssociation'],
      resources: [associations],
      conditions: { StringEquals: { [`aws:ResourceTag/${SYSTEM}:managed-by`]: SYSTEM } },
    }),
  };
  for (const [sid, statement] of Object.entries(statements)) {
    role.addToPolicy(statement.copy({ sid }));
  }
  for (const arn of configurations) {
    acceptWildcard(role, arn, 'Redis Cloud makes it, and its id is known when it is shared.');
  }
  acceptWildcard(role, associations, 'It gets its id when it is made. Tags bound which may be ended.');
}

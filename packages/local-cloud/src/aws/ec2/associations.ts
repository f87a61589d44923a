import { digest } from '../ids.ts';
import { ownerOf } from '../provider.ts';
import { endpointState } from './endpoint-state.ts';
import type { Ec2Context, Endpoint } from './state.ts';

/** The id of the resource configuration in the group that is one resource of it. */
export function associatedResource(resourceConfigurationArn: string, key: string): string {
  return `rcfg-0${digest(`${resourceConfigurationArn}/${key}`, 16)}`;
}

/** One association for each resource of the resource configuration. */
export function associationsOf(context: Ec2Context, endpoint: Endpoint) {
  const share = endpoint.type === 'Resource' ? context.provider.shareHolding(endpoint.target) : undefined;
  if (!share || !['available', 'partial'].includes(endpointState(context, endpoint))) return [];
  const { ways, timings } = context;
  const since = context.clock.now() - endpoint.createdAt - timings.endpointPending;
  const pause = ways.associations === 'together' ? 0 : timings.associationPause;
  const [, partition] = share.resourceConfigurationArn.split(':');
  const owner = ownerOf(share.resourceConfigurationArn);
  const HostedZoneId = `Z0${digest(`${endpoint.id}/zone`, 18).toUpperCase()}`;
  return share.resources
    .slice(0, pause === 0 ? undefined : Math.floor(since / pause))
    .map(({ key, privateName }, index) => {
      const isNamed = since >= pause * (index + 1.5);
      const hasFailed = index === 0 && ways.failedAssociation !== 'none';
      const id = `vpce-rsc-asc-0${digest(`${endpoint.id}/${key}`, 16)}`;
      const resourceId = associatedResource(share.resourceConfigurationArn, key);
      return {
        id,
        tags: new Map<string, string>(),
        endpointId: endpoint.id,
        view: {
          Id: id,
          VpcEndpointId: endpoint.id,
          AssociatedResourceAccessibility: hasFailed ? 'Inaccessible' : 'Accessible',
          AssociatedResourceArn: `arn:${partition}:vpc-lattice:${share.region}:${owner}:resourceconfiguration/${resourceId}`,
          ResourceConfigurationGroupArn: share.resourceConfigurationArn,
          ...(hasFailed && {
            FailureCode: 'InternalError',
            FailureReason: 'The association could not be made.',
          }),
          ...(isNamed &&
            !hasFailed && {
              DnsEntry: {
                DnsName: `${endpoint.id}-${digest(id, 8)}.${resourceId}.vpc-lattice-rsc.${share.region}.on.aws`,
                HostedZoneId,
              },
              ...(endpoint.privateDns && { PrivateDnsEntry: { DnsName: privateName, HostedZoneId } }),
            }),
          Tags: [],
        },
      };
    });
}

import { digest } from '../ids.ts';
import { ownerOf } from '../provider.ts';
import { endpointState } from './endpoint-state.ts';
import type { Ec2Context, Endpoint } from './state.ts';

/** The id of the resource configuration in the group that is one resource of it. */
export function associatedResource(resourceConfigurationArn: string, key: string): string {
  return `rcfg-0${digest(`${resourceConfigurationArn}/${key}`, 16)}`;
}

/** One association for each resource of the resource configuration, or of those of the service network. */
export function associationsOf(context: Ec2Context, endpoint: Endpoint) {
  if (!['available', 'partial'].includes(endpointState(context, endpoint))) return [];
  if (endpoint.type === 'Interface') return [];
  const network =
    endpoint.type === 'ServiceNetwork' ? context.networks.networks.get(endpoint.target) : undefined;
  const share = context.provider.shareHolding(endpoint.target);
  const shares = network
    ? context.networks.reachableThrough(network.arn)
    : [share ? { share, privateDns: true } : []].flat();
  const { ways, timings } = context;
  const since = context.clock.now() - endpoint.createdAt - timings.endpointPending;
  const pause = ways.associations === 'together' ? 0 : timings.associationPause;
  const HostedZoneId = `Z0${digest(`${endpoint.id}/zone`, 18).toUpperCase()}`;
  return shares
    .flatMap(({ share, privateDns }) =>
      share.resources.map((resource) => ({ share, privateDns, ...resource })),
    )
    .slice(0, pause === 0 ? undefined : Math.floor(since / pause))
    .map(({ share, privateDns, key, privateName }, index) => {
      const { resourceConfigurationArn, region } = share;
      const [, partition] = resourceConfigurationArn.split(':');
      const owner = ownerOf(resourceConfigurationArn);
      const isNamed = since >= pause * (index + 1.5);
      const hasFailed = index === 0 && ways.failedAssociation !== 'none';
      const id = `vpce-rsc-asc-0${digest(`${endpoint.id}/${key}`, 16)}`;
      const resourceId = associatedResource(resourceConfigurationArn, key);
      return {
        id,
        tags: new Map<string, string>(),
        endpointId: endpoint.id,
        view: {
          Id: id,
          VpcEndpointId: endpoint.id,
          AssociatedResourceAccessibility: hasFailed ? 'Inaccessible' : 'Accessible',
          AssociatedResourceArn: `arn:${partition}:vpc-lattice:${region}:${owner}:resourceconfiguration/${resourceId}`,
          ...((!network || ways.networkAssociations === 'grouped') && {
            ResourceConfigurationGroupArn: resourceConfigurationArn,
          }),
          ...(network && { ServiceNetworkArn: network.arn, ServiceNetworkName: network.name }),
          ...(hasFailed && {
            FailureCode: 'InternalError',
            FailureReason: 'The association could not be made.',
          }),
          ...(isNamed &&
            !hasFailed && {
              DnsEntry: {
                DnsName: `${endpoint.id}-${digest(id, 8)}.${resourceId}.vpc-lattice-rsc.${region}.on.aws`,
                HostedZoneId,
              },
              ...(endpoint.privateDns &&
                privateDns && { PrivateDnsEntry: { DnsName: privateName, HostedZoneId } }),
            }),
          Tags: [],
        },
      };
    });
}

import { digest } from '../ids.ts';
import type { OfferedService } from '../provider.ts';
import { type Action, AwsError, type Caller } from '../service.ts';
import { associationsOf } from './associations.ts';
import { endpointKind, filtered, found, groupKind, paged, selected } from './describing.ts';
import { addSubnets, type CreateEndpointInput, createEndpoint } from './endpoint-creation.ts';
import { endpointState, isRemembered } from './endpoint-state.ts';
import { interfacesOf } from './interfaces.ts';
import type { Ec2Context, Endpoint } from './state.ts';
import { tagList } from './tags.ts';
import { zonesOf } from './zones.ts';

export function endpointActions(context: Ec2Context): Record<string, Action> {
  /** Those that are still visible; the others are forgotten on the way. */
  const visible = (caller: Caller): Map<string, Endpoint> => {
    const { endpoints } = context.state(caller);
    for (const endpoint of endpoints.values()) {
      if (!isRemembered(context, endpoint)) endpoints.delete(endpoint.id);
    }
    return endpoints;
  };

  return {
    CreateVpcEndpoint: (input: CreateEndpointInput, caller) => {
      visible(caller);
      const endpoint = createEndpoint(context, input, caller);
      return { VpcEndpoint: endpointView(context, endpoint, caller), ClientToken: input.ClientToken };
    },

    DescribeVpcEndpoints: (input, caller) => {
      const endpoints = selected(visible(caller), input.VpcEndpointIds, endpointKind);
      const all = filtered(endpoints, input.Filters, {
        'vpc-endpoint-id': ({ id }) => id,
        'vpc-id': ({ vpcId }) => vpcId,
        'vpc-endpoint-type': ({ type }) => type,
        'vpc-endpoint-state': (endpoint) => endpointState(context, endpoint),
        'service-name': ({ type, target }) => (type === 'Interface' ? target : undefined),
        'resource-configuration-arn': ({ type, target }) => (type === 'Resource' ? target : undefined),
      });
      const { items, nextToken } = paged(all, input, 'vpc-endpoints');
      return {
        VpcEndpoints: items.map((endpoint) => endpointView(context, endpoint, caller)),
        NextToken: nextToken,
      };
    },

    DeleteVpcEndpoints: ({ VpcEndpointIds }: { VpcEndpointIds: string[] }, caller) => {
      const unsuccessful = [];
      for (const id of VpcEndpointIds) {
        try {
          found(visible(caller), id, endpointKind).deletedAt ??= context.clock.now();
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          unsuccessful.push({ ResourceId: id, Error: { Code: error.code, Message: error.message } });
        }
      }
      return { Unsuccessful: unsuccessful };
    },

    ModifyVpcEndpoint: (input, caller) => {
      const endpoint = found(visible(caller), input.VpcEndpointId, endpointKind);
      const isInterface = endpoint.type === 'Interface';
      const known = ['VpcEndpointId', 'AddSecurityGroupIds', 'RemoveSecurityGroupIds', 'DryRun'];
      if (isInterface) known.push('AddSubnetIds');
      const unknown = Object.keys(input).find((name) => !known.includes(name));
      if (unknown) {
        throw new AwsError(
          isInterface ? 'UnsupportedOperation' : 'InvalidParameter',
          `${unknown} cannot be modified: only security groups can${isInterface ? ', and subnets be added' : ''}.`,
        );
      }
      const { AddSecurityGroupIds = [], RemoveSecurityGroupIds = [], AddSubnetIds = [] } = input;
      if (AddSubnetIds.length > 0) addSubnets(context, endpoint, AddSubnetIds, caller);
      for (const id of AddSecurityGroupIds) found(context.state(caller).securityGroups, id, groupKind);
      const kept = endpoint.securityGroupIds.filter((id) => !RemoveSecurityGroupIds.includes(id));
      endpoint.securityGroupIds = [...new Set([...kept, ...AddSecurityGroupIds])];
      return { Return: true };
    },

    DescribeVpcEndpointAssociations: (input, caller) => {
      const endpoints = selected(visible(caller), input.VpcEndpointIds, endpointKind);
      const associations = endpoints.flatMap((endpoint) => associationsOf(context, endpoint));
      const all = filtered(associations, input.Filters, {
        'vpc-endpoint-id': ({ endpointId }) => endpointId,
        'associated-resource-accessibility': ({ view }) => view.AssociatedResourceAccessibility,
        'association-id': ({ id }) => id,
        'associated-resource-id': ({ view }) => view.AssociatedResourceArn.split('/').at(-1),
      });
      const { items, nextToken } = paged(all, input, 'vpc-endpoint-associations');
      return { VpcEndpointAssociations: items.map(({ view }) => view), NextToken: nextToken };
    },

    DescribeVpcEndpointServices: (input, caller) => {
      const offered = context.provider.servicesFor(caller.accountId, caller.region);
      const { ServiceNames } = input as { ServiceNames?: string[] };
      const missing = ServiceNames?.find((name) => !offered.some(({ serviceName }) => serviceName === name));
      if (missing) {
        throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${missing}' does not exist`);
      }
      const services = offered
        .filter(({ serviceName }) => !ServiceNames || ServiceNames.includes(serviceName))
        .map((service) => ({ ...service, id: service.serviceName, tags: new Map<string, string>() }));
      const all = filtered(services, input.Filters, {
        'service-name': ({ serviceName }) => serviceName,
        'service-type': () => 'Interface',
        owner: ({ owner }) => owner,
      });
      const { items, nextToken } = paged(all, input, 'vpc-endpoint-services');
      return {
        ServiceNames: items.map(({ serviceName }) => serviceName),
        ServiceDetails: items.map((service) => serviceView(service, caller.region)),
        NextToken: nextToken,
      };
    },
  };
}

function endpointView(context: Ec2Context, endpoint: Endpoint, caller: Caller) {
  const state = endpointState(context, endpoint);
  const { securityGroups } = context.state(caller);
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: endpoint.type,
    VpcId: endpoint.vpcId,
    ...targetView(endpoint, caller),
    State: state,
    SubnetIds: endpoint.subnetIds,
    Groups: endpoint.securityGroupIds.map((id) => ({
      GroupId: id,
      GroupName: securityGroups.get(id)?.name ?? '',
    })),
    IpAddressType: endpoint.ipAddressType,
    DnsOptions: {
      DnsRecordIpType: endpoint.dnsRecordIpType,
      PrivateDnsPreference: endpoint.dnsPreference,
      PrivateDnsSpecifiedDomains: endpoint.specifiedDomains,
    },
    PrivateDnsEnabled: endpoint.privateDns,
    PolicyDocument: endpoint.policy,
    RequesterManaged: false,
    NetworkInterfaceIds: interfacesOf(endpoint).map(({ id }) => id),
    DnsEntries:
      endpoint.type === 'Interface' && state === 'available' ? interfaceNames(context, endpoint, caller) : [],
    CreationTimestamp: new Date(endpoint.createdAt),
    OwnerId: caller.accountId,
    Tags: tagList(endpoint.tags),
    ...(endpoint.deletedAt === undefined &&
      endpoint.tie?.cut && {
        LastError: { Code: 'ServiceUnavailable', Message: 'The provider has ended the connection.' },
      }),
  };
}

function targetView({ type, target }: Endpoint, { region }: Caller) {
  if (type === 'Interface') return { ServiceName: target, ServiceRegion: region };
  return type === 'Resource' ? { ResourceConfigurationArn: target } : { ServiceNetworkArn: target };
}

/** The endpoint's own name, one for each zone, and the private name. */
function interfaceNames(context: Ec2Context, endpoint: Endpoint, caller: Caller) {
  const HostedZoneId = 'Z7HUB22UULQXV';
  const label = `${endpoint.id}-${digest(endpoint.id, 8)}`;
  const domain = `${endpoint.target.split('.').at(-1)}.${caller.region}.vpce.amazonaws.com`;
  const { subnets } = context.state(caller);
  const zones = endpoint.subnetIds
    .map((id) => subnets.get(id)?.zoneName)
    .filter((zone) => zone !== undefined);
  const service = context.provider.usableService(endpoint.target, caller.accountId, caller.region);
  const names = [`${label}.${domain}`, ...zones.map((zone) => `${label}-${zone}.${domain}`)];
  if (endpoint.privateDns && service?.privateDnsName) names.push(service.privateDnsName);
  return names.map((DnsName) => ({ DnsName, HostedZoneId }));
}

function serviceView(service: OfferedService, region: string) {
  const zones = zonesOf(region).filter(({ id }) => service.zoneIds.includes(id));
  return {
    ServiceName: service.serviceName,
    ServiceId: service.serviceName.split('.').at(-1),
    ServiceType: [{ ServiceType: 'Interface' }],
    ServiceRegion: region,
    Owner: service.owner,
    AvailabilityZones: zones.map(({ name }) => name),
    AvailabilityZoneIds: zones.map(({ id }) => id),
    BaseEndpointDnsNames: [`${service.serviceName.split('.').at(-1)}.${region}.vpce.amazonaws.com`],
    PrivateDnsName: service.privateDnsName,
    VpcEndpointPolicySupported: false,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: service.ipAddressTypes ?? ['ipv4'],
    Tags: [],
  };
}

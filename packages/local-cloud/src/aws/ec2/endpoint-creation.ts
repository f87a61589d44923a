import type { OfferedService, OfferedShare } from '../provider.ts';
import { AwsError, type Caller } from '../service.ts';
import type { ServiceNetwork } from '../vpc-lattice/service-networks.ts';
import { found, groupKind, subnetKind, vpcKind } from './describing.ts';
import { addressesPerSubnet, endpointState, isRemembered } from './endpoint-state.ts';
import { checkPrivateNames } from './private-names.ts';
import { visibleTo } from './sharing.ts';
import type { Ec2Context, Endpoint, EndpointType, IpAddressType, Subnet, Vpc } from './state.ts';
import { freeAddresses } from './subnets.ts';
import { type TagSpecification, tagsFrom } from './tags.ts';
import { zonesWithoutResourceEndpoints } from './zones.ts';

export interface CreateEndpointInput {
  VpcId: string;
  VpcEndpointType?: string;
  ServiceName?: string;
  ResourceConfigurationArn?: string;
  ServiceNetworkArn?: string;
  SubnetIds?: string[];
  SecurityGroupIds?: string[];
  PrivateDnsEnabled?: boolean;
  IpAddressType?: string;
  DnsOptions?: {
    DnsRecordIpType?: string;
    PrivateDnsPreference?: string;
    PrivateDnsSpecifiedDomains?: string[];
  };
  PolicyDocument?: string;
  ClientToken?: string;
  DryRun?: boolean;
  TagSpecifications?: TagSpecification[];
}

const knownParameters = new Set([
  'VpcId',
  'VpcEndpointType',
  'ServiceName',
  'ResourceConfigurationArn',
  'ServiceNetworkArn',
  'SubnetIds',
  'SecurityGroupIds',
  'PrivateDnsEnabled',
  'IpAddressType',
  'DnsOptions',
  'PolicyDocument',
  'ClientToken',
  'DryRun',
  'TagSpecifications',
]);

const dnsPreferences = new Set([
  'VERIFIED_DOMAINS_ONLY',
  'ALL_DOMAINS',
  'VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS',
  'SPECIFIED_DOMAINS_ONLY',
]);

/**
 * `CreateVpcEndpoint` for the types Interface, Resource and ServiceNetwork. The same client token with the same request answers
 * with the endpoint that is there.
 */
export function createEndpoint(context: Ec2Context, input: CreateEndpointInput, caller: Caller): Endpoint {
  const unknown = Object.keys(input).find((name) => !knownParameters.has(name));
  if (unknown) throw new AwsError('UnsupportedOperation', `The local cloud does not know ${unknown} here.`);
  const state = context.state(caller);
  const { ClientToken, ...request } = input;
  const text = JSON.stringify(request);
  const earlier = ClientToken === undefined ? undefined : state.clientTokens.get(ClientToken);
  const existing = earlier && state.endpoints.get(earlier.endpointId);
  const isKept = existing ? isRemembered(context, existing) : earlier?.endpointId === REFUSED;
  if (earlier && isKept && earlier.request !== text) {
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The client token was used with other parameters in an earlier request.',
    );
  }
  if (existing && isKept) return existing;
  const endpoint = refusing(
    context,
    () => newEndpoint(context, input, caller),
    () => {
      if (ClientToken !== undefined)
        state.clientTokens.set(ClientToken, { request: text, endpointId: REFUSED });
    },
  );
  state.endpoints.set(endpoint.id, endpoint);
  if (ClientToken !== undefined)
    state.clientTokens.set(ClientToken, { request: text, endpointId: endpoint.id });
  const stateNow = () => endpointState(context, endpoint);
  if (endpoint.type === 'ServiceNetwork') {
    // The provider sees nothing of it: its tie is to the network's association.
    context.networks.connect(endpoint.target, () => stateNow() !== 'deleted');
  } else {
    const tie = { vpcEndpointId: endpoint.id, accountId: caller.accountId, state: stateNow };
    endpoint.tie = context.provider.tie(endpoint.target, tie);
  }
  return endpoint;
}

/** In place of the endpoint, where a token stays with a request that was refused. */
const REFUSED = '';

function refusing<T>({ ways }: Ec2Context, act: () => T, keep: () => void): T {
  try {
    return act();
  } catch (error) {
    if (ways.refusedToken === 'kept') keep();
    throw error;
  }
}

function newEndpoint(context: Ec2Context, input: CreateEndpointInput, caller: Caller): Endpoint {
  const { VpcEndpointType: type = 'Gateway', PrivateDnsEnabled = false, DnsOptions = {} } = input;
  if (!isKnown(type)) {
    throw new AwsError('UnsupportedOperation', `The local cloud has no VPC endpoints of type ${type}.`);
  }
  const state = context.state(caller);
  const owner = visibleTo(context, caller).ownerOf(input.VpcId ?? '');
  if (owner !== caller.accountId) {
    // "VPC owners are responsible for creating … interface endpoints". The page does not say how AWS refuses others.
    const message = `VPC ${input.VpcId} is of account ${owner}: participants make no endpoints in it.`;
    throw new AwsError('OperationNotPermitted', message);
  }
  const vpc = found(state.vpcs, input.VpcId, vpcKind);
  const offer = offerFor(context, type, input, caller);
  checkQuota(context, type, vpc, caller);
  const addresses = addressesOf(context, type, offer, input);
  const subnets = subnetsFor(context, type, offer, input, caller);
  checkDns(vpc, offer, input);
  const target = targetOf(offer);
  if (PrivateDnsEnabled) checkPrivateNames(context, vpc, { type, target }, caller);
  const groups = (input.SecurityGroupIds ?? []).map((id) => found(state.securityGroups, id, groupKind));
  const stranger = groups.find(({ vpcId }) => vpcId !== vpc.id);
  if (stranger) {
    throw new AwsError('InvalidParameter', `Security group ${stranger.id} does not belong to VPC ${vpc.id}.`);
  }
  const defaultGroup = [...state.securityGroups.values()].find(
    ({ vpcId, name }) => vpcId === vpc.id && name === 'default',
  );
  return {
    id: context.ids.resource('vpce'),
    type,
    vpcId: vpc.id,
    subnetIds: subnets.map(({ id }) => id),
    securityGroupIds: groups.length > 0 ? groups.map(({ id }) => id) : [defaultGroup!.id],
    target,
    privateDns: PrivateDnsEnabled,
    ...addresses,
    dnsPreference: DnsOptions.PrivateDnsPreference,
    specifiedDomains: DnsOptions.PrivateDnsSpecifiedDomains,
    policy: input.PolicyDocument,
    createdAt: context.clock.now(),
    deletedAt: undefined,
    tie: undefined,
    tags: tagsFrom(input.TagSpecifications, 'vpc-endpoint'),
  };
}

type Offer = OfferedShare | OfferedService | ServiceNetwork;

/** The parameter that names the target of each type. */
const targets = {
  Interface: 'ServiceName',
  Resource: 'ResourceConfigurationArn',
  ServiceNetwork: 'ServiceNetworkArn',
} as const;

function isKnown(type: string): type is EndpointType {
  return Object.hasOwn(targets, type);
}

function targetOf(offer: Offer): string {
  if ('serviceName' in offer) return offer.serviceName;
  return 'resourceConfigurationArn' in offer ? offer.resourceConfigurationArn : offer.arn;
}

function offerFor(
  context: Ec2Context,
  type: EndpointType,
  input: CreateEndpointInput,
  caller: Caller,
): Offer {
  const { accountId, region } = caller;
  const wanted = targets[type];
  const given = input[wanted];
  const other = Object.values(targets).find((name) => name !== wanted && input[name]);
  if (!given || other) {
    throw new AwsError(
      'InvalidParameter',
      `An endpoint of type ${type} needs ${wanted} and no other target.`,
    );
  }
  const { provider, networks, ways } = context;
  const offer = {
    Interface: () => provider.usableService(given, accountId, region),
    Resource: () => provider.usableShare(given, accountId, region),
    ServiceNetwork: () => networks.visibleTo(accountId, region, given),
  }[type]();
  if (offer) return offer;
  // Also the answer right after a share was accepted, until EC2 knows of it.
  const [code, what] = {
    Interface: ['InvalidServiceName', 'Vpc Endpoint Service'],
    Resource: [ways.hiddenTarget, 'resource configuration'],
    ServiceNetwork: [ways.hiddenNetwork, 'service network'],
  }[type] as [string, string];
  throw new AwsError(code, `The ${what} '${given}' does not exist`);
}

const addressTypes = new Set<string>(['ipv4', 'dualstack', 'ipv6'] satisfies IpAddressType[]);

function isAddressType(type: string): type is IpAddressType {
  return addressTypes.has(type);
}

/** A resource configuration is reached by any type: its gateway translates ("Resource gateways in VPC Lattice"). */
function addressesOf(
  { ways }: Ec2Context,
  type: EndpointType,
  offer: Offer,
  { IpAddressType: ipAddressType = 'ipv4', DnsOptions = {} }: CreateEndpointInput,
): Pick<Endpoint, 'ipAddressType' | 'dnsRecordIpType'> {
  const { DnsRecordIpType: given } = DnsOptions;
  if (!isAddressType(ipAddressType)) {
    throw new AwsError('InvalidParameterValue', `Value (${ipAddressType}) for IpAddressType is invalid.`);
  }
  const accepted = 'serviceName' in offer ? (offer.ipAddressTypes ?? ['ipv4']) : undefined;
  const needed = ipAddressType === 'dualstack' ? (['ipv4', 'ipv6'] as const) : [ipAddressType];
  if (accepted && !needed.every((one) => accepted.includes(one))) {
    throw new AwsError(
      'InvalidParameter',
      `The VPC endpoint service does not support the IP address type ${ipAddressType}.`,
    );
  }
  if (given !== undefined && type !== 'Interface' && ways.recordTypes === 'refused') {
    throw new AwsError('InvalidParameter', `DnsRecordIpType is not applicable to ${type} VPC Endpoints`);
  }
  const dnsRecordIpType = given ?? ipAddressType;
  const isFitting = ipAddressType === 'dualstack' || dnsRecordIpType === ipAddressType;
  if (!isFitting || !(isAddressType(dnsRecordIpType) || dnsRecordIpType === 'service-defined')) {
    throw new AwsError(
      'InvalidParameter',
      `DnsRecordIpType ${dnsRecordIpType} does not go with the IpAddressType ${ipAddressType}.`,
    );
  }
  return { ipAddressType, dnsRecordIpType };
}

/** "Create a VPC endpoint": the types of addresses, and which subnets each of them needs. */
function checkAddresses({ ways }: Ec2Context, subnet: Subnet, type: string): void {
  const refuse = (why: string) => {
    throw new AwsError('InvalidParameter', `The subnet ${subnet.id} ${why} for the IP address type ${type}.`);
  };
  if (type !== 'ipv6' && subnet.cidrBlock === undefined) refuse('has no IPv4 CIDR block');
  if (type !== 'ipv4' && !subnet.ipv6Block) refuse('has no IPv6 CIDR block');
  if (type === 'ipv6' && subnet.cidrBlock !== undefined && ways.ipv6Subnets === 'only') {
    refuse('is no IPv6 only subnet');
  }
}

function checkQuota(context: Ec2Context, type: Endpoint['type'], vpc: Vpc, caller: Caller): void {
  const { resourceEndpoints, interfaceEndpoints, serviceNetworkEndpoints } = context.quotas;
  const quota = {
    Interface: interfaceEndpoints,
    Resource: resourceEndpoints,
    ServiceNetwork: serviceNetworkEndpoints,
  }[type];
  let count = 0;
  for (const endpoint of context.state(caller).endpoints.values()) {
    if (endpoint.vpcId !== vpc.id || endpoint.type !== type) continue;
    if (endpointState(context, endpoint) !== 'deleted') count += 1;
  }
  if (count >= quota) {
    throw new AwsError(
      'VpcEndpointLimitExceeded',
      `VPC ${vpc.id} has the most ${type} endpoints it can: ${quota}.`,
    );
  }
}

/** To an endpoint of the type Interface. They can be used at once. */
export function addSubnets(context: Ec2Context, endpoint: Endpoint, ids: string[], caller: Caller): void {
  const { vpcId, target, subnetIds } = endpoint;
  const { subnets } = context.state(caller);
  const offer = offerFor(context, 'Interface', { VpcId: vpcId, ServiceName: target }, caller);
  const zones = new Set(subnetIds.map((id) => subnets.get(id)?.zoneId ?? ''));
  const input = { VpcId: vpcId, SubnetIds: ids, IpAddressType: endpoint.ipAddressType };
  const added = subnetsFor(context, 'Interface', offer, input, caller, zones);
  endpoint.subnetIds = [...subnetIds, ...added.map(({ id }) => id)];
}

function subnetsFor(
  context: Ec2Context,
  type: Endpoint['type'],
  offer: Offer,
  input: CreateEndpointInput,
  caller: Caller,
  zones = new Set<string>(),
): Subnet[] {
  const subnets = (input.SubnetIds ?? []).map((id) => found(context.state(caller).subnets, id, subnetKind));
  if (subnets.length === 0) throw new AwsError('InvalidParameter', 'At least one subnet is needed.');
  for (const subnet of subnets) {
    if (subnet.vpcId !== input.VpcId) {
      throw new AwsError('InvalidParameter', `Subnet ${subnet.id} does not belong to VPC ${input.VpcId}.`);
    }
    if (zones.has(subnet.zoneId)) {
      throw new AwsError(
        'DuplicateSubnetsInSameZone',
        'Found another VPC endpoint subnet in the availability zone',
      );
    }
    zones.add(subnet.zoneId);
    const isExcluded = type !== 'Interface' && zonesWithoutResourceEndpoints.has(subnet.zoneId);
    // A network is in all zones, whatever those are of what is associated with it.
    if (isExcluded || ('zoneIds' in offer && !offer.zoneIds.includes(subnet.zoneId))) {
      const target = 'serviceName' in offer ? `service ${offer.serviceName}` : 'resource configuration';
      throw new AwsError(
        'InvalidParameter',
        `The VPC endpoint ${target} does not support the availability zone${context.ways.refusedZone === 'subnet' ? ` of the subnet: ${subnet.id}` : `: ${subnet.zoneId}`}.`,
      );
    }
    checkAddresses(context, subnet, input.IpAddressType ?? 'ipv4');
    if (input.IpAddressType !== 'ipv6' && freeAddresses(context, caller, subnet) < addressesPerSubnet(type)) {
      throw new AwsError(
        'InsufficientFreeAddressesInSubnet',
        `The subnet ${subnet.id} does not have enough free addresses.`,
      );
    }
  }
  return subnets;
}

function checkDns(vpc: Vpc, offer: Offer, input: CreateEndpointInput): void {
  const { PrivateDnsPreference: preference, PrivateDnsSpecifiedDomains: domains } = input.DnsOptions ?? {};
  if (preference !== undefined && !dnsPreferences.has(preference)) {
    throw new AwsError('InvalidParameterValue', `Value (${preference}) for PrivateDnsPreference is invalid.`);
  }
  const needsDomains = preference?.includes('SPECIFIED_DOMAINS') ?? false;
  if (needsDomains !== (domains !== undefined && domains.length > 0)) {
    throw new AwsError(
      'InvalidParameter',
      'PrivateDnsSpecifiedDomains goes with a preference for such domains.',
    );
  }
  if (!input.PrivateDnsEnabled) return;
  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames) {
    throw new AwsError(
      'InvalidParameter',
      'Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true ' +
        `for ${vpc.id}`,
    );
  }
  if ('serviceName' in offer && !offer.privateDnsName) {
    throw new AwsError(
      'InvalidParameter',
      `Private DNS can't be enabled because the service ${offer.serviceName} does not provide a private DNS name.`,
    );
  }
}

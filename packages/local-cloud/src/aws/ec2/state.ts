import type { Clock } from '../../clock.ts';
import type { EventSource } from '../events.ts';
import { digest, type Ids } from '../ids.ts';
import type { ProviderSide, Tie } from '../provider.ts';
import type { Caller } from '../service.ts';
import type { ServiceNetworks } from '../vpc-lattice/service-networks.ts';

/** Whatever can carry tags. */
export interface Tagged {
  readonly id: string;
  readonly tags: Map<string, string>;
}

export interface Vpc extends Tagged {
  readonly cidrBlock: string;
  readonly isDefault: boolean;
  readonly createdAt: number;
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
  enableNetworkAddressUsageMetrics: boolean;
  /** Counts the changes of tags, for the events that tell them. */
  tagVersion: number;
  /** Blocks that were associated later. */
  moreBlocks: { id: string; cidrBlock: string }[];
  /** Of IPv6 addresses. */
  ipv6Blocks: Ipv6Block[];
}

/** A block of IPv6 addresses of a VPC, a /56, or of a subnet, a /64. */
export interface Ipv6Block {
  id: string;
  cidrBlock: string;
}

export interface Subnet extends Tagged {
  readonly vpcId: string;
  /** Undefined where it is for IPv6 only. */
  readonly cidrBlock: string | undefined;
  ipv6Block: Ipv6Block | undefined;
  readonly zoneName: string;
  readonly zoneId: string;
  readonly isDefault: boolean;
}

export interface IngressRule extends Tagged {
  readonly protocol: string;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  /** Exactly one of these is given. */
  readonly cidrIpv4: string | undefined;
  readonly cidrIpv6: string | undefined;
  readonly groupId: string | undefined;
  readonly prefixListId: string | undefined;
  readonly description: string | undefined;
}

export interface SecurityGroup extends Tagged {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  ingress: IngressRule[];
}

export interface PrefixList extends Tagged {
  readonly name: string;
  /** As many rules it counts for in a security group. */
  readonly maxEntries: number;
}

export type EndpointType = 'Interface' | 'Resource' | 'ServiceNetwork';

export type IpAddressType = 'ipv4' | 'dualstack' | 'ipv6';

export interface Endpoint extends Tagged {
  readonly type: EndpointType;
  readonly vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
  /** The service's name, or the ARN of the resource configuration or of the service network. */
  readonly target: string;
  readonly privateDns: boolean;
  readonly ipAddressType: IpAddressType;
  readonly dnsRecordIpType: string;
  readonly dnsPreference: string | undefined;
  readonly specifiedDomains: string[] | undefined;
  readonly policy: string | undefined;
  readonly createdAt: number;
  deletedAt: number | undefined;
  tie: Tie | undefined;
}

export interface NetworkInterface extends Tagged {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly description: string;
  /** `interface` for one that somebody has made. */
  readonly type: string;
}

/** Milliseconds. Plausible, not measured: "Eventual consistency in the Amazon EC2 API" speaks of seconds. */
const LONGEST_LAG = 8_000;

/** What one account has in one Region. */
export class RegionState {
  readonly vpcs = new Map<string, Vpc>();
  readonly subnets = new Map<string, Subnet>();
  readonly securityGroups = new Map<string, SecurityGroup>();
  readonly prefixLists = new Map<string, PrefixList>();
  readonly endpoints = new Map<string, Endpoint>();
  /** Those that somebody has made; those of endpoints come with them. */
  readonly interfaces = new Map<string, NetworkInterface>();
  /** By client token: the request that it came with, and the endpoint that came of it. */
  readonly clientTokens = new Map<string, { request: string; endpointId: string }>();

  /** What was before changes that are not seen yet, the oldest first. */
  #before: { until: number; state: RegionState }[] = [];
  #changes = 0;

  /** A change follows, which reads see some seconds later. */
  remember(now: number): void {
    this.#changes += 1;
    this.#before = this.#before.filter(({ until }) => until > now);
    const until = now + (Number.parseInt(digest(`change ${this.#changes}`, 8), 16) % LONGEST_LAG);
    this.#before.push({ until, state: this.#copy() });
  }

  /** What reads see now. */
  seenAt(now: number): RegionState {
    return this.#before.find(({ until }) => until > now)?.state ?? this;
  }

  #copy(): RegionState {
    const copy = new RegionState();
    for (const [id, one] of this.vpcs) copy.vpcs.set(id, { ...one, tags: new Map(one.tags) });
    for (const [id, one] of this.subnets) copy.subnets.set(id, { ...one, tags: new Map(one.tags) });
    for (const [id, one] of this.interfaces) copy.interfaces.set(id, { ...one, tags: new Map(one.tags) });
    for (const [id, one] of this.securityGroups) {
      copy.securityGroups.set(id, { ...one, tags: new Map(one.tags), ingress: [...one.ingress] });
    }
    for (const [id, one] of this.endpoints) {
      const [subnetIds, securityGroupIds] = [[...one.subnetIds], [...one.securityGroupIds]];
      copy.endpoints.set(id, { ...one, tags: new Map(one.tags), subnetIds, securityGroupIds });
    }
    return copy;
  }

  tagged(id: string): Tagged | undefined {
    const kinds = [
      this.vpcs,
      this.subnets,
      this.securityGroups,
      this.prefixLists,
      this.endpoints,
      this.interfaces,
    ];
    return kinds.map((resources): Tagged | undefined => resources.get(id)).find(Boolean);
  }
}

/** What the actions of EC2 share. */
export interface Ec2Context {
  clock: Clock;
  ids: Ids;
  events: EventSource;
  provider: ProviderSide;
  networks: ServiceNetworks;
  timings: Ec2Timings;
  ways: Ec2Ways;
  quotas: Ec2Quotas;
  state(caller: Pick<Caller, 'accountId' | 'region'>): RegionState;
}

/** Durations in milliseconds. */
export interface Ec2Timings {
  /** From CreateVpc to `available`. */
  vpcPending: number;
  /** From CreateVpcEndpoint to `available`. */
  endpointPending: number;
  /** From DeleteVpcEndpoints to `deleted`. */
  endpointDeleting: number;
  /** How long a deleted endpoint is still described. */
  endpointRemembered: number;
  /** From one association of a resource endpoint to the next, where they come one by one. Their names take half of it. */
  associationPause: number;
}

export interface Ec2Quotas {
  vpcs: number;
  resourceEndpoints: number;
  interfaceEndpoints: number;
  serviceNetworkEndpoints: number;
}

/** How EC2 behaves where no document says it. */
export interface Ec2Ways {
  /** Whether the associations of a resource endpoint are there, with their names, as soon as it is available. */
  associations: 'together' | 'one-by-one';
  /** Whether the association of a resource endpoint's first resource fails, and the state that the endpoint has then. */
  failedAssociation: 'none' | 'available' | 'partial';
  /** Whether the associations of an endpoint of a service network name the group of resource configurations. */
  networkAssociations: 'grouped' | 'ungrouped';
  /** What a refusal of a subnet in a zone names in which the target is not offered. */
  refusedZone: 'subnet' | 'zone';
  /** How CreateVpcEndpoint refuses a service network that is not shared with the account. */
  hiddenNetwork: 'InvalidServiceName' | 'InvalidServiceNetworkArn.NotFound' | 'InvalidParameterValue';
  /** How CreateVpcEndpoint refuses a resource configuration that the account does not see (yet). */
  hiddenTarget: 'InvalidServiceName' | 'InvalidResourceConfigurationArn.NotFound' | 'InvalidParameterValue';
  /** Whether a client token stays with a request that was refused. */
  refusedToken: 'free' | 'kept';
  /** Which subnets take an endpoint that has IPv6 addresses only: those for IPv6 only, or any that has such addresses. */
  ipv6Subnets: 'only' | 'any';
  /** Whether endpoints of resources and service networks take a type of DNS records. */
  recordTypes: 'taken' | 'refused';
  /** Whether reads show a change at once, or some seconds later. */
  describes: 'at-once' | 'lag';
}

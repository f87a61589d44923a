import { readFileSync } from 'node:fs';

/** How a subscription hands itself over: see docs/redis-cloud.md. */
export type Contract = 'resource-share' | 'endpoint-service';

/** Which addresses an endpoint has in its VPC. */
export type IpAddressType = 'ipv4' | 'dualstack' | 'ipv6';

/** A service network, which belongs to the account in its ARN. */
export interface ServiceNetwork {
  arn: string;
}

/** One Redis Cloud subscription, or one region of an Active-Active subscription, offered to the organization. */
export interface Connection {
  /** The name under which everything of it is kept: in records, tags, parameters and messages. It never changes. */
  name: string;
  /** The name by which VPCs may ask for it since it was renamed, beside the other. Left out: it was not. */
  newName?: string | undefined;
  /** The names that it had between these two, by which VPCs may ask, too. Left out: none. */
  namesBetween?: string[] | undefined;
  /** The Redis Cloud account of the subscription. Left out: the one named `default`. */
  redisCloudAccount?: string | undefined;
  subscriptionId: number;
  /** Redis Cloud's own number of the region; only for an Active-Active subscription. */
  activeActiveRegionId?: number | undefined;
  /** The AWS Region of the databases, and so of the VPCs that can be connected. */
  region: string;
  contract: Contract;
  /** Name of the AWS RAM share that Redis Cloud creates; contract `resource-share` only. */
  shareName: string;
  /** The account that may own what Redis Cloud hands over. Left out: the one that hands it over first is noted. */
  providerAccountId?: string | undefined;
  /** The VPC Lattice service network through which VPCs are connected. Left out: each has an endpoint of its own to it. */
  serviceNetwork?: ServiceNetwork | undefined;
  accounts: {
    organizationalUnits: string[];
    accountIds: string[];
    excludedAccountIds: string[];
  };
  /** `tagged`: VPCs whose tag names this connection. `all`: every VPC of those accounts. */
  vpcs: 'tagged' | 'all';
  /** Whether `all` means default VPCs, too. */
  includeDefaultVpcs?: boolean | undefined;
  endpoint: {
    /** The security group to use, looked up by name in each VPC; null: one is created. */
    securityGroup: { name: string } | null;
    /** From where a created group lets in connections, beside the VPC's own blocks: blocks and prefix lists. */
    allowFrom?: string[] | undefined;
    subnets: {
      minimumZones: number;
      /** Only subnets that carry this tag. */
      tag: { key: string; value: string } | null;
      /** Ids of Availability Zones in which no endpoint is to be. */
      excludedZones?: string[] | undefined;
      /** How long a VPC may be without a usable subnet before its onboarding fails. */
      waitMinutes: number;
    };
    privateDns: boolean;
    /** Which addresses endpoints that are made from now on have. Left out: `ipv4`. */
    ipAddressType?: IpAddressType | undefined;
  };
  /** Whether the member account gets parameters by which its applications find their databases. */
  parameters: boolean;
  /**
   * Where a member account cannot be entered: `fail`, or `script`, which stores Redis Cloud's endpoint script
   * for the owner of the account.
   */
  handOver: 'fail' | 'script';
  /** Whether a person has to approve each account and VPC before it is connected. */
  approval: 'none' | 'required';
  /** How long an approval is waited for. */
  approvalHours: number;
  /** Whether the PrivateLink is deleted when its last principal has left. */
  deletePrivateLinkWhenUnused: boolean;
}

/** What holds removals back that nobody has asked for by hand. */
export interface Removals {
  /** For so many minutes a tag that was taken away, or an account that was moved out, may come back at no cost. */
  graceMinutes: number;
  /**
   * What a refused deletion of a VPC calls for: `never` nothing, `whenLast` the removal of this system's endpoints where
   * nothing else is in the way.
   */
  onRefusedDeletion: 'never' | 'whenLast';
  /** How many VPCs or accounts may go in any hour, or how much of what is connected, like `10%`; null: the default. */
  atOnce: number | string | null;
  /** For how many hours what goes beyond is held. */
  hours: number;
}

/** What the functions that decide know of the configuration. It ships beside them, as `configuration.json`. */
export interface AutomationConfiguration {
  connections: Connection[];
  removals: Removals;
}

let loaded: AutomationConfiguration | undefined;

/** The configuration that was deployed with this function. */
export function configuration(): AutomationConfiguration {
  loaded ??= JSON.parse(readFileSync(new URL('configuration.json', import.meta.url), 'utf8'));
  return loaded as AutomationConfiguration;
}

import type { Clock } from '../../clock.ts';
import type { Needs } from '../authorization/need.ts';
import { type EventDelays, EventSource, type Publish } from '../events.ts';
import { Ids } from '../ids.ts';
import type { ProviderSide } from '../provider.ts';
import { type Action, AwsError, type AwsService, type Caller } from '../service.ts';
import { ServiceNetworks } from '../vpc-lattice/service-networks.ts';
import { endpointActions } from './endpoints.ts';
import { gatewayActions } from './gateways.ts';
import { interfaceActions } from './interfaces.ts';
import { ec2Needs } from './needs.ts';
import { prefixListActions } from './prefix-lists.ts';
import { securityGroupActions } from './security-groups.ts';
import { subnetOf } from './sharing.ts';
import { type Ec2Context, type Ec2Quotas, type Ec2Timings, type Ec2Ways, RegionState } from './state.ts';
import { subnetActions } from './subnets.ts';
import { tagActions } from './tags.ts';
import { type NetworkView, networksOf } from './view.ts';
import { addVpc, vpcActions } from './vpcs.ts';

export interface Ec2Options {
  clock: Clock;
  provider: ProviderSide;
  /** Left out: there are none. */
  networks?: ServiceNetworks;
  /** Receives the events of CloudTrail and of tag changes. */
  publish?: Publish;
  delays?: EventDelays;
  timings?: Partial<Ec2Timings>;
  quotas?: Partial<Ec2Quotas>;
  ways?: Partial<Ec2Ways>;
}

/** Plausible, not measured: AWS publishes none. */
export const defaultEc2Timings: Ec2Timings = {
  vpcPending: 1_000,
  endpointPending: 55_000,
  endpointDeleting: 30_000,
  endpointRemembered: 3_600_000,
  associationPause: 4_000,
};

/** The kindest ways: whoever deploys an app here does not start with the odd ones. */
const defaultEc2Ways: Ec2Ways = {
  associations: 'together',
  failedAssociation: 'none',
  networkAssociations: 'grouped',
  refusedZone: 'subnet',
  hiddenTarget: 'InvalidServiceName',
  hiddenNetwork: 'InvalidServiceName',
  refusedToken: 'free',
  ipv6Subnets: 'any',
  recordTypes: 'taken',
  describes: 'at-once',
};

/** The part of Amazon EC2 that VPC endpoints need. Every account and Region has its own. */
export class Ec2 implements AwsService {
  readonly signingName = 'ec2';
  readonly actions: Record<string, Action>;
  readonly needs: Record<string, Needs>;
  readonly #states = new Map<string, RegionState>();
  readonly #context: Ec2Context;
  /** What the action sees that is being carried out, where that is not what is. */
  #seen: RegionState | undefined;
  readonly #ways: Partial<Ec2Ways>;

  constructor(options: Ec2Options) {
    const { clock, provider, publish, delays } = options;
    this.#ways = options.ways ?? {};
    const ids = new Ids('ec2');
    const context: Ec2Context = {
      clock,
      ids,
      provider,
      networks: options.networks ?? new ServiceNetworks({ clock, provider }),
      events: new EventSource({ clock, ids: new Ids('ec2 events'), publish, ...(delays && { delays }) }),
      timings: { ...defaultEc2Timings, ...options.timings },
      ways: { ...defaultEc2Ways, ...options.ways },
      // The default quotas of the Amazon VPC User Guide.
      quotas: {
        vpcs: 5,
        resourceEndpoints: 200,
        interfaceEndpoints: 50,
        serviceNetworkEndpoints: 50,
        ...options.quotas,
      },
      state: (caller) => this.#state(caller),
    };
    this.#context = context;
    this.needs = ec2Needs(context);
    const actions = {
      ...vpcActions(context),
      ...subnetActions(context),
      ...prefixListActions(context),
      ...securityGroupActions(context),
      ...tagActions(context),
      ...endpointActions(context),
      ...interfaceActions(context),
      ...gatewayActions(context),
    };
    this.actions = Object.fromEntries(
      Object.entries(actions).map(([name, action]) => [name, this.#lagging(name, dryRunnable(action))]),
    );
  }

  /** From now on it behaves so; what is left out is as it was at first. */
  behave(ways: Partial<Ec2Ways>): void {
    Object.assign(this.#context.ways, defaultEc2Ways, this.#ways, ways);
  }

  /**
   * Makes sure that the account has the VPC, with these tags, as if it had always been so: AWS reports nothing.
   * @returns whether it is new
   */
  ensureVpc(
    place: Pick<Caller, 'accountId' | 'region'>,
    vpc: { vpcId: string; cidrBlock: string; tags: Record<string, string> },
  ): boolean {
    const tags = new Map(Object.entries(vpc.tags));
    const known = this.#state(place).vpcs.get(vpc.vpcId);
    if (!known) {
      addVpc(this.#context, place, { id: vpc.vpcId, cidrBlock: vpc.cidrBlock, isDefault: false, tags });
      return true;
    }
    known.tags.clear();
    for (const [key, value] of tags) known.tags.set(key, value);
    return false;
  }

  /** Makes sure that the account has no such VPC, as if it had gone with all that was in it: AWS reports nothing. */
  forgetVpc(place: Pick<Caller, 'accountId' | 'region'>, vpcId: string): void {
    const { vpcs, subnets, securityGroups, endpoints } = this.#state(place);
    vpcs.delete(vpcId);
    for (const parts of [subnets, securityGroups, endpoints]) {
      for (const [id, part] of parts) if (part.vpcId === vpcId) parts.delete(id);
    }
  }

  /** Whether the subnet of that ARN is there and may be shared; null: it is not there. A default one may not. */
  mayShare(arn: string): boolean | null {
    const subnet = subnetOf(this.#context, arn);
    return subnet ? !subnet.isDefault : null;
  }

  /** The VPCs of all accounts and Regions. */
  networks(): NetworkView[] {
    return [...this.#states].flatMap(([key, state]) => {
      const [accountId = '', region = ''] = key.split('/');
      return networksOf(this.#context, { accountId, region }, state);
    });
  }

  /** Reads see what was, for some seconds after each change; spectators, by whom stories look, see what is. */
  #lagging(name: string, action: Action): Action {
    return (input, caller) => {
      if (this.#context.ways.describes === 'at-once') return action(input, caller);
      const state = this.#state(caller);
      const now = this.#context.clock.now();
      if (!name.startsWith('Describe')) {
        state.remember(now);
        return action(input, caller);
      }
      if (caller.isSpectator) return action(input, caller);
      this.#seen = state.seenAt(now);
      try {
        return action(input, caller);
      } finally {
        this.#seen = undefined;
      }
    };
  }

  #state({ accountId, region }: Pick<Caller, 'accountId' | 'region'>): RegionState {
    if (this.#seen) return this.#seen;
    const key = `${accountId}/${region}`;
    let state = this.#states.get(key);
    if (!state) {
      state = new RegionState();
      this.#states.set(key, state);
    }
    return state;
  }
}

function dryRunnable(action: Action): Action {
  return (input: { DryRun?: boolean }, caller) => {
    if (input.DryRun) {
      throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    }
    return action(input, caller);
  };
}

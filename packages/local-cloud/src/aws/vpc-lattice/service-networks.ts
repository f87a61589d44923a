import type { Clock } from '../../clock.ts';
import { Ids } from '../ids.ts';
import type { OfferedShare, ProviderSide, Tie } from '../provider.ts';

export interface ServiceNetwork {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: number;
  /** Whether its owner may share it. */
  readonly isShareable: boolean;
  readonly tags: Map<string, string>;
}

/** The association of a resource configuration with a service network. */
export interface ResourceAssociation {
  readonly id: string;
  readonly arn: string;
  readonly network: ServiceNetwork;
  readonly resourceConfigurationArn: string;
  /** The account that has made it. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly privateDns: boolean;
  readonly tags: Map<string, string>;
  deletedAt: number | undefined;
  tie: Tie | undefined;
}

/** A resource share of AWS RAM that holds service networks. */
export interface NetworkShare {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly networkArns: string[];
  /** Accounts of the organization, or the organization's ARN. */
  readonly principals: string[];
}

export type AssociationStatus = 'CREATE_IN_PROGRESS' | 'ACTIVE' | 'DELETE_IN_PROGRESS';

/** Milliseconds. Plausible, not measured: AWS publishes none. */
export const defaultLatticeTimings = { associating: 20_000, disassociating: 10_000 };

/** How VPC Lattice behaves where AWS does not say. */
export interface LatticeWays {
  /** Whether an association ends when its maker is no principal of the resource share any more, or stays for good. */
  withdrawn: 'ended' | 'stays';
  /** What GetResourceConfiguration answers to whoever has accepted the share just now. */
  fresh: 'seen' | 'not-found' | 'denied';
}

const defaultLatticeWays: LatticeWays = { withdrawn: 'ended', fresh: 'not-found' };

interface NetworksOptions {
  clock: Clock;
  provider: ProviderSide;
  /** Without one nobody shares anything with an organization. */
  organization?: { organizationOf(accountId: string): string | undefined };
  timings?: Partial<typeof defaultLatticeTimings>;
}

/** Service networks, what is associated with them, and whom they are shared with: what VPC Lattice, EC2 and RAM share. */
export class ServiceNetworks {
  readonly networks = new Map<string, ServiceNetwork>();
  readonly shares = new Map<string, NetworkShare>();
  readonly #associations = new Map<string, ResourceAssociation>();
  /** Whether endpoints are still there, by the ARN of their network. */
  readonly #endpoints = new Map<string, (() => boolean)[]>();
  readonly #ids = new Ids('vpc-lattice');
  readonly #clock: Clock;
  readonly #provider: ProviderSide;
  readonly #organization: NetworksOptions['organization'];
  readonly #timings: typeof defaultLatticeTimings;
  readonly ways: LatticeWays = { ...defaultLatticeWays };

  constructor({ clock, provider, organization, timings }: NetworksOptions) {
    this.#clock = clock;
    this.#provider = provider;
    this.#organization = organization;
    this.#timings = { ...defaultLatticeTimings, ...timings };
  }

  /** From now on VPC Lattice behaves so; what is left out is as it is by default. */
  behave(ways: Partial<LatticeWays>): void {
    Object.assign(this.ways, defaultLatticeWays, ways);
  }

  create(network: Omit<ServiceNetwork, 'id' | 'arn' | 'createdAt'>, partition: string): ServiceNetwork {
    const id = this.#ids.resource('sn');
    const { region, accountId } = network;
    const arn = `arn:${partition}:vpc-lattice:${region}:${accountId}:servicenetwork/${id}`;
    const made = { ...network, id, arn, createdAt: this.#clock.now() };
    this.networks.set(arn, made);
    return made;
  }

  /** The network, if the account owns it or it is shared with it: nobody else is told that it is there. */
  visibleTo(accountId: string, region: string, arn: string): ServiceNetwork | undefined {
    const network = this.networks.get(arn);
    if (!network || network.region !== region) return undefined;
    if (network.accountId === accountId) return network;
    return this.sharesWith(accountId, region).some(({ networkArns }) => networkArns.includes(arn))
      ? network
      : undefined;
  }

  /** The shares of others that hold networks for the account. Inside an organization nothing is to be accepted. */
  sharesWith(accountId: string, region: string): NetworkShare[] {
    const organization = this.#organization?.organizationOf(accountId);
    return [...this.shares.values()].filter(
      (share) =>
        share.region === region &&
        share.accountId !== accountId &&
        organization !== undefined &&
        organization === this.#organization?.organizationOf(share.accountId) &&
        share.principals.some(
          (principal) => principal === accountId || principal.endsWith(`:organization/${organization}`),
        ),
    );
  }

  associate(
    association: Pick<
      ResourceAssociation,
      'network' | 'resourceConfigurationArn' | 'createdBy' | 'privateDns' | 'tags'
    >,
  ): ResourceAssociation {
    const id = this.#ids.resource('snra');
    const made: ResourceAssociation = {
      ...association,
      id,
      arn: association.network.arn.replace(/servicenetwork\/.*$/, `servicenetworkresourceassociation/${id}`),
      createdAt: this.#clock.now(),
      deletedAt: undefined,
      tie: undefined,
    };
    this.#associations.set(id, made);
    made.tie = this.#provider.tie(association.resourceConfigurationArn, {
      vpcEndpointId: id,
      associationId: id,
      accountId: association.createdBy,
      state: () => this.#stateAtProvider(made),
    });
    return made;
  }

  /** Those that are there, also while they come and go. */
  associations(): ResourceAssociation[] {
    return [...this.#associations.values()].filter((association) => this.statusOf(association) !== undefined);
  }

  /** @returns undefined: it has gone */
  statusOf(association: ResourceAssociation): AssociationStatus | undefined {
    const now = this.#clock.now();
    // Whoever shares the configuration may end an association with it, too.
    const { tie } = association;
    if (tie?.cut && !(tie.isWithdrawn && this.ways.withdrawn === 'stays')) association.deletedAt ??= now;
    if (association.deletedAt !== undefined) {
      return now - association.deletedAt < this.#timings.disassociating ? 'DELETE_IN_PROGRESS' : undefined;
    }
    return now - association.createdAt < this.#timings.associating ? 'CREATE_IN_PROGRESS' : 'ACTIVE';
  }

  /** Notes an endpoint of the network. */
  connect(networkArn: string, isThere: () => boolean): void {
    this.#endpoints.set(networkArn, [...(this.#endpoints.get(networkArn) ?? []), isThere]);
  }

  /** Whether it has associations with anything, VPC endpoints included. */
  isUsed({ arn }: ServiceNetwork): boolean {
    const hasEndpoints = (this.#endpoints.get(arn) ?? []).some((isThere) => isThere());
    return hasEndpoints || this.associations().some(({ network }) => network.arn === arn);
  }

  end(association: ResourceAssociation): void {
    association.deletedAt ??= this.#clock.now();
  }

  /** What endpoints of the network reach, and whether under private names. */
  reachableThrough(networkArn: string): { share: OfferedShare; privateDns: boolean }[] {
    return this.associations()
      .filter(
        (association) => association.network.arn === networkArn && this.statusOf(association) === 'ACTIVE',
      )
      .flatMap(({ resourceConfigurationArn, privateDns }) => {
        const share = this.#provider.shareHolding(resourceConfigurationArn);
        return share ? [{ share, privateDns }] : [];
      });
  }

  #stateAtProvider(association: ResourceAssociation): string {
    const states = { CREATE_IN_PROGRESS: 'pending', ACTIVE: 'available', DELETE_IN_PROGRESS: 'deleting' };
    const status = this.statusOf(association);
    return status ? states[status] : 'deleted';
  }
}

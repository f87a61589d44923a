import type { Clock } from '../clock.ts';
import { digest, Ids } from './ids.ts';
import { AwsError } from './service.ts';

/** One resource of a resource configuration, which an endpoint reaches under a name of its own. */
export interface OfferedResource {
  /** Tells the resources of a share apart. */
  key: string;
  /** The name that the provider has given it, in a domain of the provider's. */
  privateName: string;
}

/** A resource configuration that is shared through AWS RAM. */
export interface OfferedShare {
  shareArn: string;
  shareName: string;
  region: string;
  resourceConfigurationArn: string;
  resources: readonly OfferedResource[];
  /** What else the share holds: another's subnet (`ec2:Subnet`), for example. */
  others?: readonly { arn: string; type: string }[];
  /** Ids of the zones (`use1-az1`) in which the provider can be reached. */
  zoneIds: string[];
  /** Whether it may be associated with service networks that may be shared. Left out: it may. */
  allowAssociationToShareableServiceNetwork?: boolean;
}

/** A VPC endpoint service. */
export interface OfferedService {
  serviceName: string;
  /** The account that offers it, or `amazon`. Left out: EC2 does not tell. */
  owner?: string;
  region: string;
  zoneIds: string[];
  /** What it accepts. Default: IPv4. */
  ipAddressTypes?: ('ipv4' | 'ipv6')[];
  /** Without one, consumers cannot enable private DNS. */
  privateDnsName?: string;
}

/** A consumer's VPC endpoint, or association with a service network, as the provider sees it. */
export interface ProviderConnection {
  /** The id of an endpoint, or of an association (`snra-…`). */
  vpcEndpointId: string;
  /** The account that has made it. */
  accountId: string;
  /** The endpoint's state as EC2 names it: `pending`, `available`, `deleting`, `rejected`, `failed`, … */
  state: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  associationId: string;
  connectionId: string;
}

export type PrincipalState = 'pending' | 'accepted' | 'expired' | 'none';

/**
 * What a provider does in AWS: an account outside the organization, which shares a resource configuration or offers
 * an endpoint service. A share is named by its ARN, a service by its service name. Methods that name an unknown offer
 * throw `AwsError` `UnknownResourceException`.
 */
export interface Provider {
  /** Offers a share, or replaces what the share of that ARN holds. */
  offerShare(share: OfferedShare): void;
  /**
   * Sends a RAM invitation. It is visible after a few seconds and expires after 12 hours.
   *
   * @param at when it was sent, in milliseconds since the epoch; default: now
   */
  invite(shareArn: string, accountId: string, at?: number): void;
  /** Disassociates the principal: the share is not visible any more, the account's endpoints fail. */
  withdraw(shareArn: string, accountId: string): void;
  /** Offers an endpoint service, or replaces the one of that name. */
  offerService(service: OfferedService): void;
  /** Allows the account to create endpoints for the service. */
  admit(serviceName: string, accountId: string): void;
  /** Takes the permission back. As in AWS, endpoints that exist stay connected. */
  expel(serviceName: string, accountId: string): void;
  /** Removes a share or a service. Endpoints that use it fail. */
  removeOffer(arnOrServiceName: string): void;
  /** All endpoints that use the offer, until they are deleted. A cut one is still listed, with its state. */
  connections(arnOrServiceName: string): ProviderConnection[];
  principalState(shareArn: string, accountId: string): PrincipalState;
  /**
   * Cuts a connection: the endpoint turns `failed` (share) or `rejected` (service).
   * @param id the connection's `vpcEndpointId`, `associationId` or `connectionId`
   * @throws AwsError `UnknownResourceException` when the offer has no such connection
   */
  disassociate(arnOrServiceName: string, id: string): void;
}

/** The provider's own account, by whatever name the share's ARN gives it. */
export function ownerOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** One RAM invitation. */
export interface Invitation {
  readonly arn: string;
  readonly shareArn: string;
  readonly accountId: string;
  readonly invitedAt: number;
  acceptedAt: number | undefined;
}

/** An endpoint's tie to the offer that it uses. */
export interface Tie {
  readonly vpcEndpointId: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly associationId: string;
  readonly connectionId: string;
  /** The endpoint's state, asked when it is needed. */
  readonly state: () => string;
  /** Set when the provider cut the connection, with the state that the endpoint got by it. */
  cut: 'failed' | 'rejected' | undefined;
  /** Whether it was cut because its account is no principal any more, and by nothing else. */
  isWithdrawn?: boolean | undefined;
}

interface ShareOffer {
  kind: 'share';
  share: OfferedShare;
  /** The newest invitation of each account. */
  invitations: Map<string, Invitation>;
  ties: Tie[];
}

interface ServiceOffer {
  kind: 'service';
  service: OfferedService;
  admitted: Set<string>;
  ties: Tie[];
}

/** RAM's invitations expire after 12 hours unless the resource type is on a list of longer ones (AWS RAM User Guide). */
export const INVITATION_LIFETIME_MS = 12 * 3_600_000;

/** How long news from the provider takes to reach a consumer. Plausible, not measured: nothing publishes it. */
export const defaultVisibility = {
  /** Milliseconds for which the consumer does not see a new invitation. */
  invitationVisibleAfterMs: 3_000,
  /** Milliseconds for which EC2 does not know the resource configuration after acceptance. */
  targetUsableAfterMs: 5_000,
};

/** The provider's side of PrivateLink, shared by the local EC2 and RAM. */
export class ProviderSide implements Provider {
  readonly #clock: Clock;
  #times: typeof defaultVisibility;
  readonly #ids = new Ids('provider');
  readonly #shares = new Map<string, ShareOffer>();
  readonly #services = new Map<string, ServiceOffer>();
  readonly #shareOfConfiguration = new Map<string, ShareOffer>();

  /** Times that are left out are those of {@link defaultVisibility}. */
  constructor(options: { clock: Clock } & Partial<typeof defaultVisibility>) {
    this.#times = { ...defaultVisibility, ...options };
    this.#clock = options.clock;
  }

  /** From now on news takes so long; what is left out stays as it is. */
  delay(times: Partial<typeof defaultVisibility>): void {
    this.#times = { ...this.#times, ...times };
  }

  offerShare(share: OfferedShare): void {
    const known = this.#shares.get(share.shareArn);
    if (known) this.#shareOfConfiguration.delete(known.share.resourceConfigurationArn);
    const offer: ShareOffer = known ?? { kind: 'share', share, invitations: new Map(), ties: [] };
    offer.share = structuredClone(share);
    this.#shares.set(share.shareArn, offer);
    this.#shareOfConfiguration.set(share.resourceConfigurationArn, offer);
  }

  invite(shareArn: string, accountId: string, at = this.#clock.now()): void {
    const state = this.principalState(shareArn, accountId);
    if (state === 'pending' || state === 'accepted') return;
    const [, partition, , region, owner] = shareArn.split(':');
    this.#share(shareArn).invitations.set(accountId, {
      arn: `arn:${partition}:ram:${region}:${owner}:resource-share-invitation/${this.#ids.uuid()}`,
      shareArn,
      accountId,
      invitedAt: at,
      acceptedAt: undefined,
    });
  }

  withdraw(shareArn: string, accountId: string): void {
    const offer = this.#share(shareArn);
    offer.invitations.delete(accountId);
    for (const tie of offer.ties) {
      if (tie.accountId !== accountId || tie.cut) continue;
      tie.cut = 'failed';
      tie.isWithdrawn = true;
    }
  }

  offerService(service: OfferedService): void {
    const known = this.#services.get(service.serviceName);
    if (known) known.service = structuredClone(service);
    else {
      this.#services.set(service.serviceName, {
        kind: 'service',
        service: structuredClone(service),
        admitted: new Set(),
        ties: [],
      });
    }
  }

  admit(serviceName: string, accountId: string): void {
    this.#service(serviceName).admitted.add(accountId);
  }

  expel(serviceName: string, accountId: string): void {
    this.#service(serviceName).admitted.delete(accountId);
  }

  removeOffer(arnOrServiceName: string): void {
    const offer = this.#offer(arnOrServiceName);
    for (const tie of offer.ties) {
      tie.cut ??= 'failed';
      tie.isWithdrawn = false;
    }
    if (offer.kind === 'share') {
      this.#shares.delete(arnOrServiceName);
      this.#shareOfConfiguration.delete(offer.share.resourceConfigurationArn);
    } else {
      this.#services.delete(arnOrServiceName);
    }
  }

  connections(arnOrServiceName: string): ProviderConnection[] {
    return this.#live(this.#offer(arnOrServiceName)).map(({ cut: _, state, ...tie }) => ({
      ...tie,
      state: state(),
    }));
  }

  /** All endpoints of all offers, until they are deleted. */
  allConnections(): ProviderConnection[] {
    return [...this.#shares.keys(), ...this.#services.keys()].flatMap((offer) => this.connections(offer));
  }

  /** Cuts every connection that there is. */
  cutAll(): void {
    for (const offer of [...this.#shares.keys(), ...this.#services.keys()]) {
      for (const { vpcEndpointId } of this.connections(offer)) this.disassociate(offer, vpcEndpointId);
    }
  }

  principalState(shareArn: string, accountId: string): PrincipalState {
    const invitation = this.#share(shareArn).invitations.get(accountId);
    if (!invitation) return 'none';
    if (invitation.acceptedAt !== undefined) return 'accepted';
    return this.isExpired(invitation) ? 'expired' : 'pending';
  }

  disassociate(arnOrServiceName: string, id: string): void {
    const offer = this.#offer(arnOrServiceName);
    const tie = this.#live(offer).find(
      ({ vpcEndpointId, associationId, connectionId }) =>
        id === vpcEndpointId || id === associationId || id === connectionId,
    );
    if (!tie) {
      throw new AwsError('UnknownResourceException', `${arnOrServiceName} has no connection ${id}.`);
    }
    tie.cut ??= offer.kind === 'share' ? 'failed' : 'rejected';
    tie.isWithdrawn = false;
  }

  // The consumer's side, as EC2 and RAM see it.

  isExpired(invitation: Invitation): boolean {
    return (
      invitation.acceptedAt === undefined &&
      this.#clock.now() - invitation.invitedAt >= INVITATION_LIFETIME_MS
    );
  }

  /** The invitations that the account sees in the Region. */
  invitationsTo(accountId: string, region: string): { invitation: Invitation; share: OfferedShare }[] {
    const found = [];
    for (const { share, invitations } of this.#shares.values()) {
      const invitation = invitations.get(accountId);
      if (!invitation || share.region !== region) continue;
      if (this.#clock.now() - invitation.invitedAt < this.#times.invitationVisibleAfterMs) continue;
      found.push({ invitation, share });
    }
    return found;
  }

  /** Accepts a pending invitation that the account sees. */
  accept(invitation: Invitation): void {
    invitation.acceptedAt = this.#clock.now();
  }

  /** The shares that the account has accepted in the Region. */
  sharesWith(accountId: string, region: string): { share: OfferedShare; acceptedAt: number }[] {
    const found = [];
    for (const { share, invitations } of this.#shares.values()) {
      const acceptedAt = invitations.get(accountId)?.acceptedAt;
      if (acceptedAt !== undefined && share.region === region) found.push({ share, acceptedAt });
    }
    return found;
  }

  /** The shares that the account owns in the Region. */
  sharesOf(accountId: string, region: string): OfferedShare[] {
    return [...this.#shares.values()]
      .map(({ share }) => share)
      .filter((share) => share.region === region && ownerOf(share.shareArn) === accountId);
  }

  /** The share that holds the resource configuration, if the account can create endpoints for it by now. */
  usableShare(resourceConfigurationArn: string, accountId: string, region: string): OfferedShare | undefined {
    const offer = this.#shareOfConfiguration.get(resourceConfigurationArn);
    const acceptedAt = offer?.invitations.get(accountId)?.acceptedAt;
    if (!offer || acceptedAt === undefined || offer.share.region !== region) return undefined;
    return this.#clock.now() - acceptedAt >= this.#times.targetUsableAfterMs ? offer.share : undefined;
  }

  /** The share that holds the resource configuration, whoever asks. */
  shareHolding(resourceConfigurationArn: string): OfferedShare | undefined {
    return this.#shareOfConfiguration.get(resourceConfigurationArn)?.share;
  }

  /** The service, if it admits the account. */
  usableService(serviceName: string, accountId: string, region: string): OfferedService | undefined {
    const offer = this.#services.get(serviceName);
    if (!offer || offer.service.region !== region || !offer.admitted.has(accountId)) return undefined;
    return offer.service;
  }

  /** The services that admit the account. */
  servicesFor(accountId: string, region: string): OfferedService[] {
    return [...this.#services.values()]
      .filter(({ service, admitted }) => service.region === region && admitted.has(accountId))
      .map(({ service }) => service);
  }

  /** Who offers the service, if it is there and EC2 tells. */
  ownerOfService(serviceName: string): string | undefined {
    return this.#services.get(serviceName)?.service.owner;
  }

  /** Ties a new endpoint, or association, to its offer: the share of a resource configuration's ARN, or a service. */
  tie(
    target: string,
    endpoint: Pick<Tie, 'vpcEndpointId' | 'accountId' | 'state'> & Partial<Pick<Tie, 'associationId'>>,
  ): Tie {
    const offer = this.#shareOfConfiguration.get(target) ?? this.#service(target);
    const tie: Tie = {
      vpcEndpointId: endpoint.vpcEndpointId,
      accountId: endpoint.accountId,
      createdAt: this.#clock.now(),
      associationId: endpoint.associationId ?? `rsa-0${digest(`${endpoint.vpcEndpointId}/association`, 16)}`,
      connectionId: `vpce-con-0${digest(`${endpoint.vpcEndpointId}/connection`, 16)}`,
      state: endpoint.state,
      cut: undefined,
    };
    offer.ties.push(tie);
    return tie;
  }

  #live(offer: ShareOffer | ServiceOffer): Tie[] {
    offer.ties = offer.ties.filter((tie) => tie.state() !== 'deleted');
    return offer.ties;
  }

  #offer(arnOrServiceName: string): ShareOffer | ServiceOffer {
    return this.#shares.get(arnOrServiceName) ?? this.#service(arnOrServiceName);
  }

  #share(shareArn: string): ShareOffer {
    const offer = this.#shares.get(shareArn);
    if (!offer) throw new AwsError('UnknownResourceException', `No resource share ${shareArn} is offered.`);
    return offer;
  }

  #service(serviceName: string): ServiceOffer {
    const offer = this.#services.get(serviceName);
    if (!offer) throw new AwsError('UnknownResourceException', `Nothing is offered as ${serviceName}.`);
    return offer;
  }
}

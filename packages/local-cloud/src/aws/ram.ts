import { type Needs, onResource, withoutResources } from './authorization/need.ts';
import { isSubnetArn } from './ec2/sharing.ts';
import { type Page, pageOf } from './pages.ts';
import { type Invitation, type OfferedShare, ownerOf, type ProviderSide } from './provider.ts';
import {
  NETWORK_TYPE,
  NetworkShares,
  type ShareableSubnets,
  type SharingOrganization,
  SUBNET_TYPE,
} from './ram/network-shares.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';
import type { NetworkShare, ServiceNetworks } from './vpc-lattice/service-networks.ts';

/** What the provider shares is of this type (VPC Lattice, shareable resources). */
const RESOURCE_TYPE = 'vpc-lattice:ResourceConfiguration';

/** What is listed of a share whose invitation is pending: what it holds, or nothing. */
export type PendingResources = 'listed' | 'nothing';

/** A share, and what it holds. */
interface Share {
  shareArn: string;
  shareName: string;
  resources: { arn: string; type: string }[];
}

interface Paged {
  nextToken?: string;
  maxResults?: number;
}

/**
 * AWS Resource Access Manager as the consumers of the provider's shares see it. Shares belong to a Region, and
 * only what the provider offers is shared, and service networks and subnets inside the organization.
 */
export class Ram implements AwsService {
  readonly signingName = 'ram';
  readonly #provider: ProviderSide;
  readonly #pending: PendingResources;
  readonly #networkShares: NetworkShares | undefined;
  /** The invitation that was accepted under a client token, by account, Region and token. */
  readonly #tokens = new Map<string, string>();

  readonly actions: Record<string, Action>;

  constructor(options: {
    provider: ProviderSide;
    /** Left out: nothing is shared inside the organization. */
    networks?: ServiceNetworks;
    /** Left out: no subnets are shared. */
    subnets?: ShareableSubnets;
    organization?: SharingOrganization;
    /** Default: what it holds. */
    pending?: PendingResources | undefined;
  }) {
    const { provider, networks, subnets, organization, pending = 'listed' } = options;
    this.#provider = provider;
    this.#pending = pending;
    this.#networkShares = networks && new NetworkShares(networks, subnets, organization);
    this.actions = { ...this.#consumers, ...this.#networkShares?.actions };
    Object.assign(this.needs, this.#networkShares?.needs);
  }

  readonly #consumers: Record<string, Action> = {
    GetResourceShareInvitations: (input, caller) => this.#getInvitations(input, caller),
    AcceptResourceShareInvitation: (input, caller) => this.#accept(input, caller),
    ListPendingInvitationResources: (input, caller) => this.#listPending(input, caller),
    GetResourceShares: (input, caller) => this.#getShares(input, caller),
    ListResources: (input, caller) => this.#listResources(input, caller),
  };

  readonly needs: Record<string, Needs> = {
    ...withoutResources('ram', 'GetResourceShareInvitations', 'GetResourceShares', 'ListResources'),
    ...onResource('ram', ['AcceptResourceShareInvitation'], ({ resourceShareInvitationArn }) => ({
      resource: resourceShareInvitationArn,
      context: { 'ram:ShareOwnerAccountId': ownerOf(resourceShareInvitationArn) },
    })),
    ...onResource('ram', ['ListPendingInvitationResources'], ({ resourceShareInvitationArn }) => ({
      resource: resourceShareInvitationArn,
    })),
  };

  #getInvitations(
    input: Paged & { resourceShareInvitationArns?: string[]; resourceShareArns?: string[] },
    caller: Caller,
  ) {
    const { resourceShareInvitationArns: arns, resourceShareArns: shareArns } = input;
    const visible = this.#provider.invitationsTo(caller.accountId, caller.region);
    const known = new Set(visible.map(({ invitation }) => invitation.arn));
    for (const arn of arns ?? []) {
      checkArn(arn, 'resource-share-invitation');
      if (!known.has(arn)) throw unknownInvitation(arn);
    }
    checkShares(
      shareArns,
      visible.map(({ share }) => share),
    );
    const wanted = visible.filter(
      ({ invitation, share }) =>
        (!arns?.length || arns.includes(invitation.arn)) &&
        (!shareArns?.length || shareArns.includes(share.shareArn)),
    );
    const { items, nextToken } = page(wanted, 'invitations', input, 'InvalidMaxResultsException');
    return {
      resourceShareInvitations: items.map(({ invitation, share }) => this.#invitationView(invitation, share)),
      nextToken,
    };
  }

  #accept(input: { resourceShareInvitationArn: string; clientToken?: string }, caller: Caller) {
    const { resourceShareInvitationArn: arn, clientToken } = input;
    const { invitation, share } = this.#invitation(arn, caller);
    const token = clientToken && `${caller.accountId}/${caller.region}/${clientToken}`;
    const before = token ? this.#tokens.get(token) : undefined;
    if (before !== undefined && before !== arn) {
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The client token was used with other parameters before.',
      );
    }
    if (before === undefined) {
      this.#checkPending(invitation);
      this.#provider.accept(invitation);
      if (token) this.#tokens.set(token, arn);
    }
    return { resourceShareInvitation: this.#invitationView(invitation, share), clientToken };
  }

  #listPending(
    input: Paged & { resourceShareInvitationArn: string; resourceRegionScope?: string },
    caller: Caller,
  ) {
    refuseUnknown('ListPendingInvitationResources', input, [
      'resourceShareInvitationArn',
      'resourceRegionScope',
    ]);
    const { invitation, share } = this.#invitation(input.resourceShareInvitationArn, caller);
    this.#checkPending(invitation);
    const { shareArn, resources } = shareOfOffer(share);
    const isShown = this.#pending === 'listed' && input.resourceRegionScope !== 'GLOBAL';
    const held = isShown ? resources : [];
    const { items, nextToken } = page(held, `pending-${invitation.arn}`, input);
    return { resources: items.map((resource) => resourceView({ shareArn, ...resource })), nextToken };
  }

  #invitation(arn: string, caller: Caller): { invitation: Invitation; share: OfferedShare } {
    checkArn(arn, 'resource-share-invitation');
    const found = this.#provider
      .invitationsTo(caller.accountId, caller.region)
      .find(({ invitation }) => invitation.arn === arn);
    if (!found) throw unknownInvitation(arn);
    return found;
  }

  #checkPending(invitation: Invitation): void {
    if (invitation.acceptedAt !== undefined) {
      throw new AwsError(
        'ResourceShareInvitationAlreadyAcceptedException',
        `The invitation ${invitation.arn} was already accepted.`,
      );
    }
    if (this.#provider.isExpired(invitation)) {
      throw new AwsError(
        'ResourceShareInvitationExpiredException',
        `The invitation ${invitation.arn} has expired.`,
      );
    }
  }

  #getShares(
    input: Paged & {
      resourceOwner: string;
      resourceShareArns?: string[];
      resourceShareStatus?: string;
      name?: string;
    },
    caller: Caller,
  ) {
    refuseUnknown('GetResourceShares', input, [
      'resourceOwner',
      'resourceShareArns',
      'resourceShareStatus',
      'name',
    ]);
    const { resourceShareArns: arns, name, resourceShareStatus } = input;
    const shares = this.#shares(input.resourceOwner, caller);
    checkShares(arns, shares);
    const wanted = shares.filter(
      ({ shareArn, shareName }) =>
        (!arns?.length || arns.includes(shareArn)) &&
        (name === undefined || name === shareName) &&
        (resourceShareStatus === undefined || resourceShareStatus === 'ACTIVE'),
    );
    const { items, nextToken } = page(wanted, `shares-${input.resourceOwner}`, input);
    return { resourceShares: items.map(shareView), nextToken };
  }

  #listResources(
    input: Paged & {
      resourceOwner: string;
      resourceType?: string;
      resourceArns?: string[];
      resourceShareArns?: string[];
      resourceRegionScope?: string;
    },
    caller: Caller,
  ) {
    refuseUnknown('ListResources', input, [
      'resourceOwner',
      'resourceType',
      'resourceArns',
      'resourceShareArns',
      'resourceRegionScope',
    ]);
    const { resourceArns: arns, resourceShareArns: shareArns, resourceType, resourceRegionScope } = input;
    if (resourceType !== undefined && !/^[\w-]+:[\w-]+$/.test(resourceType)) {
      throw new AwsError('InvalidResourceTypeException', `${resourceType} is not a type of resource.`);
    }
    const shares = this.#shares(input.resourceOwner, caller);
    checkShares(shareArns, shares);
    const held = shares.flatMap(({ shareArn, resources }) =>
      resources.map((resource) => ({ shareArn, ...resource })),
    );
    const wanted = held.filter(
      ({ shareArn, arn, type }) =>
        (!shareArns?.length || shareArns.includes(shareArn)) &&
        (!arns?.length || arns.includes(arn)) &&
        (resourceType === undefined || resourceType === type) &&
        resourceRegionScope !== 'GLOBAL',
    );
    const { items, nextToken } = page(wanted, `resources-${input.resourceOwner}`, input);
    return { resources: items.map(resourceView), nextToken };
  }

  #shares(resourceOwner: string, caller: Caller): Share[] {
    const { accountId, region } = caller;
    switch (resourceOwner) {
      case 'SELF':
      case 'OTHER-ACCOUNTS': {
        const offered =
          resourceOwner === 'SELF'
            ? this.#provider.sharesOf(accountId, region)
            : this.#provider.sharesWith(accountId, region).map(({ share }) => share);
        const networks = this.#networkShares?.list(resourceOwner, caller) ?? [];
        return [...offered.map(shareOfOffer), ...networks.map(shareOfNetworks)];
      }
      default:
        throw new AwsError('InvalidParameterException', 'resourceOwner is SELF or OTHER-ACCOUNTS.');
    }
  }

  #invitationView(invitation: Invitation, share: OfferedShare) {
    return {
      resourceShareInvitationArn: invitation.arn,
      resourceShareName: share.shareName,
      resourceShareArn: share.shareArn,
      senderAccountId: ownerOf(share.shareArn),
      receiverAccountId: invitation.accountId,
      invitationTimestamp: new Date(invitation.invitedAt),
      status: this.#statusOf(invitation),
    };
  }

  #statusOf(invitation: Invitation): 'ACCEPTED' | 'EXPIRED' | 'PENDING' {
    if (invitation.acceptedAt !== undefined) return 'ACCEPTED';
    return this.#provider.isExpired(invitation) ? 'EXPIRED' : 'PENDING';
  }
}

function shareOfOffer(offered: OfferedShare): Share {
  const { shareArn, shareName, resourceConfigurationArn: arn, others = [] } = offered;
  return { shareArn, shareName, resources: [{ arn, type: RESOURCE_TYPE }, ...others] };
}

function shareOfNetworks({ arn, name, networkArns }: NetworkShare): Share {
  return {
    shareArn: arn,
    shareName: name,
    resources: networkArns.map((one) => ({ arn: one, type: isSubnetArn(one) ? SUBNET_TYPE : NETWORK_TYPE })),
  };
}

function shareView({ shareArn, shareName }: Share) {
  return {
    resourceShareArn: shareArn,
    name: shareName,
    owningAccountId: ownerOf(shareArn),
    allowExternalPrincipals: true,
    status: 'ACTIVE',
    featureSet: 'STANDARD',
  };
}

function resourceView({ shareArn, arn, type }: { shareArn: string; arn: string; type: string }) {
  return {
    arn,
    type,
    resourceShareArn: shareArn,
    status: 'AVAILABLE',
    resourceRegionScope: 'REGIONAL',
  };
}

function page<T>(
  all: readonly T[],
  listing: string,
  { nextToken, maxResults }: Paged,
  invalidMaxResults = 'InvalidParameterException',
): Page<T> {
  if (maxResults !== undefined && (maxResults < 1 || maxResults > 500)) {
    throw new AwsError(invalidMaxResults, 'maxResults is a number from 1 to 500.');
  }
  const limit = maxResults ?? 100;
  return pageOf(all, { listing, limit, token: nextToken, invalidToken: 'InvalidNextTokenException' });
}

/** A filter that is left out of account would answer with too much. */
function refuseUnknown(action: string, input: object, known: string[]): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || known.includes(member) || member === 'nextToken' || member === 'maxResults')
      continue;
    throw new AwsError('UnknownOperationException', `The local cloud does not know ${action}'s ${member}.`);
  }
}

/** A share that the account does not see is not there for it. */
function checkShares(arns: readonly string[] | undefined, visible: readonly { shareArn: string }[]): void {
  for (const arn of arns ?? []) {
    checkArn(arn, 'resource-share');
    if (!visible.some(({ shareArn }) => shareArn === arn)) {
      throw new AwsError('UnknownResourceException', `ResourceShare ${arn} could not be found.`);
    }
  }
}

function unknownInvitation(arn: string): AwsError {
  return new AwsError(
    'ResourceShareInvitationArnNotFoundException',
    `ResourceShareInvitation ${arn} could not be found.`,
  );
}

function checkArn(arn: unknown, type: string): void {
  const parts = /^arn:[\w-]+:ram:[\w-]+:\d{12}:([\w-]+)\/[\w-]+$/.exec(String(arn));
  if (parts?.[1] !== type) throw new AwsError('MalformedArnException', `${arn} is not the ARN of a ${type}.`);
}

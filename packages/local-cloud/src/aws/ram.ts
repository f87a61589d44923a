import { onResource, withoutResources } from './authorization/need.ts';
import { type Page, pageOf } from './pages.ts';
import { type Invitation, type OfferedShare, ownerOf, type ProviderSide } from './provider.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/** What the provider shares is of this type (VPC Lattice, shareable resources). */
const RESOURCE_TYPE = 'vpc-lattice:ResourceConfiguration';

interface Paged {
  nextToken?: string;
  maxResults?: number;
}

/**
 * AWS Resource Access Manager as the consumers of the provider's shares see it. Shares belong to a Region, and
 * only what the provider offers is shared.
 */
export class Ram implements AwsService {
  readonly signingName = 'ram';
  readonly #provider: ProviderSide;
  /** The invitation that was accepted under a client token, by account, Region and token. */
  readonly #tokens = new Map<string, string>();

  constructor(options: { provider: ProviderSide }) {
    this.#provider = options.provider;
  }

  readonly actions: Record<string, Action> = {
    GetResourceShareInvitations: (input, caller) => this.#getInvitations(input, caller),
    AcceptResourceShareInvitation: (input, caller) => this.#accept(input, caller),
    GetResourceShares: (input, caller) => this.#getShares(input, caller),
    ListResources: (input, caller) => this.#listResources(input, caller),
  };

  readonly needs = {
    ...withoutResources('ram', 'GetResourceShareInvitations', 'GetResourceShares', 'ListResources'),
    ...onResource('ram', ['AcceptResourceShareInvitation'], ({ resourceShareInvitationArn }) => ({
      resource: resourceShareInvitationArn,
      context: { 'ram:ShareOwnerAccountId': ownerOf(resourceShareInvitationArn) },
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
    checkArn(arn, 'resource-share-invitation');
    const token = clientToken && `${caller.accountId}/${caller.region}/${clientToken}`;
    const before = token ? this.#tokens.get(token) : undefined;
    if (before !== undefined && before !== arn) {
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The client token was used with other parameters before.',
      );
    }
    const found = this.#provider
      .invitationsTo(caller.accountId, caller.region)
      .find(({ invitation }) => invitation.arn === arn);
    if (!found) throw unknownInvitation(arn);
    const { invitation, share } = found;
    if (before === undefined) {
      this.#checkPending(invitation);
      this.#provider.accept(invitation);
      if (token) this.#tokens.set(token, arn);
    }
    return { resourceShareInvitation: this.#invitationView(invitation, share), clientToken };
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
    const wanted = shares.filter(
      ({ shareArn, resourceConfigurationArn }) =>
        (!shareArns?.length || shareArns.includes(shareArn)) &&
        (!arns?.length || arns.includes(resourceConfigurationArn)) &&
        (resourceType === undefined || resourceType === RESOURCE_TYPE) &&
        resourceRegionScope !== 'GLOBAL',
    );
    const { items, nextToken } = page(wanted, `resources-${input.resourceOwner}`, input);
    return { resources: items.map(resourceView), nextToken };
  }

  #shares(resourceOwner: string, { accountId, region }: Caller): OfferedShare[] {
    switch (resourceOwner) {
      case 'SELF':
        return this.#provider.sharesOf(accountId, region);
      case 'OTHER-ACCOUNTS':
        return this.#provider.sharesWith(accountId, region).map(({ share }) => share);
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

function shareView(share: OfferedShare) {
  return {
    resourceShareArn: share.shareArn,
    name: share.shareName,
    owningAccountId: ownerOf(share.shareArn),
    allowExternalPrincipals: true,
    status: 'ACTIVE',
    featureSet: 'STANDARD',
  };
}

function resourceView(share: OfferedShare) {
  return {
    arn: share.resourceConfigurationArn,
    type: RESOURCE_TYPE,
    resourceShareArn: share.shareArn,
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
function checkShares(arns: readonly string[] | undefined, visible: readonly OfferedShare[]): void {
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

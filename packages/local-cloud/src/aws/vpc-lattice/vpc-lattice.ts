import { requestedTags, resourceTags, withoutResources } from '../authorization/need.ts';
import { partitionOf } from '../iam/roles.ts';
import { acceptOnly } from '../members.ts';
import { pageOf } from '../pages.ts';
import type { OfferedShare, ProviderSide } from '../provider.ts';
import { type Action, AwsError, type AwsService, type Caller } from '../service.ts';
import type { ResourceAssociation, ServiceNetwork, ServiceNetworks } from './service-networks.ts';

interface CreateAssociationInput {
  clientToken?: string;
  resourceConfigurationIdentifier: string;
  serviceNetworkIdentifier: string;
  privateDnsEnabled?: boolean;
  tags?: Record<string, string>;
}

interface ListAssociationsInput {
  serviceNetworkIdentifier?: string;
  resourceConfigurationIdentifier?: string;
  maxResults?: number;
  nextToken?: string;
}

const INVALID = 'ValidationException';

/** The part of VPC Lattice by which resource configurations of a provider are reached through service networks. */
export class VpcLattice implements AwsService {
  readonly signingName = 'vpc-lattice';
  readonly #networks: ServiceNetworks;
  readonly #provider: ProviderSide;
  /** What was made under a client token, by account, Region and token. */
  readonly #tokens = new Map<string, { request: string; id: string }>();

  constructor(options: { networks: ServiceNetworks; provider: ProviderSide }) {
    this.#networks = options.networks;
    this.#provider = options.provider;
  }

  readonly actions: Record<string, Action> = {
    CreateServiceNetwork: (input, caller) => this.#createNetwork(input, caller),
    DeleteServiceNetwork: ({ serviceNetworkIdentifier }, caller) => {
      const network = this.#network(serviceNetworkIdentifier, caller);
      requireOwn(network.accountId, caller);
      if (this.#networks.isUsed(network)) {
        throw conflict(`Service network ${network.id} has associations.`);
      }
      this.#networks.networks.delete(network.arn);
      return {};
    },
    GetServiceNetwork: ({ serviceNetworkIdentifier }, caller) =>
      networkView(this.#network(serviceNetworkIdentifier, caller)),
    GetResourceConfiguration: ({ resourceConfigurationIdentifier }, caller) =>
      configurationView(this.#shown(resourceConfigurationIdentifier, caller)),
    CreateServiceNetworkResourceAssociation: (input, caller) => this.#associate(input, caller),
    GetServiceNetworkResourceAssociation: ({ serviceNetworkResourceAssociationIdentifier }, caller) =>
      this.#view(this.#association(serviceNetworkResourceAssociationIdentifier, caller)),
    ListServiceNetworkResourceAssociations: (input, caller) => this.#list(input, caller),
    DeleteServiceNetworkResourceAssociation: ({ serviceNetworkResourceAssociationIdentifier }, caller) => {
      const association = this.#association(serviceNetworkResourceAssociationIdentifier, caller);
      this.#networks.end(association);
      return { id: association.id, arn: association.arn, status: this.#networks.statusOf(association) };
    },
    ListTagsForResource: ({ resourceArn }, caller) => ({
      tags: Object.fromEntries(this.#tagged(resourceArn, caller).tags),
    }),
  };

  readonly needs = {
    ...withoutResources('vpc-lattice', 'ListServiceNetworkResourceAssociations'),
    CreateServiceNetwork: (input: { tags?: Record<string, string> }, caller: Caller) =>
      creating('CreateServiceNetwork', [arnOf('servicenetwork', '*', caller)], input.tags, {}),
    DeleteServiceNetwork: (input: { serviceNetworkIdentifier: string }, caller: Caller) => [
      this.#needOfNetwork('DeleteServiceNetwork', input, caller),
    ],
    GetServiceNetwork: (input: { serviceNetworkIdentifier: string }, caller: Caller) => [
      this.#needOfNetwork('GetServiceNetwork', input, caller),
    ],
    GetResourceConfiguration: (input: { resourceConfigurationIdentifier: string }, caller: Caller) => [
      {
        action: 'vpc-lattice:GetResourceConfiguration',
        resource: arnOf('resourceconfiguration', input.resourceConfigurationIdentifier, caller),
      },
    ],
    CreateServiceNetworkResourceAssociation: (input: CreateAssociationInput, caller: Caller) => {
      const configuration = arnOf('resourceconfiguration', input.resourceConfigurationIdentifier, caller);
      const network = arnOf('servicenetwork', input.serviceNetworkIdentifier, caller);
      return creating(
        'CreateServiceNetworkResourceAssociation',
        [arnOf('servicenetworkresourceassociation', '*', caller), configuration, network],
        input.tags,
        { 'vpc-lattice:ResourceConfigurationArn': configuration, 'vpc-lattice:ServiceNetworkArn': network },
      );
    },
    GetServiceNetworkResourceAssociation: (input: AssociationIdentifier, caller: Caller) => [
      this.#needOfAssociation('GetServiceNetworkResourceAssociation', input, caller),
    ],
    DeleteServiceNetworkResourceAssociation: (input: AssociationIdentifier, caller: Caller) => [
      this.#needOfAssociation('DeleteServiceNetworkResourceAssociation', input, caller),
    ],
    ListTagsForResource: ({ resourceArn }: { resourceArn: string }) => [
      { action: 'vpc-lattice:ListTagsForResource', resource: resourceArn },
    ],
  };

  #needOfNetwork(action: string, input: { serviceNetworkIdentifier: string }, caller: Caller) {
    const resource = arnOf('servicenetwork', input.serviceNetworkIdentifier, caller);
    const tags = this.#networks.networks.get(resource)?.tags ?? [];
    return { action: `vpc-lattice:${action}`, resource, context: resourceTags(tags) };
  }

  #needOfAssociation(action: string, input: AssociationIdentifier, caller: Caller) {
    const id = input.serviceNetworkResourceAssociationIdentifier;
    const resource = arnOf('servicenetworkresourceassociation', id, caller);
    const found = this.#networks.associations().find(({ arn }) => arn === resource);
    const context = found && {
      ...resourceTags(found.tags),
      'vpc-lattice:ResourceConfigurationArn': found.resourceConfigurationArn,
      'vpc-lattice:ServiceNetworkArn': found.network.arn,
    };
    return { action: `vpc-lattice:${action}`, resource, ...(context && { context }) };
  }

  #createNetwork(
    input: {
      name: string;
      authType?: string;
      sharingConfig?: { enabled?: boolean };
      tags?: Record<string, string>;
    },
    caller: Caller,
  ) {
    acceptOnly(input, ['name', 'authType', 'sharingConfig', 'tags', 'clientToken'], INVALID);
    const { name, authType = 'NONE', sharingConfig, tags = {} } = input;
    if (authType !== 'NONE') throw new AwsError(INVALID, 'The local cloud has no auth policies.');
    if (!/^(?!servicenetwork-)(?![-])(?!.*[-]$)(?!.*[-]{2})[a-z0-9-]{3,63}$/.test(name)) {
      throw new AwsError(INVALID, `${name} is not the name of a service network.`);
    }
    const { accountId, region } = caller;
    const taken = [...this.#networks.networks.values()].some(
      (one) => one.name === name && one.accountId === accountId && one.region === region,
    );
    if (taken) throw conflict(`Service network ${name} already exists.`);
    const isShareable = sharingConfig?.enabled ?? true;
    const network = this.#networks.create(
      { name, accountId, region, isShareable, tags: new Map(Object.entries(tags)) },
      partitionOf(region),
    );
    const { createdAt: _, ...view } = networkView(network);
    return { ...view, authType };
  }

  #associate(input: CreateAssociationInput, caller: Caller) {
    const { clientToken, ...request } = input;
    const token = clientToken && `${caller.accountId}/${caller.region}/${clientToken}`;
    const before = token ? this.#tokens.get(token) : undefined;
    const text = JSON.stringify(request);
    if (before && before.request !== text) {
      throw conflict('The client token was used with other parameters before.');
    }
    const known = before && this.#networks.associations().find(({ id }) => id === before.id);
    if (known) return this.#summary(known);
    const network = this.#network(input.serviceNetworkIdentifier, caller);
    const share = this.#configuration(input.resourceConfigurationIdentifier, caller);
    const { resourceConfigurationArn } = share;
    if (network.isShareable && share.allowAssociationToShareableServiceNetwork === false) {
      throw new AwsError(
        INVALID,
        `${resourceConfigurationArn} cannot be associated with a service network that may be shared.`,
      );
    }
    const there = this.#networks
      .associations()
      .find((one) => one.network === network && one.resourceConfigurationArn === resourceConfigurationArn);
    if (there) throw conflict(`${resourceConfigurationArn} is associated with ${network.id} already.`);
    const made = this.#networks.associate({
      network,
      resourceConfigurationArn,
      createdBy: caller.accountId,
      privateDns: input.privateDnsEnabled ?? false,
      tags: new Map(Object.entries(input.tags ?? {})),
    });
    if (token) this.#tokens.set(token, { request: text, id: made.id });
    return this.#summary(made);
  }

  #list(input: ListAssociationsInput, caller: Caller) {
    acceptOnly(
      input,
      ['serviceNetworkIdentifier', 'resourceConfigurationIdentifier', 'maxResults', 'nextToken'],
      INVALID,
    );
    const { serviceNetworkIdentifier: wantedNetwork, resourceConfigurationIdentifier: wantedConfiguration } =
      input;
    if (wantedNetwork === undefined && wantedConfiguration === undefined) {
      throw new AwsError(INVALID, 'A service network or a resource configuration is needed.');
    }
    const network = wantedNetwork === undefined ? undefined : this.#network(wantedNetwork, caller);
    const configuration = wantedConfiguration && arnOf('resourceconfiguration', wantedConfiguration, caller);
    const wanted = this.#networks
      .associations()
      .filter(
        (association) =>
          (!network || association.network === network) &&
          (!configuration || association.resourceConfigurationArn === configuration) &&
          isPartyTo(association, caller),
      );
    const { items, nextToken } = pageOf(wanted, {
      listing: `associations-${wantedNetwork}-${wantedConfiguration}`,
      limit: input.maxResults ?? 100,
      most: 100,
      token: input.nextToken,
      invalidToken: INVALID,
    });
    return { items: items.map((association) => this.#view(association)), nextToken };
  }

  #summary(association: ResourceAssociation) {
    const { id, arn, createdBy, privateDns } = association;
    return {
      id,
      arn,
      createdBy,
      privateDnsEnabled: privateDns,
      status: this.#networks.statusOf(association),
    };
  }

  #view(association: ResourceAssociation) {
    const { network, resourceConfigurationArn, createdAt } = association;
    const share = this.#provider.shareHolding(resourceConfigurationArn);
    return {
      ...this.#summary(association),
      createdAt: new Date(createdAt),
      resourceConfigurationId: idIn(resourceConfigurationArn),
      resourceConfigurationArn,
      resourceConfigurationName: share?.shareName,
      serviceNetworkId: network.id,
      serviceNetworkArn: network.arn,
      serviceNetworkName: network.name,
      isManagedAssociation: false,
    };
  }

  #network(identifier: string, caller: Caller): ServiceNetwork {
    const arn = arnOf('servicenetwork', identifier, caller);
    const network = this.#networks.visibleTo(caller.accountId, caller.region, arn);
    if (!network) throw notFound('Service network', identifier);
    return network;
  }

  #configuration(identifier: string, caller: Caller): OfferedShare {
    const arn = arnOf('resourceconfiguration', identifier, caller);
    const share = this.#provider.usableShare(arn, caller.accountId, caller.region);
    if (!share) throw notFound('Resource configuration', identifier);
    return share;
  }

  /** The same for who only looks, which may see a share that was accepted just now, or not be let in to it yet. */
  #shown(identifier: string, caller: Caller): OfferedShare {
    const { fresh } = this.#networks.ways;
    const arn = arnOf('resourceconfiguration', identifier, caller);
    const accepted = this.#provider
      .sharesWith(caller.accountId, caller.region)
      .find(({ share }) => share.resourceConfigurationArn === arn)?.share;
    const isUsable = this.#provider.usableShare(arn, caller.accountId, caller.region) !== undefined;
    if (accepted && !isUsable && fresh === 'seen') return accepted;
    if (accepted && !isUsable && fresh === 'denied') {
      throw new AwsError('AccessDeniedException', `Account ${caller.accountId} may not see ${arn}.`, 403);
    }
    return this.#configuration(identifier, caller);
  }

  #association(identifier: string, caller: Caller): ResourceAssociation {
    const arn = arnOf('servicenetworkresourceassociation', identifier, caller);
    const found = this.#networks.associations().find((one) => one.arn === arn && isPartyTo(one, caller));
    if (!found) throw notFound('Association', identifier);
    return found;
  }

  #tagged(arn: string, caller: Caller): { tags: Map<string, string> } {
    const network = this.#networks.visibleTo(caller.accountId, caller.region, arn);
    const found =
      network ?? this.#networks.associations().find((one) => one.arn === arn && isPartyTo(one, caller));
    if (!found) throw notFound('Resource', arn);
    return found;
  }
}

interface AssociationIdentifier {
  serviceNetworkResourceAssociationIdentifier: string;
}

/** What a creation needs, and the tagging that goes with it. */
function creating(
  action: string,
  resources: string[],
  tags: Record<string, string> | undefined,
  context: Record<string, string>,
) {
  const keys = requestedTags(Object.entries(tags ?? {}));
  const needs = resources.map((resource) => ({
    action: `vpc-lattice:${action}`,
    resource,
    context: { ...keys, ...context },
  }));
  if (Object.keys(tags ?? {}).length === 0) return needs;
  const tagging = { ...keys, 'vpc-lattice:CreateAction': action };
  return [...needs, { action: 'vpc-lattice:TagResource', resource: resources[0]!, context: tagging }];
}

/** An association is seen by who has made it and by who owns the network. */
function isPartyTo({ createdBy, network }: ResourceAssociation, { accountId, region }: Caller): boolean {
  return network.region === region && (createdBy === accountId || network.accountId === accountId);
}

function networkView(network: ServiceNetwork) {
  const { id, arn, name, createdAt, isShareable } = network;
  return {
    id,
    arn,
    name,
    createdAt: new Date(createdAt),
    sharingConfig: { enabled: isShareable },
    authType: 'NONE',
  };
}

function configurationView(share: OfferedShare) {
  const { resourceConfigurationArn: arn, shareName: name } = share;
  const allowAssociationToShareableServiceNetwork = share.allowAssociationToShareableServiceNetwork ?? true;
  return {
    id: idIn(arn),
    arn,
    name,
    type: 'GROUP',
    status: 'ACTIVE',
    allowAssociationToShareableServiceNetwork,
  };
}

/** An id is one of the caller's account; what belongs to another one is named by its ARN. */
function arnOf(type: string, identifier: string, { accountId, region }: Caller): string {
  if (String(identifier).startsWith('arn:')) return identifier;
  return `arn:${partitionOf(region)}:vpc-lattice:${region}:${accountId}:${type}/${identifier}`;
}

function idIn(arn: string): string {
  return arn.split('/').at(-1)!;
}

function requireOwn(accountId: string, caller: Caller): void {
  if (accountId === caller.accountId) return;
  throw new AwsError('AccessDeniedException', `Account ${caller.accountId} does not own it.`, 403);
}

function notFound(kind: string, identifier: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${kind} ${identifier} not found`, 404);
}

function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message, 409);
}

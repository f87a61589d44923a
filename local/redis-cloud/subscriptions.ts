import type { Contract } from './contract.ts';
import { HttpFailure, TaskFailure } from './failures.ts';
import type { SubscriptionOffer } from './options.ts';
import type { PrivateLink } from './private-link.ts';
import type { TaskOperation } from './routes.ts';

/** What can have a PrivateLink: a subscription, or one region of an Active-Active subscription. */
export interface SubscriptionRegion {
  readonly offer: SubscriptionOffer;
  link: PrivateLink | undefined;
  /** PrivateLinks that it has had so far. */
  generation: number;
  /** Reads so far that found no PrivateLink. */
  noneReads: number;
}

/** A subscription of the account. */
export class Subscription {
  readonly id: number;
  readonly contract: Contract;
  readonly activeActive: boolean;
  /** Whether a change is accepted and not finished: then the subscription is not active. */
  changing = false;
  readonly regions: SubscriptionRegion[];

  constructor(offers: [SubscriptionOffer, ...SubscriptionOffer[]]) {
    this.id = offers[0].subscriptionId;
    this.contract = offers[0].contract;
    this.activeActive = offers[0].regionId !== undefined;
    this.regions = offers.map((offer) => ({ offer, link: undefined, generation: 0, noneReads: 0 }));
  }

  /** @throws HttpFailure 404 for a region that does not exist, or has no database yet */
  region(regionId: number | undefined): SubscriptionRegion {
    const region = this.#existing().find(({ offer }) => offer.regionId === regionId);
    if (!region) throw new HttpFailure(404);
    return region;
  }

  /** What `GET /subscriptions/{id}` answers. */
  describe(baseUrl: string): Record<string, unknown> {
    const databases = new Set(
      this.regions.flatMap(({ offer }) => offer.databases.map(({ databaseId }) => databaseId)),
    );
    return {
      id: this.id,
      name: `subscription-${this.id}`,
      status: this.changing ? 'pending' : 'active',
      deploymentType: this.activeActive ? 'active-active' : 'single-region',
      numberOfDatabases: databases.size,
      cloudDetails: [
        {
          provider: 'AWS',
          cloudAccountId: 1,
          regions: this.regions.map(({ offer: { region } }) => ({ region })),
        },
      ],
      links: [self(`${baseUrl}/subscriptions/${this.id}`)],
    };
  }

  /**
   * What `GET /subscriptions/{id}/regions` answers.
   *
   * @throws HttpFailure 404 unless the subscription is Active-Active
   */
  describeRegions(baseUrl: string): Record<string, unknown> {
    if (!this.activeActive) throw new HttpFailure(404);
    return {
      subscriptionId: this.id,
      regions: this.#existing().map(({ offer: { regionId, region, databases } }) => ({
        regionId,
        region,
        databases: databases.map(({ databaseId }) => ({
          databaseId,
          databaseName: `database-${databaseId}`,
          links: [],
        })),
        links: [],
      })),
      links: [self(`${baseUrl}/subscriptions/${this.id}/regions`)],
    };
  }

  #existing(): SubscriptionRegion[] {
    return this.regions.filter(({ offer }) => !this.activeActive || offer.databases.length > 0);
  }
}

function self(href: string): { rel: string; href: string; type: string } {
  return { rel: 'self', href, type: 'GET' };
}

/** @throws Error if the offers contradict one another */
export function buildSubscriptions(offers: SubscriptionOffer[]): Map<number, Subscription> {
  const subscriptions = new Map<number, Subscription>();
  for (const [id, [first, ...others]] of Map.groupBy(offers, ({ subscriptionId }) => subscriptionId)) {
    const all: [SubscriptionOffer, ...SubscriptionOffer[]] = [first!, ...others];
    const regionIds = new Set(all.map(({ regionId }) => regionId));
    const twice = regionIds.size < all.length;
    const mixed = regionIds.has(undefined) && all.length > 1;
    if (twice || mixed) {
      throw new Error(`Subscription ${id} is listed more than once: each entry needs a regionId of its own.`);
    }
    if (all.some(({ contract }) => contract !== first!.contract)) {
      throw new Error(`The regions of subscription ${id} name different contracts.`);
    }
    subscriptions.set(id, new Subscription(all));
  }
  return subscriptions;
}

// The published document has a code for each operation and direction, in several styles. It has none for the
// endpoint script, which is a read, too.
const kindCodes: Record<TaskOperation, { regionalOnly: string; standardOnly: string }> = {
  getPrivateLink: {
    regionalOnly: 'PRIVATE_LINK_GET_A_FLEXIBLE_SUBSCRIPTION_PRIVATE_LINK',
    standardOnly: 'PRIVATE_LINK_GET_AN_ACTIVE_ACTIVE_SUBSCRIPTION_PRIVATE_LINK',
  },
  getEndpointScript: {
    regionalOnly: 'PRIVATE_LINK_GET_A_FLEXIBLE_SUBSCRIPTION_PRIVATE_LINK',
    standardOnly: 'PRIVATE_LINK_GET_AN_ACTIVE_ACTIVE_SUBSCRIPTION_PRIVATE_LINK',
  },
  createPrivateLink: {
    regionalOnly: 'PRIVATE_LINK_CREATE_A_FLEXIBLE_SUBSCRIPTION_PRIVATE_LINK',
    standardOnly: 'PRIVATE_LINK_CREATE_AN_ACTIVE_ACTIVE_SUBSCRIPTION_PRIVATE_LINK',
  },
  deletePrivateLink: {
    regionalOnly: 'PRIVATE_LINK_DELETING_A_FLEXIBLE_SUBSCRIPTION_PRIVATE_LINK',
    standardOnly: 'PRIVATE_LINK_DELETING_AN_ACTIVE_ACTIVE_SUBSCRIPTION_PRIVATE_LINK',
  },
  addPrincipal: {
    regionalOnly: 'PRIVATE_LINK_CREATING_PRINCIPLES',
    standardOnly: 'PRIVATE_LINK_CREATING_PRINCIPLES',
  },
  removePrincipal: {
    regionalOnly: 'PRIVATE_LINK_DELETING_A_FLEXIBLE_SUBSCRIPTION_PRINCIPALS',
    standardOnly: 'PRIVATE_LINK_DELETING_AN_ACTIVE_ACTIVE_SUBSCRIPTION_PRINCIPALS',
  },
  disassociateConnections: {
    regionalOnly: 'PRIVATE_LINK_DISASSOCIATE_CONNECTIONS_A_FLEXIBLE_SUBSCRIPTION_PRIVATE_LINK',
    standardOnly: 'PRIVATE_LINK_DISASSOCIATE_CONNECTIONS_AN_ACTIVE_ACTIVE_SUBSCRIPTION_PRIVATE_LINK',
  },
};

/**
 * Why a subscription refuses the path: a standard path leads to an Active-Active subscription, or a regional path
 * to a standard one.
 */
export function refusalOfKind(
  operation: TaskOperation,
  subscription: Subscription,
  regional: boolean,
): TaskFailure | undefined {
  if (subscription.activeActive === regional) return undefined;
  const { regionalOnly, standardOnly } = kindCodes[operation];
  const code = subscription.activeActive
    ? `${regionalOnly}_IS_NOT_ALLOWED_WITH_AN_ACTIVE_ACTIVE_SUBSCRIPTION`
    : `${standardOnly}_IS_NOT_ALLOWED_WITH_A_SINGLE_REGION_SUBSCRIPTION`;
  return new TaskFailure(code, `Subscription ${subscription.id} is of the other kind.`);
}

const commands: Record<TaskOperation, string> = {
  getPrivateLink: 'GetRequest',
  createPrivateLink: 'CreateRequest',
  deletePrivateLink: 'DeleteRequest',
  addPrincipal: 'PrincipalsCreateRequest',
  removePrincipal: 'PrincipalsDeleteRequest',
  disassociateConnections: 'ConnectionsDisassociateRequest',
  getEndpointScript: 'EndpointScriptGetRequest',
};

/** A task's command type. Only that of the read, `privateLinkGetRequest`, is known; the others follow it. */
export function commandType(operation: TaskOperation, regional: boolean): string {
  return `privateLink${regional ? 'ActiveActive' : ''}${commands[operation]}`;
}

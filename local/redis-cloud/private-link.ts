import type { ProviderConnection } from 'local-cloud';
import { TaskFailure } from './failures.ts';
import type { Offering } from './offering.ts';
import type { SubscriptionOffer } from './options.ts';
import type { Principal } from './principals.ts';
import type { ConnectionRequest } from './requests.ts';

/** One PrivateLink, from the end of its creation until it is gone. */
export class PrivateLink {
  status: 'initializing' | 'active' | 'deleting' = 'initializing';
  /** While it is initialised, reads before this time complete with an empty resource. */
  readonly visibleFrom: number;
  readonly #offer: SubscriptionOffer;
  readonly #offering: Offering;
  readonly #shareName: string | undefined;
  readonly #principals = new Map<string, Principal>();
  readonly #leaving = new Set<string>();
  /** Endpoints that were seen connected and whose connection was not cut since. */
  #connected = new Set<string>();
  /** Endpoints whose connection Redis Cloud has cut. */
  readonly #cut = new Set<string>();
  /** Endpoints that were deleted while connected. */
  readonly #orphans = new Set<string>();

  constructor(link: {
    offer: SubscriptionOffer;
    offering: Offering;
    shareName?: string;
    first?: Principal;
    visibleFrom: number;
  }) {
    this.#offer = link.offer;
    this.#offering = link.offering;
    this.#shareName = link.shareName;
    this.visibleFrom = link.visibleFrom;
    if (link.first) this.#principals.set(link.first.principal, link.first);
  }

  /** Provisioning is over: AWS can see it. */
  activate(): void {
    this.status = 'active';
    this.#offering.open();
    for (const { accountId } of this.#principals.values()) this.#offering.admit(accountId);
  }

  /** @throws TaskFailure PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS, for a disassociated one, too */
  admit(principal: Principal): void {
    if (this.#principals.has(principal.principal)) {
      throw new TaskFailure('PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', 'The principal has been added already.');
    }
    this.#principals.set(principal.principal, principal);
    this.#offering.admit(principal.accountId);
  }

  /**
   * The principals lose access at once, and stay listed as `disassociating` until {@link drop}.
   *
   * @throws TaskFailure PRIVATE_LINK_PRINCIPAL_NOT_FOUND if one of them is not there; then none is removed
   */
  expel(names: string[]): void {
    const leaving = names.map((name) => {
      const principal = this.#principals.get(name);
      if (!principal) {
        throw new TaskFailure('PRIVATE_LINK_PRINCIPAL_NOT_FOUND', 'The principal does not exist.');
      }
      return principal;
    });
    const before = this.#observe();
    for (const { principal } of leaving) this.#leaving.add(principal);
    const staying = [...this.#principals.values()].filter(({ principal }) => !this.#leaving.has(principal));
    for (const accountId of new Set(leaving.map((principal) => principal.accountId))) {
      if (staying.some((principal) => principal.accountId === accountId)) continue;
      this.#offering.expel(accountId);
      if (!this.#offering.expelCuts) continue;
      for (const connection of before) if (connection.accountId === accountId) this.#forget(connection);
    }
  }

  /** The principals are gone. */
  drop(names: string[]): void {
    for (const name of names) {
      this.#principals.delete(name);
      this.#leaving.delete(name);
    }
  }

  /**
   * @throws TaskFailure PRIVATE_LINK_SERVICE_ERROR if a connection is not there; then none is cut. Which code
   *   the real server gives is not published.
   */
  disassociate(requests: ConnectionRequest[]): void {
    const connections = this.#observe();
    const found = requests.map(({ id, connectionId, accountId }) => {
      const connection = connections.find(
        (candidate) =>
          this.#offering.idOf(candidate) === id &&
          (connectionId === undefined || candidate.connectionId === connectionId) &&
          (accountId === undefined || candidate.accountId === accountId),
      );
      if (!connection) throw new TaskFailure('PRIVATE_LINK_SERVICE_ERROR', 'No such connection.', 404);
      return connection;
    });
    for (const connection of found) {
      this.#offering.cut(connection);
      this.#forget(connection);
    }
  }

  /**
   * AWS loses sight of it at once; it stays readable as `deleting`.
   *
   * @throws TaskFailure PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK while it has
   *   principals; GENERAL_ERROR if an endpoint was deleted while connected and `orphansBlock` is set
   */
  delete(orphansBlock: boolean): void {
    if (this.#principals.size > 0) {
      throw new TaskFailure(
        'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK',
        'The PrivateLink still has principals.',
      );
    }
    this.#observe();
    if (orphansBlock && this.#orphans.size > 0) {
      throw new TaskFailure('GENERAL_ERROR', 'An unexpected error occurred.');
    }
    this.#offering.close();
    this.status = 'deleting';
  }

  /** What a read completes with. */
  read(): Record<string, unknown> {
    const connections = this.#observe();
    const share = this.#offer.contract === 'resource-share';
    return {
      status: this.status,
      principals: [...this.#principals.values()].map((principal) => ({
        principal: principal.principal,
        status: this.#statusOf(principal),
        ...(principal.alias !== undefined && { alias: principal.alias }),
        ...(share && { type: principal.type }),
      })),
      // Nothing is known of the AWS side before it is there.
      ...(this.status !== 'initializing' && this.#offering.identity()),
      ...(share && { shareName: this.#shareName }),
      connections: connections.map((connection) => this.#offering.describe(connection)),
      ...(share && { databases: this.#databases() }),
      subscriptionId: this.#offer.subscriptionId,
      ...(this.#offer.regionId !== undefined && { regionId: this.#offer.regionId }),
      errorMessage: '',
      links: [],
    };
  }

  /** @throws TaskFailure PRIVATE_LINK_SERVICE_ERROR unless it is active */
  script(): Record<string, unknown> {
    if (this.status !== 'active') {
      throw new TaskFailure('PRIVATE_LINK_SERVICE_ERROR', 'The PrivateLink is not active.', 409);
    }
    return this.#offering.script();
  }

  /** Takes notice of endpoints that came or went since the last look. Returns the connections that stand. */
  #observe(): ProviderConnection[] {
    if (this.status !== 'active') return [];
    const connections = this.#offering
      .connections()
      .filter(({ vpcEndpointId }) => !this.#cut.has(vpcEndpointId));
    const there = new Set(connections.map(({ vpcEndpointId }) => vpcEndpointId));
    for (const endpoint of this.#connected) if (!there.has(endpoint)) this.#orphans.add(endpoint);
    // One that was cut is of no use to anybody: it may be deleted.
    const standing = connections.filter(({ state }) => state !== 'failed' && state !== 'rejected');
    this.#connected = new Set(standing.map(({ vpcEndpointId }) => vpcEndpointId));
    return connections;
  }

  #forget({ vpcEndpointId }: ProviderConnection): void {
    this.#cut.add(vpcEndpointId);
    this.#connected.delete(vpcEndpointId);
  }

  #statusOf({ principal, accountId }: Principal): string {
    if (this.status === 'initializing') return 'initializing';
    return this.#leaving.has(principal) ? 'disassociating' : this.#offering.principalStatus(accountId);
  }

  #databases(): Record<string, unknown>[] {
    if (this.status !== 'active') return [];
    const { subscriptionId, region, databases } = this.#offer;
    return databases.map(({ databaseId, port }) => ({
      databaseId,
      port,
      rlEndpoint: `redis-${port}.internal.c${subscriptionId}.${region}-1.ec2.redns.redis-cloud.com`,
    }));
  }
}

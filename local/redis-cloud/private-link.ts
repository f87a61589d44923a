import { associatedResource, type ProviderConnection } from 'local-cloud';
import { TaskFailure } from './failures.ts';
import type { Offering, ScriptQuery } from './offering.ts';
import type { SubscriptionOffer } from './options.ts';
import type { Principal } from './principals.ts';
import type { ConnectionRequest } from './requests.ts';
import { sharedResources } from './shared-resources.ts';
import type { Ways } from './ways.ts';

const ERROR_MESSAGES = { empty: { errorMessage: '' }, null: { errorMessage: null }, absent: {} };

/** How something is refused that is not there. */
export function absent(ways: Ways, code: string, description: string): TaskFailure {
  return ways['absent-answer'] === 'task-status'
    ? new TaskFailure('PRIVATE_LINK_SERVICE_ERROR', description, 404)
    : new TaskFailure(code, description);
}

/** One PrivateLink, from the end of its creation until it is gone. */
export class PrivateLink {
  status: 'initializing' | 'active' | 'deleting' = 'initializing';
  /** While it is initialised, reads before this time complete with an empty resource. */
  readonly visibleFrom: number;
  readonly #ways: Ways;
  readonly #offer: SubscriptionOffer;
  readonly #offering: Offering;
  readonly #shareName: string | undefined;
  readonly #principals = new Map<string, Principal>();
  /** Since when each one is listed, in milliseconds. */
  readonly #listedFrom = new Map<string, number>();
  readonly #leaving = new Set<string>();
  /** Those that were removed and stay listed. */
  readonly #gone = new Set<string>();
  #scriptReads = 0;
  /** Endpoints that were seen connected and whose connection was not cut since. */
  #connected = new Set<string>();
  /** Endpoints whose connection Redis Cloud has cut. */
  readonly #cut = new Set<string>();
  /** Endpoints that were deleted while connected. */
  readonly #orphans = new Set<string>();

  constructor(link: {
    ways: Ways;
    offer: SubscriptionOffer;
    offering: Offering;
    shareName?: string;
    first?: Principal;
    visibleFrom: number;
  }) {
    this.#ways = link.ways;
    this.#offer = link.offer;
    this.#offering = link.offering;
    this.#shareName = link.shareName;
    this.visibleFrom = link.visibleFrom;
    if (link.first && link.ways['creation-admits'] === 'first-principal')
      this.#principals.set(link.first.principal, link.first);
  }

  /**
   * Provisioning is over: AWS can see it.
   *
   * @param at since when, in milliseconds
   */
  activate(at: number): void {
    this.status = 'active';
    this.#offering.open();
    for (const { accountId } of this.#principals.values()) this.#offering.admit(accountId, at);
  }

  get shareName(): string | undefined {
    return this.#shareName;
  }

  /** Whether there is a principal that can be removed, and that is in the way of its own admission. */
  hasPrincipal(name: string): boolean {
    const principal = this.#principals.get(name);
    if (!principal || this.#gone.has(name)) return false;
    if (this.status !== 'active' || this.#leaving.has(name) || this.#ways.remnant === 'remove-first')
      return true;
    return !this.#offering.isRemnant(principal.accountId);
  }

  /**
   * @param at when it is admitted, in milliseconds
   * @param listedFrom when it is listed, in milliseconds
   * @throws TaskFailure PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS
   */
  admit(principal: Principal, at: number, listedFrom: number): void {
    const { principal: name, accountId } = principal;
    if (this.hasPrincipal(name)) {
      throw new TaskFailure('PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', 'The principal has been added already.');
    }
    this.#gone.delete(name);
    this.#principals.set(name, principal);
    this.#listedFrom.set(name, listedFrom);
    this.#offering.admit(accountId, at);
  }

  /**
   * The principals lose access at once, and stay listed as `disassociating` until {@link drop}.
   *
   * @throws TaskFailure if one of them is not there; then none is removed
   */
  expel(names: string[]): void {
    const leaving = names.map((name) => {
      const principal = this.#principals.get(name);
      if (!principal || !this.hasPrincipal(name)) {
        throw absent(this.#ways, 'PRIVATE_LINK_PRINCIPAL_NOT_FOUND', 'The principal does not exist.');
      }
      return principal;
    });
    const before = this.#observe();
    for (const { principal } of leaving) this.#leaving.add(principal);
    const staying = [...this.#principals.values()].filter(
      ({ principal }) => !this.#leaving.has(principal) && !this.#gone.has(principal),
    );
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
      this.#leaving.delete(name);
      if (this.#ways['removed-principal'] === 'stays') this.#gone.add(name);
      else this.#principals.delete(name);
    }
  }

  /**
   * @throws TaskFailure PRIVATE_LINK_SERVICE_ERROR if a connection is not there; then none is cut. Which code
   *   the real server gives is not published.
   */
  disassociate(requests: ConnectionRequest[]): void {
    const isShare = this.#offer.contract === 'resource-share';
    if (isShare && this.#ways['disassociation-principal'] === 'other') {
      throw new TaskFailure('PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE', 'The principal id is not valid.');
    }
    const connections = this.#observe();
    const found = requests.map((request) => {
      const connection = connections.find((candidate) => this.#isMeant(candidate, request));
      if (!connection) throw new TaskFailure('PRIVATE_LINK_SERVICE_ERROR', 'No such connection.', 404);
      return connection;
    });
    for (const connection of found) {
      this.#offering.cut(connection);
      this.#forget(connection);
    }
  }

  /** Whether a connection that a request names is there. */
  connects(request: ConnectionRequest): boolean {
    return this.#observe().some((candidate) => this.#isMeant(candidate, request));
  }

  #isMeant(candidate: ProviderConnection, { id, connectionId, accountId }: ConnectionRequest): boolean {
    return (
      this.#offering.idOf(candidate) === id &&
      (connectionId === undefined || candidate.connectionId === connectionId) &&
      (accountId === undefined || candidate.accountId === accountId)
    );
  }

  /**
   * AWS loses sight of it at once; it stays readable as `deleting`.
   *
   * @throws TaskFailure PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK while it has
   *   principals, and GENERAL_ERROR if an endpoint was deleted while connected, where these are the ways
   */
  delete(): void {
    const left = [...this.#principals.keys()].filter((name) => !this.#gone.has(name));
    if (left.length > 0 && this.#ways['delete-with-principals'] === 'refused') {
      throw new TaskFailure(
        'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK',
        'The PrivateLink still has principals.',
      );
    }
    this.#observe();
    if (this.#ways['deleted-endpoint'] === 'blocks' && this.#orphans.size > 0) {
      throw new TaskFailure('GENERAL_ERROR', 'An unexpected error occurred.');
    }
    this.#offering.close();
    this.status = 'deleting';
  }

  /** What a read completes with at a time. */
  read(now: number): Record<string, unknown> {
    const connections = this.#observe();
    const principals = [...this.#principals.values()].filter(
      ({ principal }) => now >= (this.#listedFrom.get(principal) ?? 0),
    );
    // Nothing is connected before it is active, nor after.
    const foreign =
      this.status === 'active'
        ? principals.flatMap(({ accountId }) => this.#offering.foreign(accountId))
        : [];
    const share = this.#offer.contract === 'resource-share';
    return {
      status: this.status,
      principals: principals.map((principal) => ({
        principal: principal.principal,
        status: this.#statusOf(principal),
        ...(principal.alias !== undefined && { alias: principal.alias }),
        ...(share && { type: principal.type }),
      })),
      // Nothing is known of the AWS side before it is there.
      ...(this.status !== 'initializing' && this.#offering.identity()),
      ...(share && { shareName: this.#shareName }),
      connections: [...connections.map((one) => this.#offering.describe(one)), ...foreign],
      ...(share && { databases: this.#databases() }),
      subscriptionId: this.#offer.subscriptionId,
      ...(this.#offer.regionId !== undefined && { regionId: this.#offer.regionId }),
      ...ERROR_MESSAGES[this.#ways['error-message']],
      links: [],
    };
  }

  /** By account, the status of its principal. Looking changes nothing, nor what is noticed of endpoints. */
  principalStatuses(): Map<string, string> {
    return new Map(
      Array.from(this.#principals.values(), (principal) => [principal.accountId, this.#statusOf(principal)]),
    );
  }

  /** @throws TaskFailure PRIVATE_LINK_SERVICE_ERROR unless it is active */
  script(query: Omit<ScriptQuery, 'isFirst'>): Record<string, unknown> {
    if (this.status !== 'active') {
      throw new TaskFailure('PRIVATE_LINK_SERVICE_ERROR', 'The PrivateLink is not active.', 409);
    }
    this.#scriptReads += 1;
    return this.#offering.script({ ...query, isFirst: this.#scriptReads === 1 });
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
    if (this.status === 'deleting') return 'disassociating';
    if (this.#gone.has(principal)) return 'disassociated';
    if (!this.#leaving.has(principal)) return this.#offering.principalStatus(accountId);
    return this.#ways['removed-principal'] === 'lags' ? 'associated' : 'disassociating';
  }

  #databases(): Record<string, unknown>[] {
    if (this.status !== 'active') return [];
    return this.#offer.databases.map(({ databaseId, port }) => ({
      databaseId,
      port: this.#ways['database-ports'] === 'zero' ? 0 : port,
      rlEndpoint: this.#endpointOf(databaseId, port),
    }));
  }

  #endpointOf(databaseId: number, port: number): string | null {
    const { subscriptionId, region } = this.#offer;
    const { resourceConfigurationArn } = this.#offering.identity();
    const arn = String(resourceConfigurationArn);
    switch (this.#ways['database-endpoint']) {
      case 'other-name':
        return `redis-${port}.internal.c${subscriptionId}.${region}-1.ec2.redns.redis-cloud.com`;
      case 'private-name':
        return `${sharedResources(arn, [{ databaseId, port }])[0]?.privateName}:${port}`;
      case 'aws-id':
        return associatedResource(arn, String(databaseId));
      case 'empty':
        return '';
    }
  }
}

import { digest, type Provider, type ProviderConnection } from 'local-cloud';
import type { SubscriptionOffer } from './options.ts';
import { createEndpointScript, discoveryScript, terraformScript } from './scripts.ts';
import { sharedResources } from './shared-resources.ts';
import type { Ways } from './ways.ts';

/** The AWS side of one PrivateLink, in one of the two contracts. */
export interface Offering {
  /** What the provider knows it by: the share's ARN or the service's name. */
  readonly name: string;
  open(): void;
  close(): void;
  /** @param at when, in milliseconds since the epoch: it may be found out later */
  admit(accountId: string, at: number): void;
  expel(accountId: string): void;
  /** A principal's status, as long as it is neither coming nor going. */
  principalStatus(accountId: string): string;
  /** Whether AWS has taken the account out, or the account has gone by itself: it is listed and not admitted. */
  isRemnant(accountId: string): boolean;
  connections(): ProviderConnection[];
  /** The id by which a request names a connection. */
  idOf(connection: ProviderConnection): string;
  cut(connection: ProviderConnection): void;
  /** Whether expelling an account cuts its connections, too. */
  readonly expelCuts: boolean;
  /** Fields of a read that are known once the PrivateLink is active. */
  identity(): Record<string, unknown>;
  /** A connection in a read. */
  describe(connection: ProviderConnection): Record<string, unknown>;
  /** Connections of an account that no VPC endpoint has made. */
  foreign(accountId: string): Record<string, unknown>[];
  /** The answer to the read of the endpoint script. */
  script(query: ScriptQuery): Record<string, unknown>;
}

/** What the read of the endpoint script asks for, and whether it is the first one. */
export interface ScriptQuery {
  terraform: boolean;
  isFirst: boolean;
}

interface Setting {
  ways: Ways;
  provider: Provider;
  offer: SubscriptionOffer;
  ownerAccountId: string;
  shareName: string;
  /** Tells apart the PrivateLinks that a subscription has one after the other. */
  generation: number;
}

/** Makes the AWS side of a new PrivateLink. Nothing is offered before it is opened. */
export function createOffering(setting: Setting): Offering {
  return setting.offer.contract === 'resource-share'
    ? new ResourceShare(setting)
    : new EndpointService(setting);
}

function seedOf({ offer, generation }: Setting): string {
  return `${offer.subscriptionId}/${offer.regionId ?? ''}/${generation}`;
}

/** A VPC Lattice resource configuration, shared through AWS RAM. */
class ResourceShare implements Offering {
  readonly name: string;
  readonly expelCuts = true;
  readonly #setting: Setting;
  readonly #configurationId: string;
  readonly #configurationArn: string;

  constructor(setting: Setting) {
    const seed = seedOf(setting);
    const owner = `${setting.offer.region}:${setting.ownerAccountId}`;
    const uuid = digest(`${seed}/share`, 32).replace(
      /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/,
      '$1-$2-4$3-8$4-$5',
    );
    this.#setting = setting;
    this.#configurationId = `rcfg-0${digest(`${seed}/configuration`, 16)}`;
    this.#configurationArn = `arn:aws:vpc-lattice:${owner}:resourceconfiguration/${this.#configurationId}`;
    this.name = `arn:aws:ram:${owner}:resource-share/${uuid}`;
  }

  open(): void {
    const { provider, offer, shareName } = this.#setting;
    provider.offerShare({
      shareArn: this.name,
      shareName,
      region: offer.region,
      resourceConfigurationArn: this.#configurationArn,
      resources: sharedResources(this.#configurationArn, offer.databases),
      zoneIds: offer.zoneIds,
    });
  }

  close(): void {
    this.#setting.provider.removeOffer(this.name);
  }

  admit(accountId: string, at: number): void {
    this.#setting.provider.invite(this.name, accountId, at);
  }

  expel(accountId: string): void {
    this.#setting.provider.withdraw(this.name, accountId);
  }

  principalStatus(accountId: string): string {
    const { ways } = this.#setting;
    switch (this.#state(accountId)) {
      case 'accepted':
        return 'associated';
      case 'pending':
        return ways['unaccepted-principal'];
      case 'expired':
        return ways['expired-invitation'];
      default:
        // The account has left the share.
        return 'disassociated';
    }
  }

  isRemnant(accountId: string): boolean {
    return ['expired', 'none'].includes(this.#state(accountId));
  }

  #state(accountId: string) {
    return this.#setting.provider.principalState(this.name, accountId);
  }

  connections(): ProviderConnection[] {
    const all = this.#setting.provider.connections(this.name);
    return this.#setting.ways['service-networks'] === 'not-listed'
      ? all.filter((connection) => !isOfNetwork(connection))
      : all;
  }

  idOf(connection: ProviderConnection): string {
    return connection.associationId;
  }

  cut(connection: ProviderConnection): void {
    this.#setting.provider.disassociate(this.name, connection.associationId);
  }

  identity(): Record<string, unknown> {
    return {
      resourceConfigurationId: this.#configurationId,
      resourceConfigurationArn: this.#configurationArn,
      shareArn: this.name,
    };
  }

  describe(connection: ProviderConnection): Record<string, unknown> {
    return {
      associationId: connection.associationId,
      connectionId: connection.connectionId,
      type: this.#setting.ways[isOfNetwork(connection) ? 'service-networks' : 'connection-type'],
      ownerId: connection.accountId,
      associationDate: new Date(connection.createdAt).toISOString(),
    };
  }

  foreign(accountId: string): Record<string, unknown>[] {
    const way = this.#setting.ways['service-networks'];
    if (way === 'not-listed' || this.#state(accountId) !== 'accepted') return [];
    // It is listed among the others.
    if (this.connections().some((one) => isOfNetwork(one) && one.accountId === accountId)) return [];
    const id = digest(`${this.name}/${accountId}/service-network`, 16);
    return [{ associationId: `snra-0${id}`, type: way, ownerId: accountId }];
  }

  script({ terraform, isFirst }: ScriptQuery): Record<string, unknown> {
    const way = this.#setting.ways['endpoint-script'];
    if (way === 'null-at-first' && isFirst) return { resourceEndpointScript: null, terraformAwsScript: null };
    const withTerraform = way !== 'terraform-if-asked' || terraform;
    return {
      resourceEndpointScript: discoveryScript(this.#configurationArn),
      ...(withTerraform && { terraformAwsScript: terraformScript(this.#configurationArn) }),
    };
  }
}

/** Whether it is the association of a service network. */
function isOfNetwork({ associationId }: ProviderConnection): boolean {
  return associationId.startsWith('snra-');
}

/** A VPC endpoint service. */
class EndpointService implements Offering {
  readonly name: string;
  // AWS: taking back the permission leaves existing endpoints connected.
  readonly expelCuts = false;
  readonly #setting: Setting;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.name = `com.amazonaws.vpce.${setting.offer.region}.vpce-svc-0${digest(`${seedOf(setting)}/service`, 16)}`;
  }

  open(): void {
    const { provider, offer, ownerAccountId: owner } = this.#setting;
    provider.offerService({ serviceName: this.name, owner, region: offer.region, zoneIds: offer.zoneIds });
  }

  close(): void {
    this.#setting.provider.removeOffer(this.name);
  }

  admit(accountId: string): void {
    this.#setting.provider.admit(this.name, accountId);
  }

  expel(accountId: string): void {
    this.#setting.provider.expel(this.name, accountId);
  }

  principalStatus(): string {
    return 'associated';
  }

  isRemnant(): boolean {
    return false;
  }

  connections(): ProviderConnection[] {
    return this.#setting.provider.connections(this.name);
  }

  idOf(connection: ProviderConnection): string {
    return connection.vpcEndpointId;
  }

  cut(connection: ProviderConnection): void {
    this.#setting.provider.disassociate(this.name, connection.vpcEndpointId);
  }

  identity(): Record<string, unknown> {
    return { serviceName: this.name };
  }

  describe(connection: ProviderConnection): Record<string, unknown> {
    return { endpointId: connection.vpcEndpointId, status: connection.state };
  }

  foreign(): Record<string, unknown>[] {
    return [];
  }

  script({ isFirst }: ScriptQuery): Record<string, unknown> {
    const { ways, offer } = this.#setting;
    if (ways['endpoint-script'] === 'null-at-first' && isFirst) return { endpointScript: null };
    return { endpointScript: createEndpointScript(this.name, offer.region) };
  }
}

import { type Conduct, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import type { Connection } from '../../lambdas/shared/workflows/configuration.ts';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { Deployment } from '../../local/deployment.ts';
import { Address } from '../../local/redis-cloud/address.ts';
import type { RedisCloudOptions } from '../../local/redis-cloud/options.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { NetworkOwner } from '../../local/stories/network-owner.ts';
import { pointFunctions } from '../bench/ground.ts';

/**
 * How the one connection of a ground is configured: the two contracts, one that hands scripts over, and one through a
 * service network.
 */
export const GROUNDS = ['resource-share', 'endpoint-service', 'script', 'service-network'] as const;
export type GroundName = (typeof GROUNDS)[number];

/** The example configuration, with a PrivateLink that goes with its last principal. */
export function configurationOf(ground: GroundName): Configuration {
  const file = ground === 'service-network' ? 'service-network' : 'privatelink';
  const example = loadConfiguration(`config/${file}.yaml`);
  const changes: Partial<Connection> = {
    contract: ground === 'endpoint-service' ? 'endpoint-service' : 'resource-share',
    handOver: ground === 'script' ? 'script' : 'fail',
    deletePrivateLinkWhenUnused: true,
  };
  return { ...example, connections: example.connections.map((one) => ({ ...one, ...changes })) };
}

export const KEYS = { apiKey: 'account-key-of-the-faults', secretKey: 'user-key-of-the-faults' };

/** Subscriptions of the same Redis Cloud account that are nobody's connection. */
export const OTHERS: readonly number[] = [70_001, 70_002, 70_003];

/** How a ground's Redis Cloud is other than usual. */
export type Otherwise = Pick<RedisCloudOptions, 'ways' | 'timings' | 'heard' | 'rewrite'>;

/**
 * Milliseconds. Shorter than elsewhere, because cases look on while it lasts: how long it really takes is not known.
 */
const TIMINGS = { provision: 10_000, principalLeaves: 500, deprovision: 500 };

/** A local cloud in which cases are run, one after the other, each with a Redis Cloud of its own. */
export class Ground {
  readonly name: GroundName;
  readonly cloud: Deployment;
  readonly provider: ProviderSide;
  /** Where VPCs are connected through a service network. */
  readonly network: NetworkOwner | undefined;
  /** Of the Redis Clouds. */
  readonly #address: Address;

  private constructor(name: GroundName, cloud: Deployment, provider: ProviderSide, address: Address) {
    this.name = name;
    this.cloud = cloud;
    this.provider = provider;
    this.#address = address;
    this.network = name === 'service-network' ? new NetworkOwner(cloud) : undefined;
  }

  /** @param assembly the folder into which {@link configurationOf} the ground was synthesized */
  static async open(name: GroundName, assembly: string, conduct: Conduct = {}): Promise<Ground> {
    const configuration = configurationOf(name);
    const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
    const provider = new ProviderSide({ clock });
    const cloud = await Deployment.start({ configuration, assembly, clock, provider, keys: KEYS, conduct });
    const address = await Address.open();
    await pointFunctions(cloud, address.url);
    return new Ground(name, cloud, provider, address);
  }

  get connection(): Connection {
    return this.cloud.configuration.connections[0]!;
  }

  /** A Redis Cloud in which nothing has happened yet. */
  async redisCloud(otherwise: Otherwise = {}): Promise<RedisCloud> {
    const { subscriptionId, region, contract } = this.connection;
    const zoneIds = zonesOf(region).map(({ id }) => id);
    const offer = { region, contract, zoneIds, databases: [{ databaseId: 51, port: 12_345 }] };
    const redisCloud = await startRedisCloud({
      clock: this.cloud.clock,
      provider: this.provider,
      keys: KEYS,
      ...(contract === 'resource-share' ? { timings: TIMINGS } : {}),
      subscriptions: [subscriptionId, ...OTHERS].map((id) => ({ ...offer, subscriptionId: id })),
      ...otherwise,
    });
    this.#address.leadTo(redisCloud.url);
    return redisCloud;
  }

  async close(): Promise<void> {
    await this.cloud.close();
    await this.#address.close();
  }
}

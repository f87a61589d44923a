import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { Activity, type Ec2Ways, ProviderSide, VirtualClock, zonesOf } from 'local-cloud';
import { localWorld, readWorld } from '../../assumptions/register.ts';
import { awsIn, redisCloudIn } from '../../local/assumed.ts';
import { Deployment } from '../../local/deployment.ts';
import { Address } from '../../local/redis-cloud/address.ts';
import type { RedisCloudOptions, SubscriptionOffer } from '../../local/redis-cloud/options.ts';
import { type RedisCloud, startRedisCloud } from '../../local/redis-cloud/server.ts';
import { type Keys, Lab } from './lab.ts';
import { configuration } from './organization.ts';

export { Lab, losingReports, outcome } from './lab.ts';
export {
  CATALOG_UNIT,
  GLOBAL_UNIT,
  HOUR,
  HUB,
  LEAVING_UNIT,
  MANAGEMENT,
  MINUTE,
  OTHER_VPC,
  UNIT,
  VPC,
} from './organization.ts';

const KEYS: Keys = { apiKey: 'account-key-of-the-tests', secretKey: 'user-key-of-the-tests' };

/** What a test's Redis Cloud is like. */
export interface Options extends Partial<RedisCloudOptions> {
  /** Subscriptions that Redis Cloud hands over by the other contract than the configuration says. */
  otherContract?: number[];
  /** Subscriptions that it does not know. */
  unknown?: number[];
  /** How EC2 behaves. */
  ec2?: Partial<Ec2Ways>;
}

/** The local world; where `npm run attacks` lets a test happen, the one that it gives. */
function givenWorld() {
  const { WORLD } = process.env;
  return WORLD === undefined ? localWorld() : readWorld(WORLD.split(' '));
}

/** A cloud, and an address at which its functions find the Redis Cloud of whoever works in it. */
export class Laboratory {
  readonly #clock: VirtualClock;
  readonly #cloud: Deployment;
  readonly #address: Address;

  private constructor(clock: VirtualClock, cloud: Deployment, address: Address) {
    this.#clock = clock;
    this.#cloud = cloud;
    this.#address = address;
  }

  static async open(world = givenWorld()): Promise<Laboratory> {
    const clock = new VirtualClock(Date.parse('2026-11-20T09:00:00Z'));
    const address = await Address.open();
    const provider = new ProviderSide({ clock });
    const assembly = 'dist/test-workflows';
    const conduct = awsIn(world);
    const cloud = await Deployment.start({ configuration, assembly, clock, provider, keys: KEYS, conduct });
    return new Laboratory(clock, cloud, address);
  }

  /** After the work nobody may hold or wait for a lock, and no two changes of a subscription may have met. */
  async run(work: (lab: Lab) => Promise<void>, options: Options = {}): Promise<void> {
    const { otherContract = [], unknown = [], ec2 = {}, ...rest } = options;
    this.#cloud.behave({ ec2: { ways: ec2 } });
    const keys = { ...KEYS };
    const redisCloud = await startRedisCloud({
      clock: this.#clock,
      provider: this.#cloud.provider,
      keys,
      ...(process.env.WORLD !== undefined && redisCloudIn(givenWorld())),
      subscriptions: offers(otherContract).filter(({ subscriptionId }) => !unknown.includes(subscriptionId)),
      ...rest,
    });
    this.#address.leadTo(redisCloud.url);
    try {
      await Activity.run(this.#clock, async (activity) => {
        const lab = new Lab(this.#cloud, redisCloud, activity, keys);
        await lab.setSecret(JSON.stringify(keys));
        await pointFunctions(lab, this.#address.url);
        try {
          await work(lab);
        } catch (error) {
          await lab.stopAll();
          throw error;
        } finally {
          lab.end();
        }
        await lab.settled();
        expect(await lab.locks()).toEqual([]);
        expect(lab.collisions).toEqual([]);
      });
    } finally {
      withdrawOffers(redisCloud, this.#cloud.provider as ProviderSide);
      await redisCloud.close();
    }
  }

  async close(): Promise<void> {
    await this.#cloud.close();
    await this.#address.close();
  }
}

/** A laboratory for the tests of a file, because its functions take two seconds to warm up. */
export function laboratory(): (work: (lab: Lab) => Promise<void>, options?: Options) => Promise<void> {
  jest.setTimeout(60_000);
  let shared: Laboratory;

  beforeAll(async () => {
    shared = await Laboratory.open();
  });
  afterAll(() => shared.close());

  return (work, options) => shared.run(work, options);
}

/** The next test's Redis Cloud makes the same ones again: nobody is to be connected to them by then. */
function withdrawOffers(redisCloud: RedisCloud, provider: ProviderSide): void {
  for (const { subscriptionId, activeActiveRegionId } of configuration.connections) {
    try {
      const link = redisCloud.privateLink(subscriptionId, activeActiveRegionId);
      const offer = link?.shareArn ?? link?.serviceName;
      if (typeof offer === 'string' && link?.status === 'active') provider.removeOffer(offer);
    } catch {
      // The test's Redis Cloud does not know the subscription.
    }
  }
}

function offers(otherContract: number[]): SubscriptionOffer[] {
  return configuration.connections.map(({ subscriptionId, activeActiveRegionId, region, contract }) => ({
    subscriptionId,
    ...(activeActiveRegionId && { regionId: activeActiveRegionId }),
    region,
    contract: !otherContract.includes(subscriptionId)
      ? contract
      : contract === 'resource-share'
        ? 'endpoint-service'
        : 'resource-share',
    zoneIds: zonesOf(region).map(({ id }) => id),
    databases: [{ databaseId: 51, port: 12_345 }],
  }));
}

/** The templates hold the public address. This is how an operator would try another one. */
async function pointFunctions(lab: Lab, url: string): Promise<void> {
  for (const { FunctionName, Environment } of await lab.functions()) {
    const { REDIS_CLOUD_URL: now } = Environment.Variables;
    if (now === undefined || now === url) continue;
    const Variables = { ...Environment.Variables, REDIS_CLOUD_URL: url };
    await lab.call('lambda', 'UpdateFunctionConfiguration', { FunctionName, Environment: { Variables } });
  }
}

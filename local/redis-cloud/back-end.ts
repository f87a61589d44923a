import { type Clock, type ProviderSide, zonesOf } from 'local-cloud';
import { localWorld, type World } from '../../assumptions/register.ts';
import type { Configuration } from '../../lib/configuration.ts';
import { UsageError } from '../arguments.ts';
import { redisCloudIn } from '../assumed.ts';
import { startMirror } from './mirror.ts';
import type { Timings } from './options.ts';
import type { RequestMeter } from './request-meter.ts';
import { type RedisCloud, startRedisCloud } from './server.ts';

/** The Redis Cloud that the functions call: the built-in one, or another server with a mirror before it. */
export interface BackEnd {
  url: string;
  calls: RequestMeter;
  keys: { apiKey: string; secretKey: string };
  /** The built-in one, where it is that. */
  local?: RedisCloud;
  close(): Promise<void>;
}

/** @throws UsageError when another server is asked for without its keys. */
export async function startBackEnd(options: {
  configuration: Configuration;
  clock: Clock;
  provider: ProviderSide;
  /** Of another server; undefined: the built-in one. */
  address: string | undefined;
  /** Of the built-in one. */
  timings?: Partial<Timings> | undefined;
  world?: World;
}): Promise<BackEnd> {
  const { configuration, clock, provider, address, timings = {}, world = localWorld() } = options;
  if (address !== undefined) {
    const { REDIS_CLOUD_API_KEY: apiKey, REDIS_CLOUD_SECRET_KEY: secretKey } = process.env;
    if (!apiKey || !secretKey) {
      throw new UsageError('--redis-cloud needs its keys in REDIS_CLOUD_API_KEY and REDIS_CLOUD_SECRET_KEY');
    }
    if (!URL.canParse(address)) throw new UsageError(`--redis-cloud cannot be ${address}: it is not a URL`);
    await checkReachable(address);
    const mirror = await startMirror({ clock, provider, target: address.replace(/\/+$/, '') });
    return { ...mirror, keys: { apiKey, secretKey } };
  }
  const keys = { apiKey: 'A-local-account-key-of-nobody', secretKey: 'S-local-user-key-of-nobody' };
  const server = await startRedisCloud({
    ...redisCloudIn(world),
    clock,
    provider,
    keys,
    timings,
    subscriptions: configuration.connections.map((connection) => ({
      subscriptionId: connection.subscriptionId,
      ...(connection.activeActiveRegionId === undefined ? {} : { regionId: connection.activeActiveRegionId }),
      region: connection.region,
      contract: connection.contract,
      zoneIds: zonesOf(connection.region).map(({ id }) => id),
      databases: [
        { databaseId: 51, port: 12_345 },
        { databaseId: 52, port: 12_346 },
      ],
    })),
  });
  const { url, calls } = server;
  return { url, calls, keys, local: server, close: () => server.close() };
}

/** @throws UsageError where nothing answers at the address, before a story begins that could only fail. */
async function checkReachable(address: string): Promise<void> {
  try {
    await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    throw new UsageError(
      `--redis-cloud: nothing answers at ${address} (${cause?.code ?? (error as Error).message}). Start that server first, or correct the address.`,
    );
  }
}

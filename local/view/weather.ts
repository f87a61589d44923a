import type { WeatherDocument } from '../../page/protocol.ts';
import type { RedisCloud } from '../redis-cloud/server.ts';

const CHANGES = [
  'createPrivateLink',
  'deletePrivateLink',
  'addPrincipal',
  'removePrincipal',
  'disassociateConnections',
] as const;
const SLOWNESS = 10;

/** Makes the local Redis Cloud slow, busy or short of requests. */
export function makeWeather(redisCloud: RedisCloud, weather: WeatherDocument['redisCloud']): void {
  redisCloud.slowness = weather === 'slow' ? SLOWNESS : 1;
  redisCloud.faults.intercept = weather === 'limited' ? () => ({ status: 429 }) : undefined;
  redisCloud.faults.forgive();
  if (weather !== 'busy') return;
  for (const operation of CHANGES) {
    redisCloud.faults.failTasks({
      operation,
      code: 'SUBSCRIPTION_NOT_ACTIVE',
      description: 'The subscription is being changed.',
      times: Number.POSITIVE_INFINITY,
    });
  }
}

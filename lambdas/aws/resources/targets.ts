import { InvalidRequest } from '../../shared/errors.ts';
import type { Connection, Target } from '../call/payload.ts';

/** What an endpoint of the connection is, and where it leads. */
export interface Wanted {
  type: 'Interface' | 'Resource' | 'ServiceNetwork';
  /** A service's name, or the ARN of a resource configuration or of a service network. Null: Redis Cloud names none. */
  target: string | null;
}

/** What an endpoint of the connection is to be. */
export function wantedEndpoint({ contract, serviceNetwork }: Connection, target: Target): Wanted {
  if (serviceNetwork) return { type: 'ServiceNetwork', target: serviceNetwork.arn };
  return contract === 'resource-share'
    ? { type: 'Resource', target: target.resourceConfigurationArn }
    : { type: 'Interface', target: target.serviceName };
}

/** @throws InvalidRequest where Redis Cloud names no target. */
export function requireTarget({ name, contract }: Connection, { type, target }: Wanted): string {
  if (target !== null) return target;
  const key = type === 'Interface' ? 'serviceName' : 'resourceConfigurationArn';
  throw new InvalidRequest(`Connection ${name} is of the contract ${contract}, but target has no ${key}.`);
}

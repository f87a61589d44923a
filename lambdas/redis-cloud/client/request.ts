import { type ConnectionTarget, describeTarget } from './connection.ts';
import { DESCRIPTIONS, type Operation } from './operations.ts';

/** One call of the Redis Cloud API. */
export interface ApiRequest {
  operation: Operation;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API's base address, with a leading slash. */
  path: string;
  body?: object;
  /** The connection that the call is about; tasks are of the whole Redis Cloud account. */
  target: ConnectionTarget | null;
}

/** The call as a message names it, e.g. `create the PrivateLink of connection "orders" (subscription 12345)`. */
export function describeRequest({ operation, target, path }: ApiRequest): string {
  return `${DESCRIPTIONS[operation]} ${target ? `of ${describeTarget(target)}` : path}`;
}

import { type ConnectionTarget, describeTarget } from './connection.ts';

/** What a call does, in the words of a message. */
const OPERATIONS = {
  getPrivateLink: 'read the PrivateLink',
  createPrivateLink: 'create the PrivateLink',
  deletePrivateLink: 'delete the PrivateLink',
  addPrincipal: 'add a principal to the PrivateLink',
  removePrincipal: 'remove a principal from the PrivateLink',
  disassociateConnections: 'disassociate connections from the PrivateLink',
  getEndpointScript: 'read the endpoint script',
  getTask: 'read the task',
  getSubscription: 'read the subscription',
};

export type Operation = keyof typeof OPERATIONS;

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
  return `${OPERATIONS[operation]} ${target ? `of ${describeTarget(target)}` : path}`;
}

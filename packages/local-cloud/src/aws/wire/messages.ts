import { AwsError } from '../service.ts';
import type { Protocol } from './models.ts';
import type { Operation } from './schemas.ts';

export interface WireRequest {
  method: string;
  url: URL;
  headers: Map<string, string>;
  body: Buffer;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** What a request asks for. */
export interface Decoded {
  operation: Operation;
  input: unknown;
}

/** How the service says that it does not have an action. */
export function unknownAction(protocol: Protocol, action: string): AwsError {
  return protocol === 'query' || protocol === 'ec2'
    ? new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`)
    : new AwsError('UnknownOperationException', `The action ${action} does not exist.`, 404);
}

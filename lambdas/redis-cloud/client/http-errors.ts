import {
  AccessDenied,
  ContractMismatch,
  InvalidRequest,
  type NamedError,
  PreconditionFailed,
  RateLimited,
  RedisCloudUnavailable,
} from '../../shared/errors.ts';
import { type CodeMeaning, meaningIn } from './codes.ts';
import { type ContractName, shorten } from './connection.ts';
import { MEANINGS, meaningOfConflict } from './operations.ts';
import { type ApiRequest, describeRequest } from './request.ts';

/** Counted apart from AWS's refusals: when Redis Cloud refuses the keys, nobody is connected any more. */
class KeysRefused extends AccessDenied {
  override readonly metric = 'KeysRefused';
}

/** Counted: Redis Cloud itself has said 429. */
class TooManyRequests extends RateLimited {
  override readonly metric = 'RateLimited';
}

/** The named error for an HTTP answer other than 2xx. `text` is the answer's body. */
export function failedResponse(request: ApiRequest, status: number, text: string): NamedError {
  const { error: NamedFailure, remedy } = meaningOfStatus(request, status, text);
  // Last, since lists and chats cut a text off: what is to be done is read first.
  const quote = text.trim() === '' ? '' : ` Its answer: ${shorten(text.trim())}`;
  return new NamedFailure(
    `Could not ${describeRequest(request)}. Redis Cloud answered HTTP ${status}. ${remedy}${quote}`,
  );
}

function meaningOfStatus(request: ApiRequest, status: number, text: string): CodeMeaning {
  if (status === 408 || status >= 500) {
    return { error: RedisCloudUnavailable, remedy: 'Redis Cloud has a problem of its own: try again later.' };
  }
  if (status >= 300 && status < 400) {
    return {
      error: InvalidRequest,
      remedy: 'Redirects are not followed: set the API address in the configuration to where the API is.',
    };
  }
  switch (status) {
    case 401:
    case 403:
      return meaningOfRefusal(status)!;
    case 405:
      return { error: ContractMismatch, remedy: contractHint(request) };
    case 429:
      return {
        error: TooManyRequests,
        remedy: 'Too many requests, or too many resources being changed: try again in some minutes.',
      };
  }
  // Of a task nothing but its id can be unknown, whatever code stands beside it.
  if (status === 404 && request.operation === 'getTask') return MEANINGS.getTask[404];
  const coded = meaningIn(text);
  if (coded) return coded;
  switch (status) {
    case 404:
      return MEANINGS[request.operation][404];
    case 409:
      return conflict(request, text);
    default:
      return (
        meaningOfRefusal(status) ?? {
          error: InvalidRequest,
          remedy: `Check the connection's settings. ${contractHint(request)}`,
        }
      );
  }
}

/** What a status means by which a person is asked to act, whether it comes by HTTP or with a failed task. */
export function meaningOfRefusal(status: number): CodeMeaning | null {
  switch (status) {
    case 401:
      return {
        error: KeysRefused,
        remedy:
          'The keys are not valid, or not from this address: check the secret, and the CIDR allow-list of the ' +
          'user key in Redis Cloud. An allow-list needs hub.network in the configuration: without it the functions ' +
          'have no fixed address.',
      };
    case 403:
      return {
        error: KeysRefused,
        remedy:
          'The keys do not permit this: check the role of the user key in Redis Cloud, and its CIDR allow-list, ' +
          'which needs hub.network in the configuration.',
      };
    case 412:
      return {
        error: PreconditionFailed,
        remedy: 'The feature is not enabled for the Redis Cloud account: ask Redis support to enable it.',
      };
    default:
      return null;
  }
}

/** A subscription of the other contract has one answer to a principal that it cannot take. */
function conflict({ operation, target }: ApiRequest, text: string): CodeMeaning {
  const isToldByOperation = operation === 'addPrincipal' && target?.contract === 'endpoint-service';
  return isToldByOperation
    ? MEANINGS.addPrincipal['409, already exists']
    : meaningOfConflict(operation, text);
}

function contractHint({ target }: ApiRequest): string {
  if (!target) return '';
  const other: ContractName = target.contract === 'resource-share' ? 'endpoint-service' : 'resource-share';
  return (
    `If the subscription speaks the other contract, set "contract" to "${other}" on connection ` +
    `"${target.name}".`
  );
}

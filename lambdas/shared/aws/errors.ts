import { AccessDenied, AwsUnavailable, NamedError, QuotaExceeded } from '../errors.ts';

/** Who made a call to AWS, and which, for the message of its error. */
export interface CallDescription {
  /** As in an IAM policy, e.g. `ec2:DescribeVpcs`. */
  action: string;
  /** The role or account whose credentials were used, in words. */
  caller: string;
  region: string;
}

/** Codes of "Common client error codes" of the EC2 API, and of the errors common to all services. */
const THROTTLED = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
  'TooManyRequestsException',
  'EC2ThrottledException',
  'SlowDown',
  'BandwidthLimitExceeded',
  'ConcurrentTagAccess',
  // Parameter Store: another update of the same parameter is under way.
  'TooManyUpdates',
]);
const UNAVAILABLE = new Set([
  'InternalError',
  'InternalFailure',
  'InternalServiceError',
  // A new account is still being looked at, for minutes as a rule.
  'PendingVerification',
  'ServerInternal',
  'ServerInternalException',
  'ServiceException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'Unavailable',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'AuthFailure',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
]);

/** Credentials that were never valid there: a session that has ended is told with another code. */
const REJECTED = new Set(['AuthFailure', 'InvalidClientTokenId', 'UnrecognizedClientException']);
/** "Common client error codes" (EC2 API Reference): the account may not use the service. */
const SHUT_OUT = new Set(['Blocked', 'OptInRequired']);

/** The code of an AWS error, `''` for anything else that was thrown. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Whether AWS no longer accepts the credentials that the call was signed with. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.has(codeOf(error));
}

/** Whether AWS says that it does not know the credentials: so it answers in a Region that is not enabled in the account. */
export function isRejected(error: unknown): boolean {
  return REJECTED.has(codeOf(error));
}

/** Whether AWS says that the account is blocked, or has not signed up for the service. */
export function isShutOut(error: unknown): boolean {
  return SHUT_OUT.has(codeOf(error));
}

/**
 * The named error for what an SDK client threw, or the error itself if it has no name here: what it means is
 * then for the function that made the call to say.
 */
export function namedError(error: unknown, { action, caller, region }: CallDescription): unknown {
  if (!(error instanceof Error) || error instanceof NamedError) return error;
  const code = error.name;
  const where = `${action} in ${region}, called as ${caller}`;
  const said = `${error.message} (${code})`;
  const cause = { cause: error };
  if (EXPIRED.has(code)) {
    return new AwsUnavailable(
      `${where}: AWS does not accept the credentials: ${said} If that lasts, look whether ${region} is enabled in the account.`,
      cause,
    );
  }
  if (DENIED.has(code)) {
    return new AccessDenied(
      `${where}, was refused: ${said} Allow ${action} in the policies of the caller, and look for a service control policy that denies it.`,
      cause,
    );
  }
  if (THROTTLED.has(code)) return new AwsUnavailable(`${where}, was throttled: ${said}`, cause);
  if (UNAVAILABLE.has(code) || isServerFault(error)) {
    return new AwsUnavailable(`${where}, was not answered: ${said}`, cause);
  }
  if (/LimitExceeded(Exception)?$/.test(code)) {
    return new QuotaExceeded(
      `${where}, exceeds a quota: ${said} Ask for a higher one in Service Quotas, or delete what is no longer used.`,
      cause,
    );
  }
  return error;
}

const NETWORK = new Set(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT']);

/** A 5xx status, or no response at all: the connection failed or was cut. */
function isServerFault(error: Error): boolean {
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const status = $metadata?.httpStatusCode;
  return status === undefined ? NETWORK.has(String(code)) : status >= 500;
}

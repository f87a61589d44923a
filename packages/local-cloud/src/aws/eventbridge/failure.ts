import { AwsError } from '../service.ts';

/**
 * Why an event could not be handed to a target. The codes are those that the EventBridge User Guide lists in
 * "Using dead-letter queues".
 */
export class DeliveryError extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, retriable: boolean) {
    super(message);
    this.name = 'DeliveryError';
    this.code = code;
    this.retriable = retriable;
  }
}

/** What a target's refusal means for the delivery. Whatever is not an answer of a service is thrown as it is. */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (!(error instanceof AwsError)) throw error;
  const { code, message, statusCode } = error;
  if (/Throttl|TooManyRequests|RequestLimitExceeded/.test(code) || statusCode === 429) {
    return new DeliveryError('THROTTLING', message, true);
  }
  if (statusCode >= 500) return new DeliveryError('INTERNAL_ERROR', message, true);
  if (/AccessDenied|AuthorizationError|NotAuthorized|KMSAccessDenied/i.test(code)) {
    return new DeliveryError('NO_PERMISSIONS', message, false);
  }
  if (/NotFound|DoesNotExist|NonExistentQueue|Deleting/.test(code)) {
    return new DeliveryError('NO_RESOURCE', message, false);
  }
  if (/AlreadyExists/.test(code)) return new DeliveryError('RESOURCE_ALREADY_EXISTS', message, false);
  if (/LimitExceeded/.test(code)) return new DeliveryError('RESOURCE_LIMIT_EXCEEDED', message, true);
  if (/Invalid|Validation/.test(code)) return new DeliveryError('INVALID_PARAMETER', message, false);
  return new DeliveryError('ERROR_FROM_TARGET', `${code}: ${message}`, false);
}

import { STATUS_CODES } from 'node:http';

/** A request that is refused at once. */
export class HttpFailure extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, headers: Record<string, string> = {}) {
    super(`${status} ${STATUS_CODES[status]}`);
    this.status = status;
    this.headers = headers;
  }
}

/** A task that ends in `processing-error`. */
export class TaskFailure extends Error {
  readonly code: string;
  readonly status: number;
  /** Whether the status is what tells: then it is always written. */
  readonly isToldByStatus: boolean;

  /** `code` is one of those that the published API document lists for a task's `error`. */
  constructor(code: string, description: string, status?: number) {
    super(description);
    this.code = code;
    this.status = status ?? statusOf(code);
    this.isToldByStatus = status !== undefined;
  }
}

/** The status in a failed task's error object, e.g. `404 NOT_FOUND`. */
export function statusText(status: number): string {
  return `${status} ${(STATUS_CODES[status] ?? '').toUpperCase().replaceAll(/[^A-Z]+/g, '_')}`;
}

function statusOf(code: string): number {
  if (code.endsWith('NOT_FOUND')) return 404;
  if (/ALREADY_EXISTS|CONFLICT_ERROR|SUBSCRIPTION_NOT_ACTIVE|MUST_BE_DELETED/.test(code)) return 409;
  if (code === 'TOO_MANY_PENDING_SUBSCRIPTIONS') return 429;
  if (/GENERAL_ERROR|SERVICE_ERROR/.test(code)) return 500;
  return 400;
}

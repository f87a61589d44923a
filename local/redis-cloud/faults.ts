import type { Operation } from './routes.ts';

/** A request as it arrives, before anything is checked. */
export interface IncomingRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** `undefined` for a path that the API does not have. */
  operation: Operation | undefined;
  subscriptionId?: number;
  regionId?: number;
  /** As it came; `undefined` if it was too long. */
  body: string | undefined;
}

/**
 * What happens to a request instead of its processing: an answer, of JSON or of some other text; `drop`: the
 * connection breaks before anything is done; `lose-answer`: it is processed, and then the connection breaks;
 * `empty-answer`: it is processed, and answered with 204; `no-answer`: it is processed, and the answer never comes.
 */
export type Interception =
  | { status: number; body?: unknown; text?: string; headers?: Record<string, string> }
  | 'drop'
  | 'lose-answer'
  | 'empty-answer'
  | 'no-answer';

/** How a task ends instead of what it would have come to: with an error, or with something that is not so. */
export type ForcedEnd = { code: string; description: string } | { resource: Record<string, unknown> | null };

interface Forced {
  operation: Operation;
  end: ForcedEnd;
  subscriptionId: number | undefined;
  times: number;
}

/** What goes wrong on purpose. */
export class Faults {
  /** Asked for every request; `undefined` lets it pass. */
  intercept: ((request: IncomingRequest) => Interception | undefined) | undefined;
  readonly #forced: Forced[] = [];

  /** The next `times` tasks of the operation do nothing and end in `processing-error` with the code. */
  failTasks(fault: {
    operation: Operation;
    code: string;
    description?: string;
    subscriptionId?: number;
    times?: number;
  }): void {
    const { operation, code, description = 'Forced by the test.', subscriptionId, times = 1 } = fault;
    this.#forced.push({ operation, end: { code, description }, subscriptionId, times });
  }

  /** The next `times` readings complete with this resource, whatever is there. */
  answerReadings(fault: {
    operation: Operation;
    resource: Record<string, unknown> | null;
    subscriptionId?: number;
    times?: number;
  }): void {
    const { operation, resource, subscriptionId, times = 1 } = fault;
    this.#forced.push({ operation, end: { resource }, subscriptionId, times });
  }

  /** Takes back what is to happen to tasks that are still to come. */
  forgive(): void {
    this.#forced.length = 0;
  }

  /** What the task being accepted now has to end in, if anything. Uses it up. */
  takeTaskEnd(operation: Operation, subscriptionId: number): ForcedEnd | undefined {
    const fault = this.#forced.find(
      (forced) =>
        forced.times > 0 &&
        forced.operation === operation &&
        (forced.subscriptionId === undefined || forced.subscriptionId === subscriptionId),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    return fault.end;
  }
}

/**
 * An error that a state ends with: what `Retry` and `Catch` match. Names beginning with `States.` are the
 * language's own ("Handling errors in Step Functions workflows").
 */
export class StatesError extends Error {
  /** A Fail state may name none. */
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  /** A second name that matches: a missed heartbeat is a `States.Timeout` that `States.HeartbeatTimeout` matches. */
  readonly alias: string | undefined;
  /** Whether `States.ALL` and `States.TaskFailed` match. By default they match all but `States.Runtime`. */
  readonly matchesWildcards: boolean;

  constructor(
    error: string | undefined,
    cause?: string,
    options: { alias?: string; matchesWildcards?: boolean } = {},
  ) {
    super(`${error}: ${cause}`);
    this.name = 'StatesError';
    this.error = error;
    this.cause = cause;
    this.alias = options.alias;
    this.matchesWildcards = options.matchesWildcards ?? error !== 'States.Runtime';
  }
}

/** The text AWS puts before the cause of what a state itself, not its task, failed of. */
export function inState(name: string, enteredEventId: number, cause: string): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${enteredEventId}). ${cause}`;
}

/** What stops the work of a branch, an iteration or an execution from outside. Nothing in a definition sees it. */
export class Interrupted extends Error {
  readonly reason: 'sibling' | 'aborted' | 'timed out';

  constructor(reason: Interrupted['reason']) {
    super(`The work was interrupted (${reason}).`);
    this.name = 'Interrupted';
    this.reason = reason;
  }
}

/** The 25,000th event of a history was due and it was not `ExecutionSucceeded`. Nothing catches it. */
export class HistoryFull extends Error {
  constructor() {
    super('The execution reached the maximum number of history events (25000).');
    this.name = 'HistoryFull';
  }
}

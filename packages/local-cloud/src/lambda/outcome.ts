/** What came of an invocation: the handler's result, or the error as JSON. */
export interface Outcome {
  payload: string;
  failed: boolean;
}

/** An error that Lambda reports itself, because the runtime no longer can. */
export const runtimeError = (errorType: string, requestId: string, message: string): Outcome => ({
  payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
  failed: true,
});

/** The message that Lambda gives a function that ran out of time. */
export const timedOut = (requestId: string, timeoutMilliseconds: number): Outcome =>
  runtimeError(
    'Sandbox.Timedout',
    requestId,
    `Task timed out after ${(timeoutMilliseconds / 1000).toFixed(2)} seconds`,
  );

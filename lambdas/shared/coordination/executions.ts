import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import type { ExecutionArn } from '../runtime/inputs.ts';

let client: SFNClient | undefined;

function stepFunctions(): SFNClient {
  // One attempt: the step tries again, and does not wait inside a function.
  client ??= new SFNClient({ maxAttempts: 1 });
  return client;
}

/** Ends the wait of a step. False if no step waits under that token (any more). */
export function succeed(taskToken: string, output: object): Promise<boolean> {
  return isTaken(
    stepFunctions().send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })),
  );
}

/** Ends the wait of a step with an error, for the step to try again. False as in {@link succeed}. */
export function fail(taskToken: string, error: string, cause: string): Promise<boolean> {
  return isTaken(stepFunctions().send(new SendTaskFailureCommand({ taskToken, error, cause })));
}

async function isTaken(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'].includes((error as Error).name)) return false;
    throw error;
  }
}

/** Whether an execution has ended: then it gives nothing back, and its place in a line is nobody's. */
export async function hasEnded(executionArn: ExecutionArn): Promise<boolean> {
  const { status } = await stepFunctions().send(new DescribeExecutionCommand({ executionArn }));
  return status !== 'RUNNING';
}

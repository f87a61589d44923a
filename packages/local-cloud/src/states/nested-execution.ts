import { StatesError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Settle } from './interruption.ts';
import type { Json } from './json.ts';
import type { Thread } from './thread.ts';

/**
 * Waits for the child execution of `startExecution.sync:2`. Whoever stops waiting before it has ended stops it
 * too, as Step Functions does.
 *
 * @param started - the answer of StartExecution.
 */
export function completedExecution(thread: Thread, started: Json, settle: Settle<Json>): () => void {
  let child: Execution | undefined;
  const { ExecutionArn: arn } = started as { ExecutionArn: string };
  const { guard } = thread.host.services;
  const { caller } = thread.execution;
  thread.host.whenEnded(arn, (execution) => {
    child = execution;
    const look = { action: 'states:DescribeExecution', resource: arn };
    if (guard && !guard.permits(caller, look)) {
      const cause = `The state machine's role is not authorized to perform: ${look.action} on resource: ${arn}`;
      settle.reject(new StatesError('StepFunctions.AWSStepFunctionsException', cause));
      return;
    }
    if (execution.status === 'SUCCEEDED') settle.resolve(described(execution, true));
    else settle.reject(new StatesError('States.TaskFailed', JSON.stringify(described(execution, false))));
  });
  return () => {
    if (child) return;
    const stop = { action: 'states:StopExecution', resource: arn };
    if (guard?.permits(caller, stop) ?? true) thread.host.stop(arn);
  };
}

/** DescribeExecution's answer in Pascal case; only that of a success has its input and output parsed. */
function described(execution: Execution, parsed: boolean): Json {
  const data = (text: string) => (parsed ? (JSON.parse(text) as Json) : text);
  const members: Record<string, Json | undefined> = {
    Cause: execution.cause,
    Error: execution.error,
    ExecutionArn: execution.arn,
    Input: data(execution.input),
    InputDetails: { Included: true },
    Name: execution.name,
    Output: execution.output === undefined ? undefined : data(execution.output),
    OutputDetails: execution.output === undefined ? undefined : { Included: true },
    StartDate: execution.startDate,
    StateMachineArn: execution.revision.stateMachineArn,
    Status: execution.status,
    StopDate: execution.stopDate,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Json;
}

import type { Guard } from '../aws/service.ts';
import { StatesError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Json } from './json.ts';
import type { Job, TaskCall } from './task-services.ts';

/** What a task needs to wait for an execution and to stop it. */
export interface NestedExecutions {
  whenEnded(executionArn: string, callback: (execution: Execution) => void): void;
  stop(executionArn: string): void;
  notRedrivable(execution: Execution): string | undefined;
}

/**
 * Follows the child execution of `startExecution.sync` or `.sync:2`. Whoever stops waiting before it has ended stops
 * it too, as Step Functions does.
 *
 * @param started the answer of StartExecution.
 */
export function followExecution(
  executions: NestedExecutions,
  guard: Guard | undefined,
  { caller, resource }: TaskCall,
  started: Json,
): Job {
  let hasEnded = false;
  const { ExecutionArn: arn } = started as { ExecutionArn: string };
  const outcome = new Promise<Json>((resolve, reject) => {
    executions.whenEnded(arn, (execution) => {
      hasEnded = true;
      const look = { action: 'states:DescribeExecution', resource: arn };
      if (guard && !guard.permits(caller, look)) {
        const cause = `The state machine's role is not authorized to perform: ${look.action} on resource: ${arn}`;
        reject(new StatesError('StepFunctions.AWSStepFunctionsException', cause));
        return;
      }
      const reason = executions.notRedrivable(execution);
      // Only .sync:2 parses, and only a success.
      const parses = resource.pattern === 'sync2' && execution.status === 'SUCCEEDED';
      const description = described(execution, reason, parses);
      if (execution.status === 'SUCCEEDED') resolve(description);
      else reject(new StatesError('States.TaskFailed', JSON.stringify(description)));
    });
  });
  return {
    outcome,
    abandon: () => {
      if (hasEnded) return;
      const stop = { action: 'states:StopExecution', resource: arn };
      if (guard?.permits(caller, stop) ?? true) executions.stop(arn);
    },
  };
}

/** DescribeExecution's answer in Pascal case. */
function described(execution: Execution, reason: string | undefined, parses: boolean): Json {
  const data = (text: string) => (parses ? (JSON.parse(text) as Json) : text);
  const members: Record<string, Json | undefined> = {
    Cause: execution.cause,
    Error: execution.error,
    ExecutionArn: execution.arn,
    Input: data(execution.input),
    InputDetails: { Included: true },
    Name: execution.name,
    Output: execution.output === undefined ? undefined : data(execution.output),
    OutputDetails: execution.output === undefined ? undefined : { Included: true },
    RedriveCount: execution.redriveCount,
    RedriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    RedriveStatusReason: reason,
    StartDate: execution.startDate,
    StateMachineArn: execution.revision.stateMachineArn,
    Status: execution.status,
    StopDate: execution.stopDate,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Json;
}

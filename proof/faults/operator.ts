import type { ExecutionRecord } from 'local-cloud';
import type { Stage } from './stage.ts';

const RESTARTABLE = /^redis-privatelink-(onboard|offboard|dispatch|reconcile|endpoint-script|clean-up)$/;

/** What an operator does: redrives each failed execution, or starts it again with the same input. */
export async function restart(
  stage: Stage,
  failed: readonly ExecutionRecord[],
  again: boolean,
): Promise<void> {
  for (const execution of failed) {
    if (!RESTARTABLE.test(execution.stateMachineName)) continue;
    const workflow = execution.stateMachineName.replace('redis-privatelink-', '');
    // What an event has started begins again with the event; the operator has no part in it.
    if (again) await stage.start(workflow, JSON.parse(execution.input));
    else await stage.call('states', 'RedriveExecution', { executionArn: execution.arn }, 'hub');
    await stage.settled();
  }
}

/** Whether it has not failed. */
export function isWell({ status }: ExecutionRecord): boolean {
  return status === 'SUCCEEDED' || status === 'RUNNING';
}

/** The name of the error that an execution has ended with; empty if it was stopped, or its child was. */
export function errorOf({ status, error = '', cause = '' }: ExecutionRecord): string {
  if (status === 'ABORTED' || status === 'TIMED_OUT') return '';
  // Of a whole connection it says which account could not be offboarded, and by what.
  const ofAccount =
    /could not be offboarded from connection [^:]*: \d{12} \((?:execution .*? has ended as|(\w[\w.]*))/.exec(
      cause,
    );
  if (ofAccount) return ofAccount[1] ?? '';
  // A child's failure is its parent's, with the child's own failure in the cause.
  if (error !== 'States.TaskFailed') return error;
  if (/"Status":"(ABORTED|TIMED_OUT)"/.test(cause)) return '';
  return /"Error":"([^"]+)"/.exec(cause)?.[1] ?? error;
}

/** A failure as a line: workflow, status, error and message. */
export function failureOf({ stateMachineName, status, error, cause = '' }: ExecutionRecord): string {
  const message = /"errorMessage":"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1] ?? cause;
  return `${stateMachineName.replace('redis-privatelink-', '')} ${status} ${error ?? ''}: ${message}`;
}

/** Whether an execution that ended well has said that something is left to do. */
export function saysWhatIsLeft(stage: Stage): boolean {
  return stage.executions().some(({ output = '' }) => {
    const said = JSON.parse(output || '{}') as Record<string, unknown>;
    const isSaying = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value != null);
    return (
      ['incomplete', 'notes', 'accessError', 'skipped'].some((key) => isSaying(said[key])) ||
      said.invitation === 'pending'
    );
  });
}

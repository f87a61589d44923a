import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RetryPolicy } from '../../statemachines/retry-policy.ts';
import { durationOf, longestOf } from '../../statemachines/schedule.ts';
import type { Call } from './calls.ts';
import type { Fault } from './fault.ts';

type Retrier = Omit<RetryPolicy, 'ErrorEquals'> & { ErrorEquals: readonly string[] };

interface State {
  Retry?: Retrier[];
  ItemProcessor?: { States: Record<string, State> };
}

/** Why an execution has ended by a fault, or what is wrong with the step that let it. */
export type Reason = { because: string } | { defect: string };

/**
 * The reason for a failure, from what the step retries that the fault has met. A fault that passes may end an execution
 * only if the step retries the error, and the fault lasts longer than that; or if the fault says why it must.
 *
 * @param name of the error that the execution has ended with; empty where it was stopped
 */
export function reasonFor(name: string, call: Call, fault: Fault, retriers = retriersOf(call)): Reason {
  const retrier = retriers.find(({ ErrorEquals }) => ErrorEquals.some((error) => matches(error, name)));
  if (fault.because !== undefined) return { because: fault.because };
  const step = `${call.workflow} / ${call.state}`;
  if (!retrier || retrier.MaxAttempts === 0) return { defect: `${step} does not retry ${name}` };
  const longest = longestOf(retrier);
  const retried = `${name} for at most ${durationOf(longest)}`;
  if (fault.span === 'once') return { defect: `${step} retries ${retried}, and it came once` };
  const lasted = fault.span === 'lifted' ? Infinity : fault.span / 1000;
  if (lasted > longest) return { because: `it outlasts what the step retries, which is ${retried}` };
  if (retrier.JitterStrategy === 'NONE') {
    return { defect: `${step} retries ${retried}, and it lasted ${durationOf(lasted)}` };
  }
  return { because: `its waits are drawn, and came to less than they may: the step retries ${retried}` };
}

/** As Step Functions matches the name of an error. */
function matches(error: string, name: string): boolean {
  if (error === name || error === 'States.ALL') return true;
  return error === 'States.TaskFailed' && name !== '' && name !== 'States.Timeout';
}

const states = new Map<string, ReadonlyMap<string, State>>();

function retriersOf(call: Call): readonly Retrier[] {
  const { state } = call;
  // Children of a Distributed Map are `<workflow>/<label of the map>`, and their states are nested in its definition.
  const [workflow = ''] = call.workflow.split('/');
  const known = states.get(workflow) ?? new Map(read(workflow));
  states.set(workflow, known);
  return known.get(state)?.Retry ?? [];
}

function read(workflow: string): [string, State][] {
  const path = join(import.meta.dirname, '../../statemachines', `${workflow}.asl.json`);
  const nested = ({ States }: { States: Record<string, State> }): [string, State][] =>
    Object.entries(States).flatMap(([name, state]): [string, State][] => [
      [name, state],
      ...(state.ItemProcessor ? nested(state.ItemProcessor) : []),
    ]);
  return nested(JSON.parse(readFileSync(path, 'utf8')) as { States: Record<string, State> });
}

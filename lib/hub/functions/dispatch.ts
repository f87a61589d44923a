import type { ApiFunction } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { addFunction, automationConfiguration } from './add-function.ts';

export function readEvent(hub: Hub): ApiFunction {
  return addFunction(hub, 'ReadEvent', {
    call: 'read-event',
    description: 'Reads what an event says has happened.',
    configuration: automationConfiguration(hub),
  });
}

export function planExecutions(hub: Hub): ApiFunction {
  return addFunction(hub, 'PlanExecutions', {
    call: 'plan-executions',
    description: 'Decides which executions to start.',
    configuration: automationConfiguration(hub),
  });
}

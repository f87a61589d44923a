import type { ApiFunction } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { addFunction, automationConfiguration } from './add-function.ts';

export function checkRequest(hub: Hub): ApiFunction {
  return addFunction(hub, 'CheckRequest', {
    call: 'check-request',
    description: 'Checks what a request is about.',
    configuration: automationConfiguration(hub),
  });
}

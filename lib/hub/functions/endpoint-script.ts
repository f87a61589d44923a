import type { ApiFunction } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { addFunction, automationConfiguration } from './add-function.ts';
import { allowAskingForAccounts } from './permissions.ts';

export function checkScriptRequest(hub: Hub): ApiFunction {
  const made = addFunction(hub, 'CheckScriptRequest', {
    call: 'check-script-request',
    description: 'Checks a request for an endpoint script, and asks Organizations.',
    configuration: automationConfiguration(hub),
  });
  allowAskingForAccounts(hub, made);
  return made;
}

export function checkRequest(hub: Hub): ApiFunction {
  return addFunction(hub, 'CheckRequest', {
    call: 'check-request',
    description: 'Checks what a request is about.',
    configuration: automationConfiguration(hub),
  });
}

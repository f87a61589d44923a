import type { AutomationConfiguration } from '../../../lambdas/shared/workflows/configuration.ts';
import { ApiFunction, type ApiFunctionProps } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';

export type FunctionProps = Omit<ApiFunctionProps, 'key'>;

/** A function of the hub. It may write its log, and nothing else yet. */
export function addFunction(hub: Hub, id: string, props: FunctionProps): ApiFunction {
  return new ApiFunction(hub.stack, id, { key: hub.key, ...props });
}

/** What the functions that decide read of the configuration. */
export function automationConfiguration({ configuration }: Hub): AutomationConfiguration {
  return { connections: configuration.connections, removals: configuration.removals };
}

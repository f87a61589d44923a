import type { Place } from './aws/caller.ts';
import type { StackResource } from './cloudformation/stack.ts';
import type { DeployedStack } from './cloudformation/stacks.ts';

/** A deployed resource, and where it is. */
export interface DeployedResource extends StackResource, Place {
  logicalId: string;
  stackName: string;
}

/**
 * A resource, by its logical id or by the id that its construct has in the CDK app: `Orders`, or `Shop/Orders` for one
 * inside another. The CDK joins these ids and adds eight digits.
 *
 * @throws Error unless exactly one resource is called so
 */
export function findResource(stacks: readonly DeployedStack[], id: string): DeployedResource {
  const construct = new RegExp(`^${id.replaceAll(/[^A-Za-z0-9]/g, '')}(?:[0-9A-F]{8})?$`);
  const all = stacks.flatMap(({ name: stackName, accountId, region, resources }) =>
    [...resources].map(([logicalId, resource]) => ({
      ...resource,
      logicalId,
      stackName,
      accountId,
      region,
    })),
  );
  const found = all.filter(({ logicalId }) => construct.test(logicalId));
  if (found.length === 1) return found[0]!;
  const problem = found.length > 0 ? `Several resources are called ${id}` : `No resource is called ${id}`;
  const names = (found.length > 0 ? found : all).map(
    ({ logicalId, stackName }) => `${logicalId} in ${stackName}`,
  );
  throw new Error(
    `${problem}. ${names.length > 0 ? `There are ${names.join(', ')}` : 'Nothing is deployed'}.`,
  );
}

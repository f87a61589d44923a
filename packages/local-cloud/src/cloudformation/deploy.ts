import { partitionOf } from '../aws/iam/roles.ts';
import { digest } from '../aws/ids.ts';
import { AwsError } from '../aws/service.ts';
import { resolve, TemplateError, type Value } from './intrinsics.ts';
import { resourceTypes } from './resources/index.ts';
import { ResourceRequest } from './resources/resource-type.ts';
import { checkProperties } from './schemas/validate.ts';
import { openScope, outputsOf, rootOf } from './scope.ts';
import type { DeployOptions, Stack, StackResource } from './stack.ts';
import type { Template } from './template.ts';

/**
 * Creates a stack: its resources one after the other in the order of their dependencies.
 *
 * @throws TemplateError for what the template gets wrong or the local cloud does not have, and for what a service
 *   refuses, naming the logical id. What was created until then stays: a creation is not rolled back here.
 */
export async function deploy(template: Template, options: DeployOptions): Promise<Stack> {
  const { accountId, region, stackName: name } = options;
  const key = digest(`${accountId}/${region}/${name}`, 32);
  const uuid = key.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const stack: Stack = {
    id: `arn:${partitionOf(region)}:cloudformation:${region}:${accountId}:stack/${name}/${uuid}`,
    name,
    accountId,
    region,
    outputs: {},
    exports: new Set(),
    imports: new Set(),
    resources: new Map(),
  };
  const scope = await openScope(template, stack, options);
  for (const { logicalId, typeName, condition, properties, retained } of template.resources) {
    if (condition !== undefined && !scope.condition(condition)) continue;
    const resolved = resolve(properties, scope, logicalId) as { [key: string]: Value };
    checkProperties(logicalId, typeName, resolved);
    const wanted = { type: typeName, retained, generation: 0, properties: resolved };
    stack.resources.set(logicalId, await createResource(stack, logicalId, wanted, options));
  }

  const { outputs, exported } = outputsOf(template, scope, stack);
  stack.outputs = outputs;
  for (const [key, value] of exported) {
    if (options.exports?.has(key)) throw new TemplateError(`${key} is exported already.`);
    options.exports?.set(key, value);
    stack.exports.add(key);
  }
  return stack;
}

/**
 * Deletes a stack: its resources in the reverse order of their creation, but for those that it is to retain.
 *
 * @throws TemplateError for a type of which the local cloud does not know how to delete it, and for what a service
 *   refuses, naming the logical id. What was deleted until then is gone.
 */
export async function deleteStack(stack: Stack, options: DeployOptions): Promise<void> {
  for (const [logicalId, resource] of [...stack.resources].reverse()) {
    if (!resource.retained) await removeResource(stack, logicalId, resource, options);
    stack.resources.delete(logicalId);
  }
  for (const key of stack.exports) options.exports?.delete(key);
}

/** @throws TemplateError naming the logical id */
export async function createResource(
  stack: Stack,
  logicalId: string,
  wanted: Omit<StackResource, 'physicalId' | 'attributes'>,
  options: DeployOptions,
): Promise<StackResource> {
  return named(logicalId, wanted.type, async () => {
    const request = requestOf(stack, logicalId, wanted, options);
    const { ref, attributes = {} } = await resourceTypes.get(wanted.type)!.create(request);
    options.names?.take(wanted.type, ref, stack);
    return { ...wanted, physicalId: ref, attributes };
  });
}

/** @throws TemplateError naming the logical id */
export async function removeResource(
  stack: Stack,
  logicalId: string,
  resource: StackResource,
  options: DeployOptions,
): Promise<void> {
  const { type, physicalId } = resource;
  const definition = resourceTypes.get(type);
  if (!definition?.remove) throw new TemplateError(`${logicalId}: the local cloud cannot delete a ${type}.`);
  await named(logicalId, type, async () => {
    await definition.remove!(requestOf(stack, logicalId, resource, options), physicalId);
    options.names?.release(type, physicalId, stack);
  });
}

export function requestOf(
  stack: Stack,
  logicalId: string,
  { properties, generation }: Pick<StackResource, 'properties' | 'generation'>,
  { services, assets }: DeployOptions,
): ResourceRequest {
  return new ResourceRequest({
    logicalId,
    properties,
    generation,
    services,
    ...(assets && { assets }),
    stackName: stack.name,
    caller: rootOf(stack),
    partition: partitionOf(stack.region),
  });
}

/** Says of a refusal which resource it was about. */
export async function named<T>(logicalId: string, type: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new TemplateError(`${logicalId} (${type}): ${error.code}: ${error.message}`, { cause: error });
  }
}

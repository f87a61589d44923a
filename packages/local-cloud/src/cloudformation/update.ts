import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../aws/service.ts';
import { createResource, named, removeResource, requestOf } from './deploy.ts';
import { resolve, TemplateError, type Value } from './intrinsics.ts';
import { resourceTypes } from './resources/index.ts';
import { schemaOf } from './schemas/schema.ts';
import { checkProperties } from './schemas/validate.ts';
import { openScope, outputsOf } from './scope.ts';
import type { DeployOptions, Stack, StackResource } from './stack.ts';
import type { Template, TemplateResource } from './template.ts';

/** What an update has done to a resource. */
export interface Change {
  logicalId: string;
  type: string;
  action: 'Add' | 'Modify' | 'Replace' | 'Remove';
  /** The properties that are others now. */
  properties: string[];
  /** The id before, of what was replaced or removed. */
  physicalId?: string;
  /** Whether what was replaced or removed is still there: its policy says so, or a service has refused to delete it. */
  left: boolean;
  /** Why a service has refused to delete it. */
  reason?: string;
}

/** What has been done so far, and how it is undone. */
type Undo = () => Promise<void>;

/**
 * Updates a stack as CloudFormation does ("Understand update behaviors of stack resources"). What is new is created and
 * what is other is changed in the order of the dependencies. A property of which AWS's schema says that it can only be
 * set at the creation replaces its resource: the new one is made first, and what refers to it follows. When all that is
 * done, what was replaced and what the template no longer has is deleted, the last one first, but for what
 * `UpdateReplacePolicy` of the new template and `DeletionPolicy` of the old one retain. What cannot be deleted is left.
 *
 * @throws TemplateError for what the template gets wrong, and for what a service refuses. What was done until then is
 *   undone, the last first.
 */
export async function updateStack(
  stack: Stack,
  template: Template,
  options: DeployOptions,
  isImported: (key: string) => boolean,
): Promise<Change[]> {
  refuseOtherTypes(stack, template);
  const after: Stack = { ...stack, exports: new Set(), imports: new Set(), resources: new Map() };
  const scope = await openScope(template, after, options);
  const changes: Change[] = [];
  const undo: Undo[] = [];
  const replaced: [logicalId: string, resource: StackResource, change: Change][] = [];
  try {
    for (const wanted of template.resources) {
      if (wanted.condition !== undefined && !scope.condition(wanted.condition)) continue;
      const { logicalId, typeName } = wanted;
      const properties = resolve(wanted.properties, scope, logicalId) as { [key: string]: Value };
      checkProperties(logicalId, typeName, properties);
      const before = stack.resources.get(logicalId);
      const { resource, change } = await carryOut(stack, wanted, properties, before, options, undo);
      after.resources.set(logicalId, resource);
      if (!change) continue;
      changes.push(change);
      if (before && change.action === 'Replace') replaced.push([logicalId, before, change]);
    }
    const { outputs, exported } = outputsOf(template, scope, after);
    for (const key of stack.exports) {
      if (exported.get(key) !== options.exports?.get(key) && isImported(key)) {
        throw new TemplateError(
          `Export ${key} cannot be updated or deleted as it is in use by another stack.`,
        );
      }
    }
    for (const key of stack.exports) options.exports?.delete(key);
    for (const [key, value] of exported) options.exports?.set(key, value);
    after.exports = new Set(exported.keys());
    after.outputs = outputs;
  } catch (error) {
    await rollBack(undo, error as Error);
    throw error;
  }

  const removed = [...stack.resources].filter(([logicalId]) => !after.resources.has(logicalId));
  for (const [logicalId, resource] of removed) {
    const { type, physicalId, retained } = resource;
    const change: Change = { logicalId, type, action: 'Remove', properties: [], physicalId, left: retained };
    changes.push(change);
    replaced.push([logicalId, resource, change]);
  }
  const order = [...stack.resources.keys()];
  replaced.sort(([one], [other]) => order.indexOf(other) - order.indexOf(one));
  for (const [logicalId, resource, change] of replaced) {
    if (change.left) continue;
    try {
      await removeResource(stack, logicalId, resource, options);
    } catch (error) {
      if (!((error as Error).cause instanceof AwsError)) throw error;
      // The update has succeeded; the stack no longer knows what is left (CloudFormation User Guide, "Stack status codes").
      change.left = true;
      change.reason = (error as Error).message;
    }
  }
  Object.assign(stack, after);
  return changes;
}

/** @throws TemplateError as CloudFormation refuses it, before anything is done */
function refuseOtherTypes(stack: Stack, template: Template): void {
  const others = template.resources.filter(({ logicalId, typeName }) => {
    const known = stack.resources.get(logicalId);
    return known && known.type !== typeName;
  });
  if (others.length === 0) return;
  const ids = others.map(({ logicalId }) => logicalId).join(', ');
  throw new TemplateError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${ids}]`,
  );
}

async function carryOut(
  stack: Stack,
  { logicalId, typeName, retained, retainedWhenReplaced }: TemplateResource,
  properties: { [key: string]: Value },
  before: StackResource | undefined,
  options: DeployOptions,
  undo: Undo[],
): Promise<{ resource: StackResource; change?: Change }> {
  const wanted = { type: typeName, retained, generation: before?.generation ?? 0, properties };
  const change = { logicalId, type: typeName, left: false };
  if (!before) {
    const resource = await createResource(stack, logicalId, wanted, options);
    undo.push(() => removeResource(stack, logicalId, resource, options));
    return { resource, change: { ...change, action: 'Add', properties: [] } };
  }
  const changed = Object.keys({ ...before.properties, ...properties }).filter(
    (name) => !isDeepStrictEqual(before.properties[name], properties[name]),
  );
  if (changed.length === 0) return { resource: { ...before, retained } };
  if (changed.some((name) => isSetAtCreation(typeName, name, before.properties, properties))) {
    const resource = await replace(
      stack,
      logicalId,
      { ...wanted, generation: wanted.generation + 1 },
      options,
    );
    undo.push(() => removeResource(stack, logicalId, resource, options));
    const { physicalId } = before;
    const left = retainedWhenReplaced;
    return { resource, change: { ...change, action: 'Replace', properties: changed, physicalId, left } };
  }
  const definition = resourceTypes.get(typeName)!;
  if (!definition.update) {
    throw new TemplateError(
      `${logicalId}: the local cloud cannot change ${changed.join(', ')} of a ${typeName}.`,
    );
  }
  const { physicalId } = before;
  const update = (to: typeof wanted, from: typeof wanted) =>
    named(logicalId, typeName, async () => {
      await definition.update!(requestOf(stack, logicalId, to, options), physicalId, from.properties);
    });
  undo.push(() => update(before, wanted));
  await update(wanted, before);
  const attributes = { ...before.attributes, ...definition.attributesOf?.(properties) };
  const resource = { ...wanted, physicalId, attributes };
  return { resource, change: { ...change, action: 'Modify', properties: changed } };
}

/** Whether AWS's schema calls the property, or what is other inside it, one that is set at the creation only. */
function isSetAtCreation(
  typeName: string,
  name: string,
  before: { [key: string]: Value },
  after: { [key: string]: Value },
): boolean {
  const paths = schemaOf(typeName)?.createOnly ?? [];
  return paths.some((path) => {
    const [first, ...rest] = path.split('.');
    return first === name && !isDeepStrictEqual(inside(before[name], rest), inside(after[name], rest));
  });
}

function inside(value: Value | undefined, path: string[]): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null || Array.isArray(value))
    return value;
  return inside(value[first], rest);
}

/** @throws TemplateError also where the name, which stays, is taken by what is to be replaced */
async function replace(
  stack: Stack,
  logicalId: string,
  wanted: Omit<StackResource, 'physicalId' | 'attributes'>,
  options: DeployOptions,
): Promise<StackResource> {
  try {
    return await createResource(stack, logicalId, wanted, options);
  } catch (error) {
    const { cause } = error as Error;
    if (!(cause instanceof AwsError) || !/Exist|Conflict|InUse/.test(cause.code)) throw error;
    throw new TemplateError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${logicalId} and update the stack again. (${cause.message})`,
      { cause },
    );
  }
}

async function rollBack(undo: Undo[], error: Error): Promise<void> {
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (failure) {
      throw new TemplateError(
        `${error.message} What was done until then could not be undone: ${(failure as Error).message}`,
        { cause: error },
      );
    }
  }
}

import { checkAnatomy } from './anatomy.ts';
import {
  attributeReference,
  functionOf,
  placeholder,
  substitution,
  TemplateError,
  type Value,
} from './intrinsics.ts';
import { resourceTypes } from './resources/index.ts';
import type { ResourceType } from './resources/resource-type.ts';
import { nearestHint } from './schemas/nearest.ts';
import { schemaOf } from './schemas/schema.ts';
import { checkProperties } from './schemas/validate.ts';

/** A resource as the template writes it. */
export interface TemplateResource {
  logicalId: string;
  typeName: string;
  type: ResourceType;
  condition?: string;
  properties: { [key: string]: Value };
  /** Stays when the stack is deleted, or an update no longer has it. */
  retained: boolean;
  /** What it was stays when an update replaces it. */
  retainedWhenReplaced: boolean;
}

interface TemplateParameter {
  Type: string;
  Default?: string | number;
  AllowedValues?: (string | number)[];
  AllowedPattern?: string;
}

interface TemplateOutput {
  Value: Value;
  Condition?: string;
  Export?: { Name: Value };
}

interface TemplateRule {
  RuleCondition?: Value;
  Assertions: { Assert: Value; AssertDescription?: string }[];
}

/** A template that has been read and checked once, for any number of stacks. */
export interface Template {
  /** In the order of creation. */
  resources: TemplateResource[];
  parameters: Map<string, TemplateParameter>;
  conditions: Map<string, Value>;
  mappings: Map<string, Record<string, Record<string, Value>>>;
  rules: Map<string, TemplateRule>;
  outputs: Map<string, TemplateOutput>;
}

interface TemplateJson {
  Resources: Record<
    string,
    {
      Type: string;
      Properties?: { [key: string]: Value };
      Condition?: string;
      DependsOn?: string | string[];
      DeletionPolicy?: string;
      UpdateReplacePolicy?: string;
    }
  >;
  Parameters?: Record<string, TemplateParameter>;
  Conditions?: Record<string, Value>;
  Mappings?: Record<string, Record<string, Record<string, Value>>>;
  Rules?: Record<string, TemplateRule>;
  Outputs?: Record<string, TemplateOutput>;
}

const sections = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
]);

const resourceAttributes = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
]);

/**
 * Reads a template: known sections, known resource types with known properties, references that lead somewhere,
 * and an order of creation.
 *
 * @throws TemplateError naming the resource's logical id
 */
export function prepare(source: unknown): Template {
  const json = source as TemplateJson;
  for (const section of Object.keys(json)) {
    if (!sections.has(section))
      throw new TemplateError(`The local cloud does not know ${section} in a template.`);
  }
  checkAnatomy(json);
  const resources = new Map<string, TemplateResource>();
  const dependencies = new Map<string, Set<string>>();
  for (const [logicalId, resource] of Object.entries(json.Resources ?? {})) {
    for (const attribute of Object.keys(resource)) {
      if (!resourceAttributes.has(attribute)) {
        throw new TemplateError(`${logicalId}: the local cloud does not know ${attribute} of a resource.`);
      }
    }
    const properties = resource.Properties ?? {};
    const type = typeOf(logicalId, resource.Type, properties);
    resources.set(logicalId, {
      logicalId,
      typeName: resource.Type,
      type,
      condition: resource.Condition,
      properties,
      retained: resource.DeletionPolicy?.startsWith('Retain') ?? false,
      retainedWhenReplaced: resource.UpdateReplacePolicy === 'Retain',
    });
    const references = new Set([resource.DependsOn ?? []].flat());
    collect(properties, references, logicalId, (name, attribute) => {
      checkAttribute(json.Resources[name]?.Type, name, attribute, logicalId);
    });
    dependencies.set(logicalId, references);
  }
  const parameters = new Map(Object.entries(json.Parameters ?? {}));
  for (const [logicalId, references] of dependencies) {
    for (const name of references) {
      if (resources.has(name)) continue;
      references.delete(name);
      if (!parameters.has(name) && !name.startsWith('AWS::')) {
        throw new TemplateError(`${logicalId}: ${name} is neither a parameter nor a resource.`);
      }
    }
  }
  return {
    resources: order(resources, dependencies),
    parameters,
    conditions: new Map(Object.entries(json.Conditions ?? {})),
    mappings: new Map(Object.entries(json.Mappings ?? {})),
    rules: new Map(Object.entries(json.Rules ?? {})),
    outputs: new Map(Object.entries(json.Outputs ?? {})),
  };
}

/** @throws TemplateError for a type that the local cloud does not have, or properties that the type does not */
function typeOf(logicalId: string, typeName: string, properties: { [key: string]: Value }): ResourceType {
  const type = resourceTypes.get(typeName);
  if (!type) {
    const hint = nearestHint(typeName, resourceTypes.keys());
    throw new TemplateError(`${logicalId}: the local cloud has no resource type ${typeName}.${hint}`);
  }
  checkProperties(logicalId, typeName, properties);
  for (const property of Object.keys(properties)) {
    if (!type.properties.has(property)) {
      throw new TemplateError(
        `${logicalId}: the local cloud does not know the property ${property} of ${typeName}, which AWS has.${nearestHint(property, type.properties)}`,
      );
    }
  }
  return type;
}

/** @throws TemplateError for an attribute that AWS does not know */
function checkAttribute(typeName: string | undefined, name: string, attribute: string, where: string): void {
  const schema = typeName === undefined ? undefined : schemaOf(typeName);
  if (!schema) return;
  const known = [...schema.readOnly, ...Object.keys(schema.properties)];
  if (known.includes(attribute)) return;
  throw new TemplateError(
    `${where}: the resource ${name} of type ${typeName} has no attribute ${attribute}.${nearestHint(attribute, known)}`,
  );
}

/** Adds the names that a part of a template refers to, and tells of the attributes. */
function collect(
  value: Value,
  references: Set<string>,
  where: string,
  onAttribute: (logicalId: string, attribute: string) => void,
): void {
  const visit = (item: Value): void => collect(item, references, where, onAttribute);
  const refer = (logicalId: string, attribute: string) => {
    references.add(logicalId);
    onAttribute(logicalId, attribute);
  };
  if (Array.isArray(value)) for (const item of value) visit(item);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const name = functionOf(value, where);
  if (name === 'Ref') {
    references.add(String(value.Ref));
  } else if (name === 'Fn::GetAtt') {
    refer(...attributeReference(value[name]!, where));
  } else if (name === 'Fn::Sub') {
    const [text, variables] = substitution(value[name]!, where);
    for (const [, literal, placeheld = ''] of text.matchAll(placeholder)) {
      if (literal || Object.hasOwn(variables, placeheld)) continue;
      if (placeheld.includes('.')) refer(...attributeReference(placeheld, where));
      else references.add(placeheld);
    }
    visit(variables);
  } else {
    for (const item of Object.values(value)) visit(item);
  }
}

/** What a resource needs comes before it; otherwise as in the template. */
function order(
  resources: Map<string, TemplateResource>,
  dependencies: Map<string, Set<string>>,
): TemplateResource[] {
  const ordered: TemplateResource[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (logicalId: string, path: string[]) => {
    if (state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'open') {
      throw new TemplateError(`Circular dependency between resources: ${[...path, logicalId].join(', ')}`);
    }
    state.set(logicalId, 'open');
    for (const name of dependencies.get(logicalId) ?? []) visit(name, [...path, logicalId]);
    state.set(logicalId, 'done');
    ordered.push(resources.get(logicalId)!);
  };
  for (const logicalId of resources.keys()) visit(logicalId, []);
  return ordered;
}

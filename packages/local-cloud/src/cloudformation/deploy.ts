import { partitionOf } from '../aws/iam/roles.ts';
import { digest } from '../aws/ids.ts';
import { AwsError, type AwsServices, type Caller } from '../aws/service.ts';
import type { Assets } from './assets.ts';
import { decide, resolve, type Scope, TemplateError, type Value } from './intrinsics.ts';
import { resourceTypes } from './resources/index.ts';
import { ResourceRequest } from './resources/resource-type.ts';
import { checkProperties } from './schemas/validate.ts';
import type { TakenNames } from './taken-names.ts';
import type { Template } from './template.ts';

export interface DeployOptions {
  accountId: string;
  region: string;
  stackName: string;
  services: AwsServices;
  /** Needed if the template has functions, or state machines in files. */
  assets?: Assets;
  parameters?: Record<string, string>;
  /** Exported values by `<account>/<Region>/<name>`: read by `Fn::ImportValue`, written by `Export`. */
  exports?: Map<string, string>;
  /** What the resources of all stacks are called. */
  names?: TakenNames;
}

/** A created resource. `properties` are resolved. */
export interface StackResource {
  type: string;
  /** Stays when the stack is deleted. */
  retained: boolean;
  physicalId: string;
  attributes: Record<string, string>;
  properties: { [key: string]: Value };
}

export interface Stack {
  id: string;
  name: string;
  accountId: string;
  region: string;
  outputs: Record<string, string>;
  /** By logical id, in the order of creation. */
  resources: Map<string, StackResource>;
}

/**
 * Creates a stack: its resources one after the other in the order of their dependencies.
 *
 * @throws TemplateError for what the template gets wrong or the local cloud does not have, and for what a service
 *   refuses, naming the logical id. What was created until then stays: the local cloud does not roll back.
 */
export async function deploy(template: Template, options: DeployOptions): Promise<Stack> {
  const { accountId, region, stackName } = options;
  const partition = partitionOf(region);
  const caller: Caller = { accountId, region, arn: `arn:${partition}:iam::${accountId}:root` };
  const key = digest(`${accountId}/${region}/${stackName}`, 32);
  const uuid = key.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const stack: Stack = {
    id: `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/${uuid}`,
    name: stackName,
    accountId,
    region,
    outputs: {},
    resources: new Map(),
  };
  const references = new Map<string, Value>([
    ['AWS::AccountId', accountId],
    ['AWS::Region', region],
    ['AWS::Partition', partition],
    ['AWS::StackName', stackName],
    ['AWS::StackId', stack.id],
    ['AWS::URLSuffix', partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
  ]);
  const scope = scopeOf(template, stack, references, options);
  for (const [name, value] of await parameterValues(template, options, caller)) references.set(name, value);
  checkRules(template, scope);

  for (const { logicalId, typeName, type, condition, properties, retained } of template.resources) {
    if (condition !== undefined && !scope.condition(condition)) continue;
    const resolved = resolve(properties, scope, logicalId) as { [key: string]: Value };
    checkProperties(logicalId, typeName, resolved);
    const request = new ResourceRequest({ ...options, logicalId, properties: resolved, caller, partition });
    try {
      const { ref, attributes = {} } = await type.create(request);
      options.names?.take(typeName, ref, stack);
      const created = { type: typeName, retained, physicalId: ref, attributes, properties: resolved };
      stack.resources.set(logicalId, created);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new TemplateError(`${logicalId} (${typeName}): ${error.code}: ${error.message}`, {
        cause: error,
      });
    }
  }

  for (const [name, output] of template.outputs) {
    if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
    const value = String(resolve(output.Value, scope, `output ${name}`));
    stack.outputs[name] = value;
    if (!output.Export) continue;
    const exported = `${accountId}/${region}/${resolve(output.Export.Name, scope, `output ${name}`)}`;
    if (options.exports?.has(exported)) {
      throw new TemplateError(`output ${name}: ${exported} is exported already.`);
    }
    options.exports?.set(exported, value);
  }
  return stack;
}

/**
 * Deletes a stack: its resources in the reverse order of their creation, but for those that it is to retain.
 *
 * @throws TemplateError for a type of which the local cloud does not know how to delete it, and for what a service
 *   refuses, naming the logical id. What was deleted until then is gone.
 */
export async function deleteStack(stack: Stack, services: AwsServices, names?: TakenNames): Promise<void> {
  const { accountId, region } = stack;
  const partition = partitionOf(region);
  const caller: Caller = { accountId, region, arn: `arn:${partition}:iam::${accountId}:root` };
  for (const [logicalId, { type, retained, physicalId, properties }] of [...stack.resources].reverse()) {
    if (!retained) {
      const remove = resourceTypes.get(type)?.remove;
      if (!remove) throw new TemplateError(`${logicalId}: the local cloud cannot delete a ${type}.`);
      const common = { stackName: stack.name, services, caller, partition };
      try {
        await remove(new ResourceRequest({ ...common, logicalId, properties }), physicalId);
        names?.release(type, physicalId, stack);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new TemplateError(`${logicalId} (${type}): ${error.code}: ${error.message}`, { cause: error });
      }
    }
    stack.resources.delete(logicalId);
  }
}

function scopeOf(
  template: Template,
  stack: Stack,
  references: Map<string, Value>,
  options: DeployOptions,
): Scope {
  const decided = new Map<string, boolean>();
  const scope: Scope = {
    reference: (name) => references.get(name) ?? stack.resources.get(name)?.physicalId,
    attribute: (logicalId, attribute) => {
      const attributes = stack.resources.get(logicalId)?.attributes;
      if (!attributes) throw new TemplateError(`The stack has no resource ${logicalId}.`);
      if (!Object.hasOwn(attributes, attribute)) {
        throw new TemplateError(`The local cloud does not know the attribute ${attribute} of ${logicalId}.`);
      }
      return attributes[attribute]!;
    },
    condition: (name) => {
      let holds = decided.get(name);
      if (holds === undefined) {
        const condition = template.conditions.get(name);
        if (condition === undefined) throw new TemplateError(`The template has no condition ${name}.`);
        holds = decide(condition, scope, `condition ${name}`);
        decided.set(name, holds);
      }
      return holds;
    },
    mapping: (map, first, second) => {
      const level = template.mappings.get(map);
      const inner = level && Object.hasOwn(level, first) ? level[first] : undefined;
      if (!inner || !Object.hasOwn(inner, second)) {
        throw new TemplateError(`The template has no mapping ${map}, ${first}, ${second}.`);
      }
      return inner[second]!;
    },
    exported: (name) => {
      const value = options.exports?.get(`${options.accountId}/${options.region}/${name}`);
      if (value === undefined) throw new TemplateError(`No export named ${name} found.`);
      return value;
    },
  };
  return scope;
}

async function parameterValues(
  template: Template,
  { parameters = {}, services }: DeployOptions,
  caller: Caller,
): Promise<Map<string, Value>> {
  for (const name of Object.keys(parameters)) {
    if (!template.parameters.has(name)) throw new TemplateError(`The template has no parameter ${name}.`);
  }
  const values = new Map<string, Value>();
  for (const [name, parameter] of template.parameters) {
    const given = Object.hasOwn(parameters, name) ? parameters[name] : parameter.Default;
    if (given === undefined) throw new TemplateError(`The parameter ${name} must have a value.`);
    const value = String(given);
    if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(value)) {
      throw new TemplateError(`The parameter ${name} must be one of ${parameter.AllowedValues.join(', ')}.`);
    }
    if (parameter.AllowedPattern && !new RegExp(`^(?:${parameter.AllowedPattern})$`).test(value)) {
      throw new TemplateError(`The parameter ${name} must match ${parameter.AllowedPattern}.`);
    }
    if (parameter.Type === 'String' || parameter.Type === 'Number') {
      values.set(name, value);
    } else if (parameter.Type === 'CommaDelimitedList' || /^List</.test(parameter.Type)) {
      values.set(
        name,
        value.split(',').map((item) => item.trim()),
      );
    } else if (parameter.Type === 'AWS::SSM::Parameter::Value<String>') {
      values.set(name, await storedParameter(value, services, caller));
    } else {
      throw new TemplateError(
        `The local cloud does not know the type ${parameter.Type} of parameter ${name}.`,
      );
    }
  }
  return values;
}

async function storedParameter(name: string, services: AwsServices, caller: Caller): Promise<string> {
  const output = await services.call('ssm', 'GetParameter', { Name: name }, caller);
  return (output as { Parameter: { Value: string } }).Parameter.Value;
}

function checkRules(template: Template, scope: Scope): void {
  for (const [name, rule] of template.rules) {
    const where = `rule ${name}`;
    if (rule.RuleCondition !== undefined && !decide(rule.RuleCondition, scope, where)) continue;
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (!decide(Assert, scope, where)) {
        throw new TemplateError(`${where}: ${AssertDescription ?? 'an assertion does not hold.'}`);
      }
    }
  }
}

import { partitionOf } from '../aws/iam/roles.ts';
import type { AwsServices, Caller } from '../aws/service.ts';
import { decide, resolve, type Scope, TemplateError, type Value } from './intrinsics.ts';
import type { DeployOptions, Stack } from './stack.ts';
import type { Template } from './template.ts';

/** CloudFormation acts as the root user of the stack's account. */
export function rootOf({ accountId, region }: { accountId: string; region: string }): Caller {
  return { accountId, region, arn: `arn:${partitionOf(region)}:iam::${accountId}:root` };
}

/**
 * What the functions of the template refer to: parameters, pseudo parameters, and the resources of the stack as far as
 * they are there.
 *
 * @throws TemplateError for parameters and rules that do not hold
 */
export async function openScope(template: Template, stack: Stack, options: DeployOptions): Promise<Scope> {
  const { accountId, region } = stack;
  const partition = partitionOf(region);
  const references = new Map<string, Value>([
    ['AWS::AccountId', accountId],
    ['AWS::Region', region],
    ['AWS::Partition', partition],
    ['AWS::StackName', stack.name],
    ['AWS::StackId', stack.id],
    ['AWS::URLSuffix', partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
  ]);
  const scope = scopeOf(template, stack, references, options);
  const parameters = await parameterValues(template, options, rootOf(stack));
  for (const [name, value] of parameters) references.set(name, value);
  checkRules(template, scope);
  return scope;
}

/** What a template gives out, and under which names others of the account and Region import it. */
export function outputsOf(template: Template, scope: Scope, { accountId, region }: Stack) {
  const outputs: Record<string, string> = {};
  const exported = new Map<string, string>();
  for (const [name, output] of template.outputs) {
    if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
    const value = String(resolve(output.Value, scope, `output ${name}`));
    outputs[name] = value;
    if (!output.Export) continue;
    const key = `${accountId}/${region}/${resolve(output.Export.Name, scope, `output ${name}`)}`;
    if (exported.has(key)) throw new TemplateError(`output ${name}: the stack has two exports ${key}.`);
    exported.set(key, value);
  }
  return { outputs, exported };
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
      const key = `${options.accountId}/${options.region}/${name}`;
      const value = options.exports?.get(key);
      if (value === undefined) throw new TemplateError(`No export named ${name} found.`);
      stack.imports.add(key);
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

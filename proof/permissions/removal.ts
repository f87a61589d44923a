import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Permission } from './granted.ts';

interface Statement {
  Action: string | string[];
  Resource?: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a template has every shape
type Template = { Resources: Record<string, any> };

/**
 * Makes `folder` the assembly without one permission: one action on one resource of one statement.
 *
 * @throws Error if the templates do not have it
 */
export function removePermission(permission: Permission, assembly: string, folder: string): void {
  let removed = 0;
  for (const name of readdirSync(assembly)) {
    const path = join(assembly, name);
    if (!name.endsWith('.template.json')) {
      symlinkSync(path, join(folder, name));
      continue;
    }
    const template: Template = JSON.parse(readFileSync(path, 'utf8'));
    if (name === `${permission.stack}.template.json`) removed += remove(permission, template);
    removed += removeFromStackSets(permission, template);
    writeFileSync(join(folder, name), JSON.stringify(template));
  }
  if (removed === 0) throw new Error(`No template lets ${permission.holder} ${permission.action}.`);
}

/** A StackSet carries the template of its stacks. */
function removeFromStackSets(permission: Permission, template: Template): number {
  let removed = 0;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CloudFormation::StackSet' || Properties.StackSetName !== permission.stack) continue;
    const carried: Template = JSON.parse(Properties.TemplateBody);
    removed += remove(permission, carried);
    Properties.TemplateBody = JSON.stringify(carried);
  }
  return removed;
}

function remove({ at, action }: Permission, { Resources }: Template): number {
  const { Properties } = Resources[at.logicalId];
  // The policy of a function has each permission as a resource of its own, and that of a bus each statement.
  if (at.property === 'Permission') {
    delete Resources[at.logicalId];
    return 1;
  }
  const isAlone = at.property === 'Statement';
  const statements: Statement[] = isAlone
    ? [Properties.Statement]
    : [Properties[at.property].Statement].flat();
  const left = statements.flatMap((statement, index) =>
    index === at.statement ? without(statement, action, at.resource) : [statement],
  );
  if (!isAlone) Properties[at.property].Statement = left;
  else if (left.length > 0) Properties.Statement = left[0];
  else delete Resources[at.logicalId];
  return 1;
}

/** What is left of a statement: its other actions, and the action on its other resources. */
function without(statement: Statement, action: string, resource: number): Statement[] {
  const actions = [statement.Action].flat().filter((one) => one !== action);
  const resources = [statement.Resource ?? []].flat();
  const others = resources.filter((_, index) => index !== resource);
  return [
    ...(actions.length > 0 ? [{ ...statement, Action: actions }] : []),
    ...(others.length > 0 ? [{ ...statement, Action: action, Resource: others }] : []),
  ];
}

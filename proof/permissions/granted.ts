import {
  policySource,
  type Source,
  type Stack,
  type StackResource,
  statementOf,
  trustSource,
  type Use,
} from 'local-cloud';
import type { Deployment } from '../../local/deployment.ts';

/** One thing that a template lets somebody do: one action on one resource, as a statement has them. */
export interface Permission {
  /** The stack's name in the app. */
  stack: string;
  /** Who may: a role's logical id, or a service. */
  holder: string;
  action: string;
  /** The pattern, resolved where it was deployed first. */
  resource: string;
  /** Where it stands: the resource of the template, its property, and the places in there. */
  at: { logicalId: string; property: string; statement: number; resource: number };
}

/** A permission with what a run made of it. */
export interface UsedPermission extends Permission, Use {}

/** A permission with what all runs made of it. */
export interface Permitted extends UsedPermission {
  /** The plays in which it allowed something that nothing else would have. */
  neededBy: string[];
}

/** Adds up what runs have found. Each has all permissions of its templates; those of the others may differ. */
export function addUp(
  runs: readonly { play: string; permissions: readonly UsedPermission[] }[],
): Permitted[] {
  const all = new Map<string, Permitted>();
  for (const { play, permissions } of runs) {
    for (const permission of permissions) {
      const known = all.get(keyOf(permission)) ?? { ...permission, count: 0, alone: 0, neededBy: [] };
      known.count += permission.count;
      known.alone += permission.alone;
      if (permission.alone > 0) known.neededBy.push(play);
      all.set(keyOf(permission), known);
    }
  }
  return [...all.values()];
}

interface PolicyStatement {
  Effect: string;
  Principal?: string | { AWS?: string | string[]; Service?: string | string[] };
  Action?: string | string[];
  Resource?: string | string[];
}

/** Statements of one document, and where a decision finds them. */
interface Granting {
  property: string;
  statements: PolicyStatement[];
  sources: Source[];
  /** The roles that have the policy; none for the policy of a resource, whose principals hold it. */
  roles: string[];
}

/**
 * All that the deployed templates allow, and how often it was used. Stacks of one template count as one.
 *
 * @throws Error for a type of policy that it does not know
 */
export function permissionsOf(cloud: Deployment): UsedPermission[] {
  const found = new Map<string, UsedPermission>();
  for (const stack of cloud.stacks()) {
    for (const [logicalId, resource] of stack.resources) {
      for (const granting of grantingsOf(resource, stack)) {
        for (const permission of listed(granting, logicalId, templateOf(stack))) {
          const key = keyOf(permission);
          const known = found.get(key) ?? { ...permission, count: 0, alone: 0 };
          const statement = granting.statements[permission.at.statement]!;
          const pattern = list(statement.Resource ?? '*')[permission.at.resource]!;
          for (const source of granting.sources) {
            const use = cloud.useOf(source, statement, permission.action, pattern);
            known.count += use.count;
            known.alone += use.alone;
          }
          found.set(key, known);
        }
      }
    }
  }
  return [...found.values()];
}

/** Tells permissions of different runs apart. */
export function keyOf({ stack, holder, action, at }: Permission): string {
  return [stack, holder, at.logicalId, at.property, at.statement, action, at.resource].join(' ');
}

/** What a StackSet has deployed is called after it. */
function templateOf({ name }: Stack): string {
  return name.replace(/^StackSet-(.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '$1');
}

function* listed(
  { property, statements, roles }: Granting,
  logicalId: string,
  stack: string,
): Generator<Permission> {
  for (const [statement, { Effect, Principal, Action = [], Resource = '*' }] of statements.entries()) {
    if (Effect !== 'Allow') continue;
    const holders = roles.length > 0 ? roles : principalsOf(Principal);
    for (const holder of holders) {
      for (const action of list(Action)) {
        for (const [index, resource] of list(Resource).entries()) {
          yield { stack, holder, action, resource, at: { logicalId, property, statement, resource: index } };
        }
      }
    }
  }
}

/** An account as principal gives nothing: it leaves the matter to the policies of that account. */
function principalsOf(principal: PolicyStatement['Principal'] = '*'): string[] {
  if (typeof principal === 'string') return [principal];
  const identities = list(principal.AWS ?? []).filter(
    (identity) => !/^(\d{12}|arn:[\w-]+:iam::\d{12}:root)$/.test(identity),
  );
  const roles = identities.map((identity) => identity.split('/').at(-1)!);
  return [...roles, ...list(principal.Service ?? [])];
}

function grantingsOf({ type, attributes, properties }: StackResource, stack: Stack): Granting[] {
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every type of resource
  const given = properties as Record<string, any>;
  const ofResource = (property: string, document: unknown, sources: Source[]): Granting => ({
    property,
    statements: statementsIn(document),
    sources,
    roles: [],
  });
  switch (type) {
    case 'AWS::IAM::Policy': {
      const roles = (given.Roles as string[]).map((name) => roleNamed(name, stack));
      return roles.map(({ arn, logicalId }) => ({
        property: 'PolicyDocument',
        statements: statementsIn(given.PolicyDocument),
        sources: [policySource(arn, given.PolicyName)],
        roles: [logicalId],
      }));
    }
    case 'AWS::IAM::Role': {
      if (given.Policies || given.ManagedPolicyArns) {
        throw new Error('Permissions of roles are read from AWS::IAM::Policy only.');
      }
      const trust = statementsIn(given.AssumeRolePolicyDocument);
      return [
        {
          property: 'AssumeRolePolicyDocument',
          statements: trust,
          sources: [trustSource(attributes.Arn!)],
          roles: [],
        },
      ];
    }
    case 'AWS::KMS::Key':
      return [ofResource('KeyPolicy', given.KeyPolicy, [attributes.Arn!])];
    case 'AWS::SQS::QueuePolicy':
      return [
        ofResource(
          'PolicyDocument',
          given.PolicyDocument,
          list(given.Queues).map((url) => attributeOf(url, stack)),
        ),
      ];
    case 'AWS::SecretsManager::ResourcePolicy':
      return [ofResource('ResourcePolicy', given.ResourcePolicy, [given.SecretId])];
    case 'AWS::SNS::TopicPolicy':
      return [ofResource('PolicyDocument', given.PolicyDocument, list(given.Topics))];
    case 'AWS::Lambda::Permission': {
      const { Principal, Action, SourceArn, SourceAccount } = given;
      const statement = statementOf({ Sid: '', Principal, Action, SourceArn, SourceAccount });
      return [ofResource('Permission', { Statement: statement }, [given.FunctionName])];
    }
    case 'AWS::Events::EventBusPolicy':
      return [ofResource('Statement', { Statement: given.Statement }, list(given.Statement.Resource))];
  }
  if (/(Policy|Permission)$/.test(type)) throw new Error(`The permissions of ${type} are not known here.`);
  return [];
}

function roleNamed(name: string, { resources }: Stack): { logicalId: string; arn: string } {
  for (const [logicalId, { type, physicalId, attributes }] of resources) {
    if (type === 'AWS::IAM::Role' && physicalId === name) return { logicalId, arn: attributes.Arn! };
  }
  throw new Error(`There is no role ${name} in the stack of its policy.`);
}

function attributeOf(physicalId: string, { resources }: Stack): string {
  const resource = [...resources.values()].find((one) => one.physicalId === physicalId);
  return resource!.attributes.Arn!;
}

function statementsIn(document: unknown): PolicyStatement[] {
  return list((document as { Statement: PolicyStatement | PolicyStatement[] }).Statement);
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

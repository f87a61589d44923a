import { type ConditionContext, type Conditions, checkConditions, conditionsHold } from './iam/conditions.ts';
import { matchesPattern } from './iam/patterns.ts';

type OneOrMore = string | string[];

/** A statement's principals: everyone, or account ids, ARNs and services. */
export type Principals = '*' | { AWS?: OneOrMore; Service?: OneOrMore };

/** One statement of an IAM policy, identity-based or resource-based. */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: Principals;
  NotPrincipal?: Principals;
  Action?: OneOrMore;
  NotAction?: OneOrMore;
  Resource?: OneOrMore;
  NotResource?: OneOrMore;
  Condition?: Conditions;
}

/** Who asks for what. */
export interface AccessRequest {
  /**
   * An ARN (of an account's root, a role, a role's session, a user), an account id, or a service such as
   * `events.amazonaws.com`. An array means: all of these at once, e.g. a role that a service has assumed.
   */
  principal: string | string[];
  /** `service:Action`. */
  action: string;
  /** An ARN. */
  resource: string;
  context?: ConditionContext;
}

export type Decision = 'Allow' | 'Deny' | 'ImplicitDeny';

/**
 * Evaluates the statements of policies of one kind, as the IAM User Guide documents in "Policy evaluation
 * logic": an explicit deny wins, then an allow, else access is denied implicitly.
 *
 * A statement without `Principal` (an identity's own) speaks to every principal, and one without `Resource` (a
 * trust policy's) of every resource.
 *
 * @throws Error for what this evaluation does not know, e.g. a condition operator or a policy variable
 */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  let decision: Decision = 'ImplicitDeny';
  for (const statement of statements) {
    if (!applies(statement, request)) continue;
    if (statement.Effect === 'Deny') return 'Deny';
    decision = 'Allow';
  }
  return decision;
}

const knownElements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * The statements of a policy document, given as JSON or parsed.
 *
 * @throws Error when it is not a policy document or holds something that {@link evaluate} does not know
 */
export function statementsOf(document: unknown): Statement[] {
  const policy: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  const listed = typeof policy === 'object' && policy && 'Statement' in policy ? policy.Statement : undefined;
  const statements = Array.isArray(listed) ? listed : [listed];
  for (const statement of statements) checkStatement(statement);
  return statements as Statement[];
}

function checkStatement(statement: unknown): void {
  if (typeof statement !== 'object' || statement === null) {
    throw new Error('A policy needs statements, and each is an object.');
  }
  for (const element of Object.keys(statement)) {
    if (!knownElements.has(element)) throw new Error(`A policy statement has no element ${element}.`);
  }
  const { Effect, Action, NotAction, Condition, Resource, NotResource } = statement as Partial<Statement>;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error('A statement’s Effect is Allow or Deny.');
  if ((Action === undefined) === (NotAction === undefined)) {
    throw new Error('A statement has either Action or NotAction.');
  }
  const variable = [Resource ?? [], NotResource ?? []].flat().find((value) => String(value).includes('${'));
  if (variable) throw new Error(`Policy variables are not known to the local cloud: ${variable}`);
  if (Condition) checkConditions(Condition);
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const principals = list(request.principal);
  if (Principal !== undefined && !principalsInclude(Principal, principals)) return false;
  if (NotPrincipal !== undefined && principalsInclude(NotPrincipal, principals)) return false;

  const named = (patterns: OneOrMore) =>
    list(patterns).some((pattern) => matchesPattern(pattern.toLowerCase(), request.action.toLowerCase()));
  if (Action !== undefined && !named(Action)) return false;
  if (NotAction !== undefined && named(NotAction)) return false;

  const covered = (patterns: OneOrMore) =>
    list(patterns).some((pattern) => matchesPattern(pattern, request.resource));
  if (Resource !== undefined && !covered(Resource)) return false;
  if (NotResource !== undefined && covered(NotResource)) return false;

  return !Condition || conditionsHold(Condition, request.context ?? {});
}

function principalsInclude(principals: Principals, asking: string[]): boolean {
  if (principals === '*') return true;
  const unknown = Object.keys(principals).find((kind) => kind !== 'AWS' && kind !== 'Service');
  if (unknown) throw new Error(`The principal type ${unknown} is not known to the local cloud.`);
  const services = list(principals.Service ?? []);
  const identities = list(principals.AWS ?? []);
  return asking.some(
    (principal) =>
      services.includes(principal) || identities.some((identity) => identityCovers(identity, principal)),
  );
}

/** Whether a policy's `AWS` principal covers the one who asks: itself, its account, or the role of its session. */
function identityCovers(identity: string, principal: string): boolean {
  if (identity === '*' || identity === principal) return true;
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(identity)?.[1];
  if (account) return accountOf(principal) === account;
  const role = /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(identity);
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal);
  return role !== null && session !== null && [1, 2, 3].every((part) => role[part] === session[part]);
}

function accountOf(principal: string): string | undefined {
  return /^\d{12}$/.test(principal) ? principal : principal.split(':')[4];
}

function list(value: OneOrMore): string[] {
  return Array.isArray(value) ? value : [value];
}

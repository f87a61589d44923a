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
  /** Asked for only if a statement that would apply has conditions. */
  context?: ConditionContext | (() => ConditionContext);
}

export type Decision = 'Allow' | 'Deny' | 'ImplicitDeny';

/** A statement that applies to a request, and which of its words do. */
export interface Match {
  statement: Statement;
  /** The statement's action patterns that cover the action; `*` for those of `NotAction`. */
  actions: string[];
  /** The statement's resource patterns that cover the resource; `*` for those of `NotResource` and for none. */
  resources: string[];
  /** Whether it names the one who asks, or only the account, which says nothing about its single roles. */
  names: 'principal' | 'account';
}

/** What the statements of policies of one kind say about a request. */
export interface Evaluation {
  decision: Decision;
  /** The statements that allow it; none when another one denies it. */
  allowedBy: Match[];
}

/**
 * Evaluates the statements of policies of one kind, as the IAM User Guide documents in "Policy evaluation
 * logic": an explicit deny wins, then an allow, else access is denied implicitly.
 *
 * A statement without `Principal` (an identity's own) speaks to every principal, and one without `Resource` (a
 * trust policy's) of every resource.
 *
 * @throws Error for what this evaluation does not know, e.g. a condition operator or a policy variable
 */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Evaluation {
  const allowedBy: Match[] = [];
  for (const statement of statements) {
    const match = matchOf(statement, request);
    if (!match) continue;
    if (statement.Effect === 'Deny') return { decision: 'Deny', allowedBy: [] };
    allowedBy.push(match);
  }
  return { decision: allowedBy.length > 0 ? 'Allow' : 'ImplicitDeny', allowedBy };
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

/**
 * Checks that the statements are those of a policy of who acts (`identity`), or of who may take a role (`trust`).
 *
 * @throws Error with the words of IAM
 */
export function checkKind(statements: readonly Statement[], kind: 'identity' | 'trust'): void {
  for (const { Principal, NotPrincipal, Resource, NotResource } of statements) {
    const names = Principal !== undefined || NotPrincipal !== undefined;
    const covers = Resource !== undefined || NotResource !== undefined;
    if (kind === 'trust') {
      if (covers) throw new Error('Has prohibited field Resource');
      if (!names) throw new Error('Missing required field Principal');
      continue;
    }
    if (names) throw new Error('Policy document should not specify a principal.');
    if (!covers) throw new Error('Policy statement must contain resources.');
  }
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

function matchOf(statement: Statement, request: AccessRequest): Match | undefined {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const principals = list(request.principal);
  const names = Principal === undefined ? 'principal' : namedBy(Principal, principals);
  if (!names || (NotPrincipal !== undefined && namedBy(NotPrincipal, principals))) return undefined;

  const asked = request.action.toLowerCase();
  const naming = (patterns: OneOrMore) =>
    list(patterns).filter((pattern) => matchesPattern(pattern.toLowerCase(), asked));
  const actions = Action === undefined ? ['*'] : naming(Action);
  if (actions.length === 0 || (NotAction !== undefined && naming(NotAction).length > 0)) return undefined;

  const covering = (patterns: OneOrMore) =>
    list(patterns).filter((pattern) => matchesPattern(pattern, request.resource));
  const resources = Resource === undefined ? ['*'] : covering(Resource);
  if (resources.length === 0 || (NotResource !== undefined && covering(NotResource).length > 0)) {
    return undefined;
  }
  if (Condition && !conditionsHold(Condition, contextOf(request))) return undefined;
  return { statement, actions, resources, names };
}

function contextOf({ context = {} }: AccessRequest): ConditionContext {
  return typeof context === 'function' ? context() : context;
}

function namedBy(principals: Principals, asking: string[]): Match['names'] | undefined {
  if (principals === '*') return 'principal';
  const unknown = Object.keys(principals).find((kind) => kind !== 'AWS' && kind !== 'Service');
  if (unknown) throw new Error(`The principal type ${unknown} is not known to the local cloud.`);
  if (list(principals.Service ?? []).some((service) => asking.includes(service))) return 'principal';
  const named = list(principals.AWS ?? []).flatMap((identity) =>
    asking.map((principal) => coverage(identity, principal)),
  );
  return named.find((how) => how === 'principal') ?? named.find((how) => how !== undefined);
}

/** How a policy's `AWS` principal covers the one who asks: itself, the role of its session, or its account. */
function coverage(identity: string, principal: string): Match['names'] | undefined {
  if (identity === '*' || identity === principal) return 'principal';
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(identity)?.[1];
  if (account) return accountOf(principal) === account ? 'account' : undefined;
  const role = /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(identity);
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal);
  const same = role !== null && session !== null && [1, 2, 3].every((part) => role[part] === session[part]);
  return same ? 'principal' : undefined;
}

function accountOf(principal: string): string | undefined {
  return /^\d{12}$/.test(principal) ? principal : principal.split(':')[4];
}

function list(value: OneOrMore): string[] {
  return Array.isArray(value) ? value : [value];
}

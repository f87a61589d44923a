import type { ConditionContext } from '../iam/conditions.ts';
import type { Role } from '../iam/role.ts';
import type { Iam } from '../iam/roles.ts';
import { type Evaluation, evaluate, type Match, type Statement } from '../iam.ts';
import { AwsError, type AwsService, type Caller, type Guard } from '../service.ts';
import type { Need } from './need.ts';
import { AccessRecord, type Source, trustSource } from './record.ts';
import { refusalOf } from './refusal.ts';

/** What decisions need to know of the organization. */
export interface Membership {
  /** The id of the account's organization, if it is in one. */
  organizationOf(accountId: string): string | undefined;
  /** Whether the account is open. A closed account's roles cannot be assumed. */
  isActive(accountId: string): boolean;
}

export interface AccessOptions {
  iam: Pick<Iam, 'role' | 'grants'>;
  membership: Membership;
  clock: { now(): number };
  /** The policies of the keys of KMS, by the key's ARN. */
  keyPolicy?: (keyArn: string) => readonly Statement[] | undefined;
}

/** Actions about which the resource's policy has the first word: nobody in the account may unless it says so. */
const policyDecides = /^(kms:|sts:AssumeRole$)/;

type Allowing = Match & { source: Source };

/** What one side says: the caller's own policies, or the resource's. */
interface Side {
  decision: Evaluation['decision'];
  allowedBy: Allowing[];
}

const silent: Side = { decision: 'ImplicitDeny', allowedBy: [] };
const unlimited: Side = { decision: 'Allow', allowedBy: [] };

/**
 * Decides every call of the local cloud by the policies that were deployed, as the IAM User Guide documents in
 * "Policy evaluation logic" and "Cross-account policy evaluation logic", and records what allowed it.
 *
 * A session of a role may do what the role's policies say, and no more than the policy with which it was begun. The root user of an account, and its users, of whom
 * the local cloud has no policies, have every permission of their account. A service that comes without a role
 * may do what the resource's policy says.
 */
export class Access implements Guard {
  readonly record = new AccessRecord();
  readonly #iam: AccessOptions['iam'];
  readonly #membership: Membership;
  readonly #clock: AccessOptions['clock'];
  readonly #keyPolicy: NonNullable<AccessOptions['keyPolicy']>;

  constructor({ iam, membership, clock, keyPolicy = () => undefined }: AccessOptions) {
    this.#iam = iam;
    this.#membership = membership;
    this.#clock = clock;
    this.#keyPolicy = keyPolicy;
  }

  admit(service: AwsService, action: string, input: unknown, caller: Caller): void {
    const needs = service.needs && Object.hasOwn(service.needs, action) && service.needs[action];
    if (needs) {
      for (const need of needs(input, caller)) this.#require(service.signingName, caller, need);
    } else if (!isOwner(caller)) {
      throw new AwsError(
        'UnknownOperationException',
        `The local cloud does not know which permissions ${service.signingName}:${action} asks.`,
      );
    }
  }

  permits(caller: Caller, need: Need): boolean {
    return this.#denied(caller, need) === undefined;
  }

  require(caller: Caller, ...needs: Need[]): void {
    for (const need of needs) this.#require(need.action.split(':')[0]!, caller, need);
  }

  #require(signingName: string, caller: Caller, need: Need): void {
    const message = this.#denied(caller, need);
    if (message !== undefined) throw refusalOf(signingName, need.action, message);
  }

  serviceRole(
    roleArn: string,
    service: string,
    source: { arn: string; accountId: string },
  ): Role | undefined {
    const role = this.#iam.role(roleArn);
    const caller = { service, arn: source.arn, accountId: source.accountId, region: '' };
    return role && this.permits(caller, trusting(role)) ? role : undefined;
  }

  /** The role, if the caller may assume it: by its own policies and the role's trust policy. */
  assumable(roleArn: string, context: ConditionContext, caller: Caller): Role | undefined {
    const role = this.#iam.role(roleArn);
    if (role && this.#membership.isActive(role.accountId)) {
      return this.permits(caller, trusting(role, context)) ? role : undefined;
    }
    const { principal, role: ownRole } = this.#principalOf(caller);
    const need: Need = { action: 'sts:AssumeRole', resource: roleArn };
    const message = refusal(principal, need, 'resource-based', silent);
    this.record.refused({ principal, role: ownRole?.arn, ...need, message, absent: true });
    return undefined;
  }

  /** Why the caller may not; undefined if it may. Both are recorded. */
  #denied(caller: Caller, need: Need): string | undefined {
    const { principal, role, owns } = this.#principalOf(caller);
    const isOfKey = need.action.startsWith('kms:') && need.resource !== '*';
    const policy = isOfKey ? (this.#keyPolicy(need.resource) ?? []) : need.policy;
    const context = this.#contextOf(caller, role, need);
    const request = { principal, action: need.action, resource: need.resource, context };
    const own: Side = role ? this.#ofRole(role, request) : owns ? unlimited : silent;
    const source = need.action === 'sts:AssumeRole' ? trustSource(need.resource) : need.resource;
    const ofResource = policy ? from(source, evaluate(policy, request)) : silent;

    const { sessionPolicy } = caller;
    const beyondSession = sessionPolicy && evaluate(sessionPolicy, request).decision !== 'Allow';
    const failing = beyondSession
      ? 'session'
      : denyingSide(own, ofResource, {
          hasPolicy: policy !== undefined,
          sameAccount: ownerOf(need) === caller.accountId || ownerOf(need) === '',
          isService: role === undefined && !owns,
          policyFirst: policyDecides.test(need.action),
        });
    if (failing === undefined) {
      for (const { allowedBy } of [own, ofResource]) this.record.allowed(allowedBy);
      return undefined;
    }
    const message = refusal(
      principal,
      need,
      failing,
      failing === 'resource-based' ? ofResource : failing === 'session' ? silent : own,
    );
    const { action, resource } = need;
    this.record.refused({ principal, role: role?.arn, action, resource, message, absent: false });
    return message;
  }

  #ofRole(role: Role, request: Parameters<typeof evaluate>[1]): Side {
    const allowedBy: Allowing[] = [];
    for (const { source, statements } of this.#iam.grants(role)) {
      const side = from(source, evaluate(statements, request));
      if (side.decision === 'Deny') return side;
      allowedBy.push(...side.allowedBy);
    }
    return { decision: allowedBy.length > 0 ? 'Allow' : 'ImplicitDeny', allowedBy };
  }

  /** Who asks: a service, a role's session, or an account's own user, who owns every permission of the account. */
  #principalOf(caller: Caller): { principal: string; role: Role | undefined; owns: boolean } {
    if (isService(caller)) return { principal: caller.service!, role: undefined, owns: false };
    const role = this.#iam.role(caller.arn);
    return { principal: caller.arn, role, owns: !role && isOwner(caller) };
  }

  /** The condition keys of every request (IAM User Guide, "AWS global condition context keys"). */
  #contextOf(caller: Caller, role: Role | undefined, need: Need): () => ConditionContext {
    let context: ConditionContext | undefined;
    return () => {
      if (context) return context;
      const owner = ownerOf(need) || caller.accountId;
      const common = {
        'aws:SecureTransport': 'true',
        'aws:CurrentTime': new Date(this.#clock.now()).toISOString(),
        'aws:RequestedRegion': caller.region || undefined,
        'aws:ResourceAccount': owner,
        'aws:ResourceOrgID': this.#membership.organizationOf(owner),
      };
      const who = isService(caller)
        ? { 'aws:SourceArn': caller.arn, 'aws:SourceAccount': caller.accountId }
        : {
            'aws:PrincipalArn': role?.arn ?? caller.arn,
            'aws:userid': role && `${role.id}:${caller.arn.split('/').at(-1)}`,
            'aws:PrincipalAccount': caller.accountId,
            'aws:PrincipalOrgID': this.#membership.organizationOf(caller.accountId),
          };
      context = { ...common, ...who, ...need.context };
      return context;
    };
  }
}

function trusting(role: Role, context: ConditionContext = {}): Need {
  return { action: 'sts:AssumeRole', resource: role.arn, policy: role.trust, context };
}

function from(source: Source, { decision, allowedBy }: Evaluation): Side {
  return { decision, allowedBy: allowedBy.map((match) => ({ ...match, source })) };
}

/** Which side refuses; undefined if the request is allowed. */
function denyingSide(
  own: Side,
  ofResource: Side,
  about: { hasPolicy: boolean; sameAccount: boolean; isService: boolean; policyFirst: boolean },
): 'identity-based' | 'resource-based' | undefined {
  if (own.decision === 'Deny') return 'identity-based';
  if (ofResource.decision === 'Deny') return 'resource-based';
  const byOwn = own.decision === 'Allow';
  if (!about.hasPolicy) return byOwn ? undefined : 'identity-based';
  const named = ofResource.allowedBy.some(({ names }) => names === 'principal');
  if (about.isService) return named ? undefined : 'resource-based';
  const mentioned = ofResource.allowedBy.length > 0;
  if (!about.sameAccount || about.policyFirst) {
    // What names the account only leaves it to the account's own policies.
    if (!mentioned) return 'resource-based';
    return byOwn || (about.sameAccount && named) ? undefined : 'identity-based';
  }
  return byOwn || named ? undefined : 'identity-based';
}

/** The form of AWS's messages (IAM User Guide, "Troubleshoot access denied error messages"). */
function refusal(
  principal: string,
  { action, resource }: Need,
  kind: 'identity-based' | 'resource-based' | 'session',
  { decision }: Side,
): string {
  const who = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`;
  // AWS answers alike whatever was wrong with a role that could not be assumed.
  if (action === 'sts:AssumeRole' && decision !== 'Deny') return who;
  return decision === 'Deny'
    ? `${who} with an explicit deny in ${kind === 'identity-based' ? 'an' : 'a'} ${kind} policy`
    : `${who} because no ${kind} policy allows the ${action} action`;
}

/** The account in the resource's ARN; empty where it names none. */
function ownerOf({ resource }: Need): string {
  return resource.split(':')[4] ?? '';
}

/** A service acting for a resource, whose ARN is the caller's, and not in a role. */
function isService({ arn, service }: Caller): boolean {
  return service !== undefined && !/^arn:[\w-]+:(iam|sts):/.test(arn);
}

/** The root user or a user of the account. */
function isOwner({ arn }: Caller): boolean {
  return /^arn:[\w-]+:iam::\d{12}:(root$|user\/)/.test(arn);
}

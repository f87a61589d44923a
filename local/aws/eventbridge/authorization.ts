import type { Iam, Role } from '../iam/roles.ts';
import { type AccessRequest, evaluate } from '../iam.ts';
import type { Caller } from '../service.ts';
import type { Bus, Rule } from './buses.ts';

/** EventBridge's own name as a principal. */
export const eventsService = 'events.amazonaws.com';

/** Decides who may put events on a bus, and what EventBridge may do in a role that a target names. */
export class Authorization {
  readonly #iam: Pick<Iam, 'role' | 'identityStatements'>;
  readonly #organizationOf: (accountId: string) => string | undefined;

  constructor(options: {
    iam: Pick<Iam, 'role' | 'identityStatements'>;
    organizationOf: (accountId: string) => string | undefined;
  }) {
    this.#iam = options.iam;
    this.#organizationOf = options.organizationOf;
  }

  /** The role, if it is there and its trust policy lets EventBridge assume it on behalf of the rule. */
  assume(roleArn: string, rule: Rule): Role | undefined {
    const role = this.#iam.role(roleArn);
    const request: AccessRequest = {
      principal: eventsService,
      action: 'sts:AssumeRole',
      resource: roleArn,
      context: { 'aws:SourceAccount': rule.accountId, 'aws:SourceArn': rule.arn },
    };
    return role && evaluate(role.trust, request) === 'Allow' ? role : undefined;
  }

  /** Whether the role's own policies allow the action. */
  roleMay(role: Role, action: string, resource: string): boolean {
    return (
      evaluate(this.#iam.identityStatements(role), { principal: role.arn, action, resource }) === 'Allow'
    );
  }

  /**
   * Whether the caller may put an event on the bus: by its own policies or the bus's within an account, by both
   * across accounts. The root user, and callers of whom IAM has no role, have all permissions of their account.
   */
  mayPutEvents(caller: Caller, bus: Bus, event: { source: string; detailType: string }): boolean {
    const role = this.#iam.role(caller.arn);
    const request: AccessRequest = {
      principal: caller.arn,
      action: 'events:PutEvents',
      resource: bus.arn,
      context: {
        'aws:PrincipalArn': role?.arn ?? caller.arn,
        'aws:PrincipalAccount': caller.accountId,
        'aws:PrincipalOrgID': this.#organizationOf(caller.accountId),
        'events:source': event.source,
        'events:detail-type': event.detailType,
      },
    };
    const own = role ? evaluate(this.#iam.identityStatements(role), request) : 'Allow';
    const ofBus = evaluate(bus.statements, request);
    if (own === 'Deny' || ofBus === 'Deny') return false;
    if (caller.accountId === bus.accountId) return own === 'Allow' || ofBus === 'Allow';
    return own === 'Allow' && ofBus === 'Allow';
  }
}

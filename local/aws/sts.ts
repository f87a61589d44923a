import type { Clock } from '../clock.ts';
import type { Credentials } from './credentials.ts';
import type { Iam, Role } from './iam/roles.ts';
import { partitionOf } from './iam/roles.ts';
import { type AccessRequest, evaluate } from './iam.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/** What STS needs to know of the organization. */
export interface Membership {
  /** The id of the account's organization, if it is in one. */
  organizationOf(accountId: string): string | undefined;
  /** Whether the account is open. A closed account's roles cannot be assumed. */
  isActive(accountId: string): boolean;
}

interface AssumeRoleInput {
  RoleArn: string;
  RoleSessionName: string;
  ExternalId?: string;
  DurationSeconds?: number;
}

/** Security Token Service. */
export class Sts implements AwsService {
  readonly signingName = 'sts';
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  readonly #iam: Iam;
  readonly #membership: Membership;

  constructor(options: { clock: Clock; credentials: Credentials; iam: Iam; membership: Membership }) {
    this.#clock = options.clock;
    this.#credentials = options.credentials;
    this.#iam = options.iam;
    this.#membership = options.membership;
  }

  readonly actions: Record<string, Action> = {
    AssumeRole: (input: AssumeRoleInput, caller) => this.#assumeRole(input, caller),
    GetCallerIdentity: (_input, caller) => ({
      Account: caller.accountId,
      Arn: caller.arn,
      UserId: this.#userId(caller),
    }),
  };

  #assumeRole(input: AssumeRoleInput, caller: Caller) {
    const { RoleArn, RoleSessionName, ExternalId, DurationSeconds = 3600 } = input;
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
      throw new AwsError('ValidationError', `${RoleSessionName} is not a role session name.`);
    }
    const role = this.#iam.role(RoleArn);
    // AWS does not tell an unknown role from a forbidden one.
    if (!role || !this.#admits(role, ExternalId, caller)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
        403,
      );
    }
    if (DurationSeconds < 900 || DurationSeconds > role.maxSessionSeconds) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const partition = partitionOf(caller.region);
    const arn = `arn:${partition}:sts::${role.accountId}:assumed-role/${role.name}/${RoleSessionName}`;
    // Role chaining limits the new session to an hour (IAM User Guide, "Methods to assume a role").
    const seconds = caller.arn.includes(':assumed-role/') ? Math.min(DurationSeconds, 3600) : DurationSeconds;
    const session = this.#credentials.issue({ accountId: role.accountId, arn }, seconds);
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiration,
      },
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${RoleSessionName}`, Arn: arn },
    };
  }

  #admits(role: Role, externalId: string | undefined, caller: Caller): boolean {
    if (!this.#membership.isActive(role.accountId)) return false;
    const callerRole = this.#iam.role(caller.arn);
    const request: AccessRequest = {
      principal: caller.service ? [caller.arn, caller.service] : caller.arn,
      action: 'sts:AssumeRole',
      resource: role.arn,
      context: {
        'sts:ExternalId': externalId,
        'aws:PrincipalOrgID': this.#membership.organizationOf(caller.accountId),
        'aws:PrincipalArn': callerRole?.arn ?? caller.arn,
        'aws:PrincipalAccount': caller.accountId,
        'aws:ResourceOrgID': this.#membership.organizationOf(role.accountId),
        'aws:ResourceAccount': role.accountId,
        'aws:CurrentTime': new Date(this.#clock.now()).toISOString(),
      },
    };
    if (evaluate(role.trust, request) !== 'Allow') return false;
    // Another account's role needs the caller's own permission, too; a root user has every permission.
    if (!callerRole || caller.service) return true;
    return evaluate(this.#iam.identityStatements(callerRole), request) === 'Allow';
  }

  #userId(caller: Caller): string {
    const role = this.#iam.role(caller.arn);
    return role ? `${role.id}:${caller.arn.split('/').at(-1)}` : caller.accountId;
  }
}

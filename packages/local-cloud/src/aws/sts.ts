import type { Access } from './authorization/access.ts';
import type { Credentials } from './credentials.ts';
import type { Iam } from './iam/roles.ts';
import { partitionOf } from './iam/roles.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

interface AssumeRoleInput {
  RoleArn: string;
  RoleSessionName: string;
  ExternalId?: string;
  DurationSeconds?: number;
}

/** Security Token Service. */
export class Sts implements AwsService {
  readonly signingName = 'sts';
  readonly #credentials: Credentials;
  readonly #iam: Pick<Iam, 'role'>;
  readonly #access: Access;

  constructor(options: { credentials: Credentials; iam: Pick<Iam, 'role'>; access: Access }) {
    this.#credentials = options.credentials;
    this.#iam = options.iam;
    this.#access = options.access;
  }

  readonly actions: Record<string, Action> = {
    AssumeRole: (input: AssumeRoleInput, caller) => this.#assumeRole(input, caller),
    GetCallerIdentity: (_input, caller) => ({
      Account: caller.accountId,
      Arn: caller.arn,
      UserId: this.#userId(caller),
    }),
  };

  /** AssumeRole asks the caller's policies and the role's, of which only it knows: it decides itself. */
  readonly needs = { AssumeRole: () => [], GetCallerIdentity: () => [] };

  #assumeRole(input: AssumeRoleInput, caller: Caller) {
    const { RoleArn, RoleSessionName, ExternalId, DurationSeconds = 3600 } = input;
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
      throw new AwsError('ValidationError', `${RoleSessionName} is not a role session name.`);
    }
    const role = this.#access.assumable(RoleArn, ExternalId, caller);
    if (!role) {
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

  #userId(caller: Caller): string {
    const role = this.#iam.role(caller.arn);
    return role ? `${role.id}:${caller.arn.split('/').at(-1)}` : caller.accountId;
  }
}

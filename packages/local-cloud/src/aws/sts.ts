import type { Access } from './authorization/access.ts';
import type { Credentials } from './credentials.ts';
import type { Iam } from './iam/roles.ts';
import { partitionOf } from './iam/roles.ts';
import { type Statement, statementsOf } from './iam.ts';
import { acceptOnly } from './members.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

interface AssumeRoleInput {
  RoleArn: string;
  RoleSessionName: string;
  ExternalId?: string;
  DurationSeconds?: number;
  Policy?: string;
}

/** "IAM and AWS STS quotas": characters of an inline session policy. How AWS packs it is not known. */
const LARGEST_SESSION_POLICY = 2048;

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
    acceptOnly(
      input,
      ['RoleArn', 'RoleSessionName', 'ExternalId', 'DurationSeconds', 'Policy'],
      'ValidationError',
    );
    const { RoleArn, RoleSessionName, ExternalId, DurationSeconds = 3600 } = input;
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
      throw new AwsError('ValidationError', `${RoleSessionName} is not a role session name.`);
    }
    const role = this.#access.assumable(
      RoleArn,
      { 'sts:ExternalId': ExternalId, 'sts:RoleSessionName': RoleSessionName },
      caller,
    );
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
    const sessionPolicy = sessionStatements(input.Policy);
    const session = this.#credentials.issue({ accountId: role.accountId, arn, sessionPolicy }, seconds);
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

/** What a session is limited to; undefined: to nothing but its role's own policies. */
function sessionStatements(document: string | undefined): Statement[] | undefined {
  if (document === undefined) return undefined;
  if (document.length > LARGEST_SESSION_POLICY) {
    throw new AwsError(
      'ValidationError',
      `A session policy has at most ${LARGEST_SESSION_POLICY} characters.`,
    );
  }
  try {
    return statementsOf(document);
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', (error as Error).message);
  }
}

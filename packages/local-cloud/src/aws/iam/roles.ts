import type { Clock } from '../../clock.ts';
import { policySource, type Source } from '../authorization/record.ts';
import { checkKind, type Statement, statementsOf } from '../iam.ts';
import { digest } from '../ids.ts';
import { type Action, AwsError, type AwsService, type Caller } from '../service.ts';
import { isManagedByAws, managedStatements } from './managed-policies.ts';
import { iamNeeds } from './needs.ts';
import type { Role } from './role.ts';

interface ManagedPolicy {
  arn: string;
  name: string;
  path: string;
  createdAt: number;
  document: string;
  statements: Statement[];
}

/** The statements of one policy. */
export interface Grants {
  source: Source;
  statements: readonly Statement[];
}

/**
 * IAM's roles and customer managed policies.
 */
export class Iam implements AwsService {
  readonly signingName = 'iam';
  readonly #clock: Clock;
  readonly #roles = new Map<string, Role>();
  readonly #policies = new Map<string, ManagedPolicy>();
  /** Thousands of accounts get the same documents: each is parsed once. */
  readonly #parsed = new Map<string, Statement[]>();
  /** What {@link grants} has found, until one of the role's policies changes. */
  readonly #grants = new WeakMap<Role, Grants[]>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  /** The role of that ARN, or of a session's ARN (`arn:…:assumed-role/<role>/<session>`). */
  role(arn: string): Role | undefined {
    const session = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
    const [, accountId, name] =
      session ?? /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    const role = this.#roles.get(`${accountId}/${name}`);
    return role && (session || role.arn === arn) ? role : undefined;
  }

  /**
   * The statements of all policies of a role, by where they stand.
   */
  grants(role: Role): readonly Grants[] {
    const known = this.#grants.get(role);
    if (known) return known;
    const grants: Grants[] = [...role.inline].map(([name, { statements }]) => ({
      source: policySource(role.arn, name),
      statements,
    }));
    for (const arn of role.attached) {
      const statements = managedStatements(arn) ?? this.#policies.get(arn)?.statements;
      if (statements) grants.push({ source: arn, statements });
    }
    this.#grants.set(role, grants);
    return grants;
  }

  readonly needs = iamNeeds(iamArn, (name, caller) => this.#roles.get(`${caller.accountId}/${name}`)?.path);

  readonly actions: Record<string, Action> = {
    CreateRole: (input, caller) => ({ Role: roleView(this.#createRole(input, caller)) }),
    GetRole: (input, caller) => ({ Role: roleView(this.#find(input.RoleName, caller)) }),
    ListRoles: (_input, caller) => ({
      Roles: [...this.#roles.values()].filter((role) => role.accountId === caller.accountId).map(roleView),
      IsTruncated: false,
    }),
    DeleteRole: (input, caller) => {
      const role = this.#find(input.RoleName, caller);
      if (role.inline.size > 0) {
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      }
      if (role.attached.size > 0) {
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
      }
      this.#roles.delete(`${role.accountId}/${role.name}`);
      return {};
    },
    UpdateRole: ({ RoleName, Description, MaxSessionDuration }, caller) => {
      const role = this.#find(RoleName, caller);
      role.description = Description ?? role.description;
      role.maxSessionSeconds = MaxSessionDuration ?? role.maxSessionSeconds;
      return {};
    },
    UpdateAssumeRolePolicy: (input, caller) => {
      const role = this.#find(input.RoleName, caller);
      role.trust = this.#statements(input.PolicyDocument, 'trust');
      role.trustPolicy = input.PolicyDocument;
      return {};
    },
    PutRolePolicy: (input, caller) => {
      this.#change(input.RoleName, caller).inline.set(input.PolicyName, {
        document: input.PolicyDocument,
        statements: this.#statements(input.PolicyDocument, 'identity'),
      });
      return {};
    },
    GetRolePolicy: (input, caller) => {
      const policy = this.#find(input.RoleName, caller).inline.get(input.PolicyName);
      if (!policy) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      return {
        RoleName: input.RoleName,
        PolicyName: input.PolicyName,
        PolicyDocument: encodeURIComponent(policy.document),
      };
    },
    DeleteRolePolicy: (input, caller) => {
      if (!this.#change(input.RoleName, caller).inline.delete(input.PolicyName)) {
        throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      }
      return {};
    },
    AttachRolePolicy: (input, caller) => {
      const { PolicyArn } = input;
      const statements = managedStatements(PolicyArn) ?? this.#policies.get(PolicyArn)?.statements;
      if (!statements && isManagedByAws(PolicyArn)) {
        throw new AwsError(
          'InvalidInput',
          `The local cloud does not know what AWS's policy ${PolicyArn} allows. Write its statements as a policy of your own.`,
        );
      }
      if (!statements) {
        throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
      }
      this.#change(input.RoleName, caller).attached.add(PolicyArn);
      return {};
    },
    DetachRolePolicy: (input, caller) => {
      if (!this.#change(input.RoleName, caller).attached.delete(input.PolicyArn)) {
        throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
      }
      return {};
    },
    CreatePolicy: (input, caller) => {
      const arn = `${iamArn(caller)}:policy${input.Path ?? '/'}${input.PolicyName}`;
      if (this.#policies.has(arn)) {
        throw new AwsError('EntityAlreadyExists', `A policy called ${input.PolicyName} already exists.`, 409);
      }
      const statements = this.#statements(input.PolicyDocument, 'identity');
      const { PolicyName: name, PolicyDocument: document, Path: path = '/' } = input;
      const policy = { arn, name, path, document, statements, createdAt: this.#clock.now() };
      this.#policies.set(arn, policy);
      return { Policy: this.#policyView(policy) };
    },
    GetPolicy: ({ PolicyArn }, caller) => ({ Policy: this.#policyView(this.#policy(PolicyArn, caller)) }),
    GetPolicyVersion: ({ PolicyArn, VersionId }, caller) => {
      const { document, createdAt } = this.#policy(PolicyArn, caller);
      if (VersionId !== 'v1') throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist.`);
      const CreateDate = new Date(createdAt);
      return {
        PolicyVersion: {
          Document: encodeURIComponent(document),
          VersionId,
          IsDefaultVersion: true,
          CreateDate,
        },
      };
    },
    ListPolicies: (input: { Scope?: string }, caller) => ({
      Policies: [...this.#policies.values()]
        .filter(({ arn }) => input.Scope !== 'AWS' && arn.startsWith(`${iamArn(caller)}:`))
        .map((policy) => this.#policyView(policy)),
      IsTruncated: false,
    }),
    DeletePolicy: ({ PolicyArn }, caller) => {
      const policy = this.#policy(PolicyArn, caller);
      if (this.#policyView(policy).AttachmentCount > 0) {
        throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
      }
      this.#policies.delete(policy.arn);
      return {};
    },
    ListRolePolicies: ({ RoleName }, caller) => ({
      PolicyNames: [...this.#find(RoleName, caller).inline.keys()],
      IsTruncated: false,
    }),
    ListAttachedRolePolicies: ({ RoleName }, caller) => ({
      AttachedPolicies: [...this.#find(RoleName, caller).attached].map((PolicyArn) => ({
        PolicyArn,
        PolicyName: PolicyArn.split('/').at(-1),
      })),
      IsTruncated: false,
    }),
  };

  #policy(arn: string, caller: Caller): ManagedPolicy {
    const policy = arn.startsWith(`${iamArn(caller)}:`) ? this.#policies.get(arn) : undefined;
    if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    return policy;
  }

  #policyView({ arn, name, path, createdAt }: ManagedPolicy) {
    return {
      Arn: arn,
      PolicyName: name,
      PolicyId: `ANPA${digest(arn, 17).toUpperCase()}`,
      Path: path,
      DefaultVersionId: 'v1',
      AttachmentCount: [...this.#roles.values()].filter(({ attached }) => attached.has(arn)).length,
      IsAttachable: true,
      CreateDate: new Date(createdAt),
    };
  }

  #createRole(
    input: {
      RoleName: string;
      Path?: string;
      AssumeRolePolicyDocument: string;
      MaxSessionDuration?: number;
      Description?: string;
    },
    caller: Caller,
  ): Role {
    const { RoleName, Path = '/', AssumeRolePolicyDocument } = input;
    if (!/^[\w+=,.@-]{1,64}$/.test(RoleName)) {
      throw new AwsError('ValidationError', `${RoleName} is not a role name.`);
    }
    const key = `${caller.accountId}/${RoleName}`;
    if (this.#roles.has(key)) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${RoleName} already exists.`, 409);
    }
    const role: Role = {
      accountId: caller.accountId,
      name: RoleName,
      arn: `${iamArn(caller)}:role${Path}${RoleName}`,
      id: `AROA${digest(key, 17).toUpperCase()}`,
      path: Path,
      createdAt: this.#clock.now(),
      maxSessionSeconds: input.MaxSessionDuration ?? 3600,
      description: input.Description,
      trustPolicy: AssumeRolePolicyDocument,
      trust: this.#statements(AssumeRolePolicyDocument, 'trust'),
      inline: new Map(),
      attached: new Set(),
    };
    this.#roles.set(key, role);
    return role;
  }

  /** The role, whose permissions are about to change. */
  #change(name: string, caller: Caller): Role {
    const role = this.#find(name, caller);
    this.#grants.delete(role);
    return role;
  }

  #find(name: string, caller: Caller): Role {
    const role = this.#roles.get(`${caller.accountId}/${name}`);
    if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  #statements(document: string, kind: 'identity' | 'trust'): Statement[] {
    try {
      const statements = this.#parsed.get(document) ?? statementsOf(document);
      checkKind(statements, kind);
      this.#parsed.set(document, statements);
      return statements;
    } catch (error) {
      throw new AwsError('MalformedPolicyDocument', (error as Error).message);
    }
  }
}

function iamArn({ accountId, region }: Caller): string {
  return `arn:${partitionOf(region)}:iam::${accountId}`;
}

/** The partition that a Region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function roleView(role: Role) {
  return {
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    Path: role.path,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
    MaxSessionDuration: role.maxSessionSeconds,
    Description: role.description,
  };
}

function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404);
}

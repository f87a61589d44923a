import type { Clock, Timer } from '../clock.ts';
import { useOfKey } from './authorization/keys.ts';
import { type Need, onResource, requestedTags, withoutResources } from './authorization/need.ts';
import { type ResourcePolicy, resourcePolicyOf } from './iam/resource-policy.ts';
import { partitionOf } from './iam/roles.ts';
import { Ids } from './ids.ts';
import { acceptOnly } from './members.ts';
import { type GetRandomPasswordInput, randomPassword } from './random-password.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

interface Tag {
  Key: string;
  Value: string;
}

interface Version {
  readonly id: string;
  readonly string: string | undefined;
  readonly binary: Uint8Array | undefined;
  readonly createdAt: number;
  stages: string[];
}

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  description: string | undefined;
  kmsKeyId: string | undefined;
  tags: Tag[];
  versions: Version[];
  changedAt: number;
  deletion: { dueAt: number; timer: Timer } | undefined;
  policy?: ResourcePolicy | undefined;
}

interface Value {
  SecretString?: string;
  SecretBinary?: Uint8Array;
  ClientRequestToken?: string;
}

interface CreateSecretInput extends Value {
  Name: string;
  Description?: string;
  KmsKeyId?: string;
  Tags?: Tag[];
}

const valueMembers = ['SecretString', 'SecretBinary', 'ClientRequestToken'];

/** AWS Secrets Manager quotas: a secret value has at most 65,536 bytes. */
const LARGEST_VALUE = 65_536;

/** Secrets Manager. Secrets are read by their own account only. */
export class SecretsManager implements AwsService {
  readonly signingName = 'secretsmanager';
  readonly #clock: Clock;
  readonly #ids = new Ids('secrets-manager');
  readonly #secrets = new Map<string, Secret>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  readonly actions: Record<string, Action> = {
    CreateSecret: (input: CreateSecretInput, caller) => this.#create(input, caller),
    GetSecretValue: (input, caller) => this.#getValue(input, caller),
    PutSecretValue: (input: Value & { SecretId: string; VersionStages?: string[] }, caller) => {
      acceptOnly(input, ['SecretId', 'VersionStages', ...valueMembers], 'InvalidParameterException');
      const secret = this.#usable(input.SecretId, caller);
      if (!hasValue(input)) {
        throw new AwsError(
          'InvalidRequestException',
          'You must provide either SecretString or SecretBinary.',
        );
      }
      const version = this.#addVersion(secret, input, input.VersionStages);
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
    },
    UpdateSecret: (input: Value & { SecretId: string; Description?: string; KmsKeyId?: string }, caller) => {
      acceptOnly(
        input,
        ['SecretId', 'Description', 'KmsKeyId', ...valueMembers],
        'InvalidParameterException',
      );
      const secret = this.#usable(input.SecretId, caller);
      secret.description = input.Description ?? secret.description;
      secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
      secret.changedAt = this.#clock.now();
      const version = hasValue(input) ? this.#addVersion(secret, input) : undefined;
      return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
    },
    DescribeSecret: ({ SecretId }, caller) => this.#describe(this.#secret(SecretId, caller)),
    DeleteSecret: (input, caller) => this.#delete(input, caller),
    RestoreSecret: ({ SecretId }: { SecretId: string }, caller) => {
      const secret = this.#secret(SecretId, caller);
      secret.deletion?.timer.cancel();
      secret.deletion = undefined;
      return { ARN: secret.arn, Name: secret.name };
    },
    TagResource: ({ SecretId, Tags }: { SecretId: string; Tags: Tag[] }, caller) => {
      const secret = this.#usable(SecretId, caller);
      const kept = secret.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      secret.tags = [...kept, ...Tags];
      return {};
    },
    UntagResource: ({ SecretId, TagKeys }: { SecretId: string; TagKeys: string[] }, caller) => {
      const secret = this.#usable(SecretId, caller);
      secret.tags = secret.tags.filter(({ Key }) => !TagKeys.includes(Key));
      return {};
    },
    PutResourcePolicy: (input: { SecretId: string; ResourcePolicy: string }, caller) => {
      acceptOnly(input, ['SecretId', 'ResourcePolicy', 'BlockPublicPolicy'], 'InvalidParameterException');
      const secret = this.#usable(input.SecretId, caller);
      secret.policy = resourcePolicyOf(input.ResourcePolicy, 'MalformedPolicyDocumentException');
      return { ARN: secret.arn, Name: secret.name };
    },
    GetResourcePolicy: ({ SecretId }: { SecretId: string }, caller) => {
      const { arn, name, policy } = this.#secret(SecretId, caller);
      return { ARN: arn, Name: name, ResourcePolicy: policy?.document };
    },
    DeleteResourcePolicy: ({ SecretId }: { SecretId: string }, caller) => {
      const secret = this.#usable(SecretId, caller);
      secret.policy = undefined;
      return { ARN: secret.arn, Name: secret.name };
    },
    GetRandomPassword: (input: GetRandomPasswordInput) => ({ RandomPassword: randomPassword(input) }),
  };

  /** "AWS Secrets Manager API reference", the required permissions of each action. */
  readonly needs = {
    ...withoutResources('secretsmanager', 'GetRandomPassword'),
    ...onResource(
      'secretsmanager',
      [
        'DeleteResourcePolicy',
        'DeleteSecret',
        'DescribeSecret',
        'GetResourcePolicy',
        'PutResourcePolicy',
        'RestoreSecret',
      ],
      ({ SecretId }, caller) => this.#on(SecretId, caller),
    ),
    CreateSecret: ({ Name, KmsKeyId, Tags }: CreateSecretInput, caller: Caller): Need[] => {
      const resource = `${arnPrefix(caller)}${Name}`;
      const context = requestedTags((Tags ?? []).map(({ Key, Value }) => [Key, Value]));
      return [
        { action: 'secretsmanager:CreateSecret', resource, context },
        ...(Tags?.length ? [{ action: 'secretsmanager:TagResource', resource, context }] : []),
        ...useOfKey(KmsKeyId, 'secretsmanager', caller, ['GenerateDataKey', 'Decrypt'], {
          SecretARN: resource,
        }),
      ];
    },
    GetSecretValue: ({ SecretId }: { SecretId: string }, caller: Caller): Need[] => [
      { action: 'secretsmanager:GetSecretValue', ...this.#on(SecretId, caller) },
      ...this.#useOfKey(SecretId, caller, 'Decrypt'),
    ],
    // A new version is encrypted under a new data key ("Secret encryption and decryption").
    PutSecretValue: ({ SecretId }: { SecretId: string }, caller: Caller): Need[] => [
      { action: 'secretsmanager:PutSecretValue', ...this.#on(SecretId, caller) },
      ...this.#useOfKey(SecretId, caller, 'GenerateDataKey', 'Decrypt'),
    ],
  };

  /** The secret, and what its own policy says. */
  #on(secretId: string, caller: Caller): Pick<Need, 'resource' | 'policy'> {
    const asked = secretId.startsWith('arn:') ? secretId : `${arnPrefix(caller)}${secretId}`;
    const secret = this.#known(secretId, caller);
    return { resource: secret?.arn ?? asked, policy: secret?.policy?.statements };
  }

  #useOfKey(secretId: string, caller: Caller, ...actions: string[]): Need[] {
    const secret = this.#known(secretId, caller);
    return useOfKey(secret?.kmsKeyId, 'secretsmanager', caller, actions, { SecretARN: secret?.arn ?? '' });
  }

  #create(input: CreateSecretInput, caller: Caller) {
    const members = ['Name', 'Description', 'KmsKeyId', 'Tags', ...valueMembers];
    acceptOnly(input, members, 'InvalidParameterException');
    const { Name, Description, KmsKeyId, Tags = [], ClientRequestToken } = input;
    if (!/^[\w/+=.@-]{1,512}$/.test(Name)) {
      throw new AwsError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@',
      );
    }
    const key = `${caller.accountId}/${caller.region}/${Name}`;
    const known = this.#secrets.get(key);
    if (known?.deletion) throw scheduledForDeletion();
    if (known) {
      const first = known.versions.find(({ id }) => id === ClientRequestToken);
      if (!first || !sameValue(first, input)) {
        throw new AwsError(
          'ResourceExistsException',
          `The operation failed because the secret ${Name} already exists.`,
        );
      }
      return { ARN: known.arn, Name, VersionId: first.id };
    }
    const arn = `${arnPrefix(caller)}${Name}-${this.#ids.hex(6)}`;
    const secret: Secret = {
      arn,
      name: Name,
      createdAt: this.#clock.now(),
      description: Description,
      kmsKeyId: KmsKeyId,
      tags: Tags,
      versions: [],
      changedAt: this.#clock.now(),
      deletion: undefined,
    };
    const version = hasValue(input) ? this.#addVersion(secret, input) : undefined;
    this.#secrets.set(key, secret);
    return { ARN: arn, Name, VersionId: version?.id };
  }

  #getValue(input: { SecretId: string; VersionId?: string; VersionStage?: string }, caller: Caller) {
    const secret = this.#usable(input.SecretId, caller);
    const { VersionId, VersionStage = VersionId ? undefined : 'AWSCURRENT' } = input;
    const version = VersionId
      ? secret.versions.find(({ id }) => id === VersionId)
      : secret.versions.find(({ stages }) => stages.includes(VersionStage!));
    if (!version) {
      const by = VersionId ? `VersionId: ${VersionId}` : `staging label: ${VersionStage}`;
      throw notFound(`Secrets Manager can't find the specified secret value for ${by}`);
    }
    if (VersionStage && !version.stages.includes(VersionStage)) {
      throw new AwsError(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      SecretString: version.string,
      SecretBinary: version.binary,
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdAt),
    };
  }

  #describe(secret: Secret) {
    const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Description: secret.description,
      KmsKeyId: secret.kmsKeyId,
      LastChangedDate: new Date(secret.changedAt),
      CreatedDate: new Date(secret.createdAt),
      DeletedDate: secret.deletion && new Date(secret.deletion.dueAt),
      Tags: secret.tags,
      VersionIdsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
    };
  }

  #delete(
    input: { SecretId: string; ForceDeleteWithoutRecovery?: boolean; RecoveryWindowInDays?: number },
    caller: Caller,
  ) {
    const { SecretId, ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: window } = input;
    if (window !== undefined && (force || window < 7 || window > 30)) {
      throw new AwsError(
        'InvalidParameterException',
        'RecoveryWindowInDays is a number from 7 to 30, and excludes ForceDeleteWithoutRecovery.',
      );
    }
    const secret = this.#secret(SecretId, caller);
    if (secret.deletion && !force) throw scheduledForDeletion();
    secret.deletion?.timer.cancel();
    const remove = () => this.#secrets.delete(`${caller.accountId}/${caller.region}/${secret.name}`);
    const delay = force ? 0 : (window ?? 30) * 86_400_000;
    const dueAt = this.#clock.now() + delay;
    if (force) remove();
    else secret.deletion = { dueAt, timer: this.#clock.after(delay, remove) };
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(dueAt) };
  }

  /** A new version. Its token is its id, and a repeated token with the same value changes nothing. */
  #addVersion(secret: Secret, value: Value, stages: string[] = ['AWSCURRENT']): Version {
    const { SecretString, SecretBinary, ClientRequestToken = this.#ids.uuid() } = value;
    if (SecretString !== undefined && SecretBinary !== undefined) {
      throw new AwsError(
        'InvalidParameterException',
        "You can't specify both a binary secret value and a string secret value in the same secret.",
      );
    }
    if (Buffer.byteLength(SecretString ?? SecretBinary!) > LARGEST_VALUE) {
      throw new AwsError('ValidationException', `A secret value has at most ${LARGEST_VALUE} bytes.`);
    }
    const known = secret.versions.find(({ id }) => id === ClientRequestToken);
    if (known && !sameValue(known, value)) {
      throw new AwsError(
        'ResourceExistsException',
        "You can't use ClientRequestToken " +
          `${ClientRequestToken} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    }
    if (known) return known;
    const version: Version = {
      id: ClientRequestToken,
      string: SecretString,
      binary: SecretBinary,
      createdAt: this.#clock.now(),
      stages: [],
    };
    const current = secret.versions.find((other) => other.stages.includes('AWSCURRENT'));
    for (const stage of stages) moveStage(secret, stage, version);
    // The first version is the current one whatever its labels (API reference, PutSecretValue).
    if (!current && !stages.includes('AWSCURRENT')) version.stages.push('AWSCURRENT');
    if (current && stages.includes('AWSCURRENT')) moveStage(secret, 'AWSPREVIOUS', current);
    secret.versions.push(version);
    secret.changedAt = this.#clock.now();
    return version;
  }

  /** By name, ARN, or ARN without the six random characters. */
  #secret(secretId: string, caller: Caller): Secret {
    if (secretId.startsWith('arn:') && secretId.split(':')[4] !== caller.accountId) {
      throw new AwsError(
        'AccessDeniedException',
        `User: ${caller.arn} is not authorized to access ${secretId} because no resource-based policy allows it`,
      );
    }
    const secret = this.#known(secretId, caller);
    if (!secret) throw notFound();
    return secret;
  }

  #known(secretId: string, caller: Caller): Secret | undefined {
    const own = `${caller.accountId}/${caller.region}/`;
    if (!secretId.startsWith('arn:')) return this.#secrets.get(own + secretId);
    const prefix = arnPrefix(caller);
    if (!secretId.startsWith(prefix)) return undefined;
    const name = secretId.slice(prefix.length);
    const byFullArn = this.#secrets.get(own + name.replace(/-\w{6}$/, ''));
    return byFullArn?.arn === secretId ? byFullArn : this.#secrets.get(own + name);
  }

  #usable(secretId: string, caller: Caller): Secret {
    const secret = this.#secret(secretId, caller);
    if (secret.deletion) throw scheduledForDeletion();
    return secret;
  }
}

function arnPrefix({ accountId, region }: Caller): string {
  return `arn:${partitionOf(region)}:secretsmanager:${region}:${accountId}:secret:`;
}

function moveStage(secret: Secret, stage: string, to: Version): void {
  for (const version of secret.versions) version.stages = version.stages.filter((other) => other !== stage);
  to.stages.push(stage);
}

function hasValue({ SecretString, SecretBinary }: Value): boolean {
  return SecretString !== undefined || SecretBinary !== undefined;
}

function sameValue(version: Version, { SecretString, SecretBinary }: Value): boolean {
  if (version.string !== SecretString) return false;
  return Buffer.compare(version.binary ?? Buffer.of(), SecretBinary ?? Buffer.of()) === 0;
}

function notFound(message = "Secrets Manager can't find the specified secret."): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

function scheduledForDeletion(): AwsError {
  return new AwsError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

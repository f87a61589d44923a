import type { Clock } from '../clock.ts';
import { keyArn } from './authorization/keys.ts';
import { onResource, withoutResources } from './authorization/need.ts';
import { partitionOf } from './iam/roles.ts';
import { type Statement, statementsOf } from './iam.ts';
import { Ids } from './ids.ts';
import { acceptOnly } from './members.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

interface Key {
  readonly arn: string;
  readonly id: string;
  description: string | undefined;
  policyText: string;
  policy: readonly Statement[];
  /** Set once its deletion is scheduled: from then on nobody can use it. Here it stays so. */
  deletedAt: Date | undefined;
}

interface CreateKeyInput {
  Description?: string;
  Policy?: string;
}

/**
 * Key Management Service: keys with their policies, which decide who may use them. It encrypts nothing: services
 * ask for the permission to use a key where AWS's would, and keep what they keep as it is.
 */
export class Kms implements AwsService {
  readonly signingName = 'kms';
  readonly #clock: Clock;
  readonly #ids = new Ids('kms');
  readonly #keys = new Map<string, Key>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  readonly actions: Record<string, Action> = {
    CreateKey: (input: CreateKeyInput, caller) => ({ KeyMetadata: view(this.#create(input, caller)) }),
    DescribeKey: ({ KeyId }: { KeyId: string }, caller) => ({ KeyMetadata: view(this.#find(KeyId, caller)) }),
    GetKeyPolicy: ({ KeyId }: { KeyId: string }, caller) => ({
      Policy: this.#find(KeyId, caller).policyText,
      PolicyName: 'default',
    }),
    PutKeyPolicy: ({ KeyId, Policy }: { KeyId: string; Policy: string }, caller) => {
      const key = this.#find(KeyId, caller);
      key.policy = readPolicy(Policy);
      key.policyText = Policy;
      return {};
    },
    UpdateKeyDescription: ({ KeyId, Description }: { KeyId: string; Description: string }, caller) => {
      this.#find(KeyId, caller).description = Description;
      return {};
    },
    ScheduleKeyDeletion: (input: { KeyId: string; PendingWindowInDays?: number }, caller) => {
      const { KeyId, PendingWindowInDays = 30 } = input;
      const key = this.#find(KeyId, caller);
      key.deletedAt = new Date(this.#clock.now() + PendingWindowInDays * 86_400_000);
      key.policy = [];
      return {
        KeyId: key.arn,
        DeletionDate: key.deletedAt,
        KeyState: 'PendingDeletion',
        PendingWindowInDays,
      };
    },
  };

  readonly needs = {
    ...withoutResources('kms', 'CreateKey'),
    ...onResource(
      'kms',
      ['DescribeKey', 'GetKeyPolicy', 'PutKeyPolicy', 'ScheduleKeyDeletion', 'UpdateKeyDescription'],
      ({ KeyId }, caller) => ({ resource: keyArn(KeyId, caller) }),
    ),
  };

  /** The statements of the policy of the key of that ARN, if there is such a key. */
  policyOf(keyArn: string): readonly Statement[] | undefined {
    return this.#keys.get(keyArn)?.policy;
  }

  #create(input: CreateKeyInput, caller: Caller): Key {
    acceptOnly(input, ['Description', 'Policy'], 'UnsupportedOperationException');
    const id = this.#ids.uuid();
    const policyText = input.Policy ?? defaultPolicy(caller);
    const policy = readPolicy(policyText);
    const arn = keyArn(id, caller);
    const key: Key = { arn, id, description: input.Description, policyText, policy, deletedAt: undefined };
    this.#keys.set(key.arn, key);
    return key;
  }

  #find(keyId: string, caller: Caller): Key {
    const key = this.#keys.get(keyArn(keyId, caller));
    if (!key) throw new AwsError('NotFoundException', `Key '${keyArn(keyId, caller)}' does not exist`);
    return key;
  }
}

function readPolicy(text: string): Statement[] {
  try {
    return statementsOf(text);
  } catch (error) {
    throw new AwsError('MalformedPolicyDocumentException', (error as Error).message);
  }
}

/** The policy that a key gets without one: the account's own policies decide (KMS Developer Guide). */
function defaultPolicy({ accountId, region }: Caller): string {
  const AWS = `arn:${partitionOf(region)}:iam::${accountId}:root`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' }],
  });
}

function view({ arn, id, description, deletedAt }: Key) {
  const state = deletedAt
    ? { Enabled: false, KeyState: 'PendingDeletion', DeletionDate: deletedAt }
    : { Enabled: true, KeyState: 'Enabled' };
  return { Arn: arn, KeyId: id, Description: description, ...state };
}

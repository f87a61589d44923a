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
  readonly description: string | undefined;
  readonly policyText: string;
  readonly policy: readonly Statement[];
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
  readonly #ids = new Ids('kms');
  readonly #keys = new Map<string, Key>();

  readonly actions: Record<string, Action> = {
    CreateKey: (input: CreateKeyInput, caller) => ({ KeyMetadata: view(this.#create(input, caller)) }),
    DescribeKey: ({ KeyId }: { KeyId: string }, caller) => ({ KeyMetadata: view(this.#find(KeyId, caller)) }),
    GetKeyPolicy: ({ KeyId }: { KeyId: string }, caller) => ({
      Policy: this.#find(KeyId, caller).policyText,
      PolicyName: 'default',
    }),
  };

  readonly needs = {
    ...withoutResources('kms', 'CreateKey'),
    ...onResource('kms', ['DescribeKey', 'GetKeyPolicy'], ({ KeyId }, caller) => ({
      resource: keyArn(KeyId, caller),
    })),
  };

  /** The statements of the policy of the key of that ARN, if there is such a key. */
  policyOf(keyArn: string): readonly Statement[] | undefined {
    return this.#keys.get(keyArn)?.policy;
  }

  #create(input: CreateKeyInput, caller: Caller): Key {
    acceptOnly(input, ['Description', 'Policy'], 'UnsupportedOperationException');
    const id = this.#ids.uuid();
    const policyText = input.Policy ?? defaultPolicy(caller);
    let policy: Statement[];
    try {
      policy = statementsOf(policyText);
    } catch (error) {
      throw new AwsError('MalformedPolicyDocumentException', (error as Error).message);
    }
    const key: Key = { arn: keyArn(id, caller), id, description: input.Description, policyText, policy };
    this.#keys.set(key.arn, key);
    return key;
  }

  #find(keyId: string, caller: Caller): Key {
    const key = this.#keys.get(keyArn(keyId, caller));
    if (!key) throw new AwsError('NotFoundException', `Key '${keyArn(keyId, caller)}' does not exist`);
    return key;
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

function view({ arn, id, description }: Key) {
  return { Arn: arn, KeyId: id, Description: description, Enabled: true, KeyState: 'Enabled' };
}

import { partitionOf } from './iam/roles.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from './service.ts';

/** What CloudWatch Logs does with a group's key ("Encrypt log data in CloudWatch Logs using AWS KMS", step 2). */
const keyUse = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'];

/**
 * CloudWatch Logs, of which the local cloud has the groups and whether their keys may be used. The lines themselves
 * are with whoever wrote them.
 */
export class Logs implements AwsService {
  readonly signingName = 'logs';
  readonly #services: AwsServices;
  readonly #groups = new Set<string>();

  constructor(options: { services: AwsServices }) {
    this.#services = options.services;
  }

  readonly actions: Record<string, Action> = {
    CreateLogGroup: (input: { logGroupName: string; kmsKeyId?: string }, caller) => {
      const { accountId, region } = caller;
      const arn = `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${input.logGroupName}`;
      if (this.#groups.has(arn)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      if (input.kmsKeyId !== undefined) this.#checkKey(input.kmsKeyId, arn, caller);
      this.#groups.add(arn);
      return {};
    },
  };

  /** The service itself uses the key, if the key's policy lets it. */
  #checkKey(keyArn: string, groupArn: string, { accountId, region }: Caller): void {
    const { guard } = this.#services;
    if (!guard) return;
    const logs = { accountId, region, arn: groupArn, service: `logs.${region}.amazonaws.com` };
    const context = { 'kms:EncryptionContext:aws:logs:arn': groupArn };
    const missing = keyUse.filter(
      (action) => !guard.permits(logs, { action: `kms:${action}`, resource: keyArn, context }),
    );
    if (missing.length > 0) {
      throw new AwsError(
        'InvalidParameterException',
        `The specified KMS key does not exist or is not allowed to be used with Arn '${groupArn}': its policy does not let ${logs.service} perform ${missing.map((action) => `kms:${action}`).join(', ')}.`,
      );
    }
  }
}

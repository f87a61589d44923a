import { type Statement, statementsOf } from '../iam.ts';
import { AwsError } from '../service.ts';

/** The attributes that are numbers: default, smallest and largest value (API reference of CreateQueue). */
const numbers = new Map<string, [standard: number, smallest: number, largest: number]>([
  ['DelaySeconds', [0, 0, 900]],
  ['MaximumMessageSize', [1_048_576, 1024, 1_048_576]],
  ['MessageRetentionPeriod', [345_600, 60, 1_209_600]],
  ['ReceiveMessageWaitTimeSeconds', [0, 0, 20]],
  ['VisibilityTimeout', [30, 0, 43_200]],
  ['KmsDataKeyReusePeriodSeconds', [300, 60, 86_400]],
]);

/** A queue's settings. */
export class QueueAttributes {
  readonly #values: Map<string, string>;
  /** The statements of the queue's policy. */
  readonly policy: readonly Statement[];

  private constructor(values: Map<string, string>, policy: readonly Statement[]) {
    this.#values = values;
    this.policy = policy;
  }

  static readonly standard: QueueAttributes = new QueueAttributes(
    new Map([
      ...[...numbers]
        .filter(([name]) => !name.startsWith('Kms'))
        .map(([name, [value]]): [string, string] => [name, String(value)]),
      ['SqsManagedSseEnabled', 'true'],
    ]),
    [],
  );

  /** Seconds or bytes. */
  number(name: string): number {
    return Number(this.#values.get(name) ?? numbers.get(name)?.[0]);
  }

  entries(): [name: string, value: string][] {
    return [...this.#values];
  }

  /** The key of KMS that encrypts the queue's messages, if one does. */
  get keyId(): string | undefined {
    return this.#values.get('KmsMasterKeyId');
  }

  /** The first attribute whose value is another one here, if there is any. */
  difference(changes: Record<string, string>): string | undefined {
    return Object.keys(changes).find((name) => (this.#values.get(name) ?? '') !== String(changes[name]));
  }

  /**
   * The attributes with changes. An empty policy or key takes the old one away.
   *
   * @throws AwsError `InvalidAttributeName`, `InvalidAttributeValue`
   */
  with(changes: Record<string, string>): QueueAttributes {
    const values = new Map(this.#values);
    let { policy } = this;
    for (const [name, given] of Object.entries(changes)) {
      const value = String(given);
      if (name === 'Policy') policy = value === '' ? [] : readPolicy(value);
      else checkValue(name, value);
      if (value === '') values.delete(name);
      else values.set(name, value);
    }
    // A queue is encrypted by a key of KMS or by SQS, not by both: the one that was asked for last.
    if (changes.KmsMasterKeyId) {
      if (changes.SqsManagedSseEnabled === 'true') {
        throw invalidValue('SqsManagedSseEnabled', 'only one server-side encryption option is supported');
      }
      values.set('SqsManagedSseEnabled', 'false');
      if (!values.has('KmsDataKeyReusePeriodSeconds')) values.set('KmsDataKeyReusePeriodSeconds', '300');
    } else if (changes.SqsManagedSseEnabled === 'true') {
      values.delete('KmsMasterKeyId');
      values.delete('KmsDataKeyReusePeriodSeconds');
    }
    return new QueueAttributes(values, policy);
  }
}

function checkValue(name: string, value: string): void {
  const range = numbers.get(name);
  if (range) {
    const number = Number(value);
    if (!/^\d{1,7}$/.test(value) || number < range[1] || number > range[2]) {
      throw invalidValue(name, `it is a whole number from ${range[1]} to ${range[2]}`);
    }
  } else if (name === 'SqsManagedSseEnabled') {
    if (value !== 'true' && value !== 'false') throw invalidValue(name, 'it is true or false');
  } else if (name === 'RedriveAllowPolicy') {
    if (value !== '') checkRedriveAllowPolicy(value);
  } else if (name !== 'KmsMasterKeyId') {
    throw new AwsError(
      'InvalidAttributeName',
      `The attribute ${name} does not exist, cannot be set, or is not known to the local cloud.`,
    );
  }
}

/** Which queues may hand messages on to this one. No queue here does so; what is said is checked and kept. */
function checkRedriveAllowPolicy(document: string): void {
  let permission: unknown;
  let sources: unknown;
  try {
    ({ redrivePermission: permission, sourceQueueArns: sources } = JSON.parse(document));
  } catch {
    throw invalidValue('RedriveAllowPolicy', 'it is a JSON object');
  }
  const isValid =
    permission === 'byQueue'
      ? Array.isArray(sources) && sources.length >= 1 && sources.length <= 10
      : ['allowAll', 'denyAll'].includes(String(permission)) && sources === undefined;
  if (!isValid) {
    throw invalidValue(
      'RedriveAllowPolicy',
      'its redrivePermission is allowAll, denyAll, or byQueue with one to ten sourceQueueArns',
    );
  }
}

function readPolicy(document: string): Statement[] {
  try {
    return statementsOf(document);
  } catch (error) {
    throw invalidValue('Policy', (error as Error).message);
  }
}

function invalidValue(name: string, reason: string): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${reason}.`);
}

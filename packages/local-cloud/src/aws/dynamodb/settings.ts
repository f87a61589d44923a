import { Ids } from '../ids.ts';
import { AwsError, type Caller } from '../service.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A table's encryption as DescribeTable shows it (`SSEDescription`). */
export interface Encryption {
  Status: 'ENABLED';
  SSEType: 'KMS';
  KMSMasterKeyArn: string;
}

/** Point-in-time recovery, where it is on. */
export interface Recovery {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly days: number;
}

/** The last change of a table's time to live. */
export interface TimeToLive {
  readonly attribute: string;
  readonly isEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

interface SseSpecification {
  Enabled?: boolean;
  SSEType?: string;
  KMSMasterKeyId?: string;
}

/**
 * The encryption that an `SSESpecification` asks for: none means a key that AWS owns, which no description
 * shows; one without a key means the account's key for DynamoDB that AWS manages.
 *
 * @throws AwsError `ValidationException`
 */
export function encryptionOf(specification: unknown, { accountId, region }: Caller): Encryption | undefined {
  const { Enabled, SSEType, KMSMasterKeyId } = (specification ?? {}) as SseSpecification;
  if (SSEType !== undefined && SSEType !== 'KMS') throw invalid(`SSEType ${SSEType} is not supported.`);
  if (!Enabled) {
    if (KMSMasterKeyId !== undefined) throw invalid('KMSMasterKeyId is given, but SSE is not enabled.');
    return undefined;
  }
  const keys = `arn:aws:kms:${region}:${accountId}:key/`;
  let arn: string;
  if (KMSMasterKeyId === undefined) arn = `${keys}${new Ids(`dynamodb-key:${accountId}:${region}`).uuid()}`;
  else if (/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(KMSMasterKeyId)) arn = KMSMasterKeyId;
  else if (/^[\w-]+$/.test(KMSMasterKeyId)) arn = `${keys}${KMSMasterKeyId}`;
  else throw invalid(`KMSMasterKeyId ${KMSMasterKeyId} is neither a key's id nor its ARN.`);
  return { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: arn };
}

/**
 * Point-in-time recovery as a `PointInTimeRecoverySpecification` changes it.
 *
 * @throws AwsError `ValidationException`
 */
export function recoveryOf(
  specification: unknown,
  current: Recovery | undefined,
  now: number,
): Recovery | undefined {
  const { PointInTimeRecoveryEnabled, RecoveryPeriodInDays: days = 35 } = (specification ?? {}) as {
    PointInTimeRecoveryEnabled?: boolean;
    RecoveryPeriodInDays?: number;
  };
  if (typeof PointInTimeRecoveryEnabled !== 'boolean') {
    throw invalid('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled is missing.');
  }
  if (!Number.isInteger(days) || days < 1 || days > 35) {
    throw invalid('RecoveryPeriodInDays is a number from 1 to 35.');
  }
  return PointInTimeRecoveryEnabled ? { since: current?.since ?? now, days } : undefined;
}

/**
 * The `ContinuousBackupsDescription`. Continuous backups are on for every table; the latest restorable time is
 * five minutes ago (API reference, PointInTimeRecoveryDescription).
 */
export function recoveryView(recovery: Recovery | undefined, now: number) {
  if (!recovery) {
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    };
  }
  const earliest = Math.max(recovery.since, now - recovery.days * day);
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: recovery.days,
      EarliestRestorableDateTime: new Date(earliest),
      LatestRestorableDateTime: new Date(Math.max(earliest, now - 5 * minute)),
    },
  };
}

/** A change may take up to an hour, in which no other is taken (API reference, UpdateTimeToLive). */
const TIME_TO_LIVE_CHANGE_MS = hour;

/**
 * The time to live as a `TimeToLiveSpecification` changes it.
 *
 * @throws AwsError `ValidationException`
 */
export function timeToLiveOf(
  specification: unknown,
  current: TimeToLive | undefined,
  now: number,
): TimeToLive {
  const { AttributeName: attribute, Enabled: isEnabled } = (specification ?? {}) as {
    AttributeName?: string;
    Enabled?: boolean;
  };
  if (typeof isEnabled !== 'boolean' || typeof attribute !== 'string' || !/^.{1,255}$/s.test(attribute)) {
    throw invalid('TimeToLiveSpecification has Enabled and an AttributeName of 1 to 255 characters.');
  }
  if (current && now - current.changedAt < TIME_TO_LIVE_CHANGE_MS) {
    throw invalid('Time to live has been modified multiple times within a fixed interval');
  }
  if (isEnabled === (current?.isEnabled ?? false)) {
    throw invalid(`TimeToLive is already ${isEnabled ? 'enabled' : 'disabled'}`);
  }
  if (current?.isEnabled && attribute !== current.attribute) {
    const active = current.attribute;
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${active}`);
  }
  return { attribute, isEnabled, changedAt: now };
}

/** The `TimeToLiveDescription`. */
export function timeToLiveView(timeToLive: TimeToLive | undefined, now: number) {
  const isChanging = timeToLive !== undefined && now - timeToLive.changedAt < TIME_TO_LIVE_CHANGE_MS;
  if (timeToLive?.isEnabled) {
    return { TimeToLiveStatus: isChanging ? 'ENABLING' : 'ENABLED', AttributeName: timeToLive.attribute };
  }
  if (isChanging) return { TimeToLiveStatus: 'DISABLING', AttributeName: timeToLive.attribute };
  return { TimeToLiveStatus: 'DISABLED' };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

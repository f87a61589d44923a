import type { MetricName } from './runtime/metrics.ts';
import { plain } from './runtime/text.ts';

/** Characters of a message. It becomes an execution's cause, a line of a log and a part of a mail. */
const LONGEST = 4_000;

/**
 * Every error that the functions throw on purpose, one class for each thing that somebody can do something
 * about. `name` is what a workflow's `ErrorEquals` matches, so it is a public interface: a test proves that
 * every name used in `statemachines/` exists here.
 *
 * A message says what happened, to which resource, and what to do next. It never holds a secret. It often quotes
 * what others wrote, so every message is made one line of visible text here.
 */
export abstract class NamedError extends Error {
  abstract override readonly name: string;
  /** The metric that counts it, if one does. */
  readonly metric: MetricName | undefined = undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(plain(message, LONGEST), options);
  }
}

// Not yet: the workflow tries again on the step's own schedule.

/** Redis Cloud has not finished the task. */
export class TaskPending extends NamedError {
  override readonly name = 'TaskPending';
}

/** Redis Cloud does not know the task. A fresh task can answer 404 for a moment. */
export class TaskUnknown extends NamedError {
  override readonly name = 'TaskUnknown';
}

/**
 * The task has come to nothing that could be used: it failed with an error that may pass, as HTTP 429 or 5xx would, or
 * what it found cannot be read. It stays so; what it was to do is asked for again.
 */
export class TaskWithoutResult extends NamedError {
  override readonly name = 'TaskWithoutResult';
}

/** This execution has begun to read the PrivateLink, for itself and others. */
export class ReadingBegun extends NamedError {
  override readonly name = 'ReadingBegun';
}

/** Organizations has shown some more accounts, and not yet all: the next attempt goes on from there. */
export class ListingUnfinished extends NamedError {
  override readonly name = 'ListingUnfinished';
}

/** This execution is to read the PrivateLink for itself and others, but not just yet. */
export class ReadingDue extends NamedError {
  override readonly name = 'ReadingDue';
}

/** The execution has lost the lock, because it was stopped in between: it must look again before it changes anything. */
export class LockLost extends NamedError {
  override readonly name = 'LockLost';
}

/** The execution has the lock, but Redis Cloud has refused another change of the subscription just now. */
export class ChangeDue extends NamedError {
  override readonly name = 'ChangeDue';
}

/** The member account sees neither the resource share nor an invitation to it. */
export class ShareNotVisible extends NamedError {
  override readonly name = 'ShareNotVisible';
}

/** The VPC has no subnet yet that the endpoint could use. */
export class SubnetsNotReady extends NamedError {
  override readonly name = 'SubnetsNotReady';
}

/** The VPC is still being built: its DNS attributes are off, or the security group that the connection names is missing. */
export class VpcNotReady extends NamedError {
  override readonly name = 'VpcNotReady';
}

/** The VPC endpoint is not available yet. */
export class EndpointPending extends NamedError {
  override readonly name = 'EndpointPending';
}

/** AWS does not offer the resource configuration or service to this account yet, which follows acceptance. */
export class TargetNotVisible extends NamedError {
  override readonly name = 'TargetNotVisible';
}

/** The same, where the share was taken to be accepted and this execution has not accepted it. */
export class ShareNotAccepted extends NamedError {
  override readonly name = 'ShareNotAccepted';
}

/** Another execution is creating this very endpoint: look at the VPC again. */
export class EndpointAlreadyRequested extends NamedError {
  override readonly name = 'EndpointAlreadyRequested';
}

/** An onboarding of what is to be offboarded was requested before, and has not ended yet. */
export class OnboardingUnderWay extends NamedError {
  override readonly name = 'OnboardingUnderWay';
}

/** An offboarding of the same account was requested before this onboarding, and has not ended yet. */
export class OffboardingUnderWay extends NamedError {
  override readonly name = 'OffboardingUnderWay';
}

/** The security group is still in use, most often by an endpoint that is being deleted. */
export class SecurityGroupInUse extends NamedError {
  override readonly name = 'SecurityGroupInUse';
}

// Busy: the workflow tries again, over minutes.

/** HTTP 429: too many requests, or too many resources being changed. */
export class RateLimited extends NamedError {
  override readonly name = 'RateLimited';
}

/** The subscription is being changed, or too many subscriptions are. */
export class SubscriptionBusy extends NamedError {
  override readonly name = 'SubscriptionBusy';
}

/** Redis Cloud could not be reached, did not answer in time, or answered with a server error. */
export class RedisCloudUnavailable extends NamedError {
  override readonly name = 'RedisCloudUnavailable';
}

/** AWS throttled the call or answered with a server error. */
export class AwsUnavailable extends NamedError {
  override readonly name = 'AwsUnavailable';
}

// Already so: the workflow goes on, and reads.

/** The subscription has no PrivateLink. */
export class PrivateLinkNotFound extends NamedError {
  override readonly name = 'PrivateLinkNotFound';
}

/** The subscription has a PrivateLink already. */
export class PrivateLinkAlreadyExists extends NamedError {
  override readonly name = 'PrivateLinkAlreadyExists';
}

/** The principal is admitted already. */
export class PrincipalAlreadyExists extends NamedError {
  override readonly name = 'PrincipalAlreadyExists';
}

/** The principal is not admitted. */
export class PrincipalNotFound extends NamedError {
  override readonly name = 'PrincipalNotFound';
}

/** The VPC endpoint is gone. */
export class EndpointNotFound extends NamedError {
  override readonly name = 'EndpointNotFound';
}

// A person must act: the execution fails, and the message says how.

/** The request, the event or a value in it is not acceptable. */
export class InvalidRequest extends NamedError {
  override readonly name = 'InvalidRequest';
}

/** The event comes late, and what it asks for is over. Nobody has to act. */
export class EventOver extends NamedError {
  override readonly name = 'EventOver';
}

/** The event is not of the form that its kind promises. */
export class MalformedEvent extends NamedError {
  override readonly name = 'MalformedEvent';
}

/** Redis Cloud or AWS refused the caller's credentials or permissions. */
export class AccessDenied extends NamedError {
  override readonly name = 'AccessDenied';
}

/** The secret with the Redis Cloud keys is missing or is not `{"apiKey","secretKey"}`. */
export class SecretInvalid extends NamedError {
  override readonly name = 'SecretInvalid';
  override readonly metric = 'KeysRefused';
}

/** Redis Cloud does not know the subscription, or the region of the Active-Active subscription. */
export class SubscriptionNotFound extends NamedError {
  override readonly name = 'SubscriptionNotFound';
}

/** The subscription or its cloud provider does not offer PrivateLink. */
export class NotSupported extends NamedError {
  override readonly name = 'NotSupported';
}

/** Redis Cloud speaks the other contract than the connection is configured for. */
export class ContractMismatch extends NamedError {
  override readonly name = 'ContractMismatch';
}

/** What Redis Cloud hands over cannot be its own, or belongs to another account than before. */
export class UntrustedTarget extends NamedError {
  override readonly name = 'UntrustedTarget';
}

/** The VPC or the subscription does not meet a precondition. */
export class PreconditionFailed extends NamedError {
  override readonly name = 'PreconditionFailed';
}

/** The VPC does not exist in that account and Region. */
export class VpcNotFound extends NamedError {
  override readonly name = 'VpcNotFound';
}

/** A quota of the member account is used up. */
export class QuotaExceeded extends NamedError {
  override readonly name = 'QuotaExceeded';
}

/** The member account's connector role cannot be assumed. */
export class MemberRoleNotAssumable extends NamedError {
  override readonly name = 'MemberRoleNotAssumable';
}

/** The account is not in the organization, or Organizations does not show it to the hub account. */
export class AccountNotFound extends NamedError {
  override readonly name = 'AccountNotFound';
}

/** The invitation to the resource share expired before it was accepted. */
export class InvitationExpired extends NamedError {
  override readonly name = 'InvitationExpired';
}

/** The VPC endpoint was rejected by the service's owner, failed or expired. */
export class EndpointFailed extends NamedError {
  override readonly name = 'EndpointFailed';
}

/** Redis Cloud ended the task with an error that has no name of its own here. */
export class TaskFailed extends NamedError {
  override readonly name = 'TaskFailed';
}

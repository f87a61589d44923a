import type { RetryPolicy } from './retry-policy.ts';

// The policies. `npm run policies` writes them into the definitions, and `retries.ts` says which step has which.
// Each comment ends with the arithmetic of its policy, and a test computes it again.

/** Failures of AWS itself, behind Lambda or another service: throttling, errors 500, lost connections. */
const AWS_ITSELF = {
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 12,
  JitterStrategy: 'FULL',
} as const;

/**
 * Lambda did not run the function, or its answer was lost. AWS recommends the first four names ("Handle Lambda
 * service exceptions"); the fifth is its throttling. The function may have run, so each has to bear running twice.
 *
 * 12 retries in at most 8 min 2 s, half of it on average.
 */
export const LAMBDA_FAILURE = {
  ErrorEquals: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
  ],
  ...AWS_ITSELF,
} as const satisfies RetryPolicy;

/**
 * The function did not come to its end. It crashed, timed out or had too little memory, which AWS reports under any of
 * the last three names. Or it was idle for weeks and Lambda provisions it again: others have seen that error for 40 to
 * 106 seconds (https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/801),
 * so there is no jitter, which could make the whole wait shorter than that.
 *
 * 9 retries in at most 5 min 2 s.
 */
export const FUNCTION_FAILURE = {
  ErrorEquals: [
    'Lambda.CodeArtifactUserPendingException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'Runtime.ExitError',
  ],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 9,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * A service that a step calls itself has failed, or its answer was lost. Every call of that kind may be made twice.
 * A refusal for good fails the step as well, only later.
 *
 * 12 retries in at most 8 min 2 s, half of it on average.
 */
export const SERVICE_FAILURE = {
  ErrorEquals: ['States.TaskFailed'],
  ...AWS_ITSELF,
} as const satisfies RetryPolicy;

/**
 * An execution could not be started. Not States.TaskFailed: that is also how the failure of an execution arrives for
 * which the step waits. AWS spells the limit in both ways ("Start workflow executions", API reference).
 *
 * 12 retries in at most 8 min 2 s, half of it on average.
 */
export const START_FAILURE = {
  ErrorEquals: [
    'StepFunctions.ThrottlingException',
    'StepFunctions.ExecutionLimitExceeded',
    'StepFunctions.ExecutionLimitExceededException',
    'StepFunctions.InternalFailureException',
    'StepFunctions.AWSStepFunctionsException',
    'StepFunctions.SdkClientException',
  ],
  ...AWS_ITSELF,
} as const satisfies RetryPolicy;

/**
 * AWS has throttled a function's call or did not answer it, after the SDK's own attempts. An outage of a service
 * in a Region lasts longer; a redrive begins again.
 *
 * 20 retries in at most 15 min 3 s, half of it on average.
 */
export const AWS_UNAVAILABLE = {
  ErrorEquals: ['AwsUnavailable'],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 20,
  JitterStrategy: 'FULL',
} as const satisfies RetryPolicy;

/**
 * The same in an Express workflow, which has five minutes. The account is looked into again in the next reconciliation.
 *
 * 5 retries in at most 31 s, half of it on average.
 */
export const LOOK_REFUSED = { ...AWS_UNAVAILABLE, MaxAttempts: 5 } as const satisfies RetryPolicy;

/**
 * Step Functions does not list executions just now: it does so two times a second in most Regions, 100 times in a
 * burst ("Step Functions service quotas"), and a thousand accounts may be offboarded at once.
 *
 * 80 retries in at most 1 h 15 min 3 s, half of it on average.
 */
export const LIST_THROTTLED = { ...AWS_UNAVAILABLE, MaxAttempts: 80 } as const satisfies RetryPolicy;

/**
 * Redis Cloud is not reached or answers with a server error. Its maintenance is announced and takes minutes.
 *
 * 20 retries in at most 30 min 6 s, half of it on average.
 */
export const REDIS_CLOUD_UNAVAILABLE = {
  ErrorEquals: ['RedisCloudUnavailable'],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 120,
  MaxAttempts: 20,
  JitterStrategy: 'FULL',
} as const satisfies RetryPolicy;

/**
 * The budget of requests is used up, which lasts seconds, or Redis Cloud says so, which may last for minutes. Hundreds
 * of executions may want the next one.
 *
 * 23 retries in at most 1 h 2 min 54 s, half of it on average.
 */
export const RATE_LIMITED = {
  ErrorEquals: ['RateLimited'],
  IntervalSeconds: 2,
  BackoffRate: 1.5,
  MaxDelaySeconds: 300,
  MaxAttempts: 23,
  JitterStrategy: 'FULL',
} as const satisfies RetryPolicy;

/**
 * The subscription is not active, or Redis Cloud refuses a reading because it is being changed. Databases that are
 * created and maintenance take minutes to hours.
 *
 * 30 retries in at most 2 h 2 min 19 s.
 */
export const SUBSCRIPTION_BUSY = {
  ErrorEquals: ['SubscriptionBusy'],
  IntervalSeconds: 15,
  BackoffRate: 1.5,
  MaxDelaySeconds: 300,
  MaxAttempts: 30,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * Redis Cloud has refused another change of the subscription just now, or is not done with a removal. It asks again until
 * then.
 *
 * 720 retries in at most 59 min 50 s.
 */
export const CHANGE_DUE = {
  ErrorEquals: ['ChangeDue'],
  IntervalSeconds: 2,
  BackoffRate: 1.2,
  MaxDelaySeconds: 5,
  MaxAttempts: 720,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * A reading has come to nothing, and the next attempt reads again: as long as Redis Cloud may be out of order.
 *
 * 20 retries in at most 30 min 6 s, half of it on average.
 */
export const TASK_WITHOUT_RESULT = {
  ...REDIS_CLOUD_UNAVAILABLE,
  ErrorEquals: ['TaskWithoutResult'],
} as const satisfies RetryPolicy;

/**
 * The wait for a task of Redis Cloud, from its beginning. A stuck task cannot be told from a slow one; nearly all
 * take seconds, so the first polls are close together.
 *
 * 240 retries in at most 58 min 11 s.
 */
export const TASK_PENDING = {
  ErrorEquals: ['TaskPending'],
  IntervalSeconds: 1,
  BackoffRate: 1.3,
  MaxDelaySeconds: 15,
  MaxAttempts: 240,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * The same, where the task should be done by now: after the wait that a change is expected to take, or after
 * `READING_BEGUN`. Polls are a second apart and back off slowly, because the lock is released at the end.
 *
 * 240 retries in at most 56 min 42 s.
 */
export const TASK_OVERDUE = {
  ErrorEquals: ['TaskPending'],
  IntervalSeconds: 1,
  BackoffRate: 1.15,
  MaxDelaySeconds: 15,
  MaxAttempts: 240,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * Redis Cloud does not know its task yet: it answers so for a moment after it has begun one.
 *
 * 12 retries in at most 1 min 36 s.
 */
export const TASK_UNKNOWN = {
  ErrorEquals: ['TaskUnknown'],
  IntervalSeconds: 2,
  BackoffRate: 1.5,
  MaxDelaySeconds: 10,
  MaxAttempts: 12,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * Redis Cloud reads in a second or two, or in a minute after changes. It is asked again if a reading was given up.
 *
 * 300 retries in at most 10 min.
 */
export const READING_BEGUN = {
  ErrorEquals: ['ReadingBegun'],
  IntervalSeconds: 2,
  BackoffRate: 1,
  MaxAttempts: 300,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * Organizations shows some pages of accounts a second. Each attempt goes on where the one before has ended.
 *
 * 300 retries in at most 10 min.
 */
export const LISTING_UNFINISHED = {
  ...READING_BEGUN,
  ErrorEquals: ['ListingUnfinished'],
} as const satisfies RetryPolicy;

/**
 * The execution is to read a little later: readings begin at most every 30 seconds while others wait for the lock.
 *
 * 60 retries in at most 15 min 40 s.
 */
export const READING_DUE = {
  ErrorEquals: ['ReadingDue'],
  IntervalSeconds: 4,
  BackoffRate: 2,
  MaxDelaySeconds: 16,
  MaxAttempts: 60,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * Nobody has answered within the step's time. Whoever reads may have been lost; this execution reads itself then.
 * The time that the step waits each time comes on top.
 *
 * 8 retries in at most 8 s.
 */
export const READING_UNANSWERED = {
  ErrorEquals: ['States.Timeout'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: 8,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * The connector role is not there yet: the StackSet brings it to a new account within minutes.
 *
 * 16 retries in at most 21 min 58 s.
 */
export const MEMBER_ROLE_PENDING = {
  ErrorEquals: ['MemberRoleNotAssumable'],
  IntervalSeconds: 15,
  BackoffRate: 1.3,
  MaxDelaySeconds: 120,
  MaxAttempts: 16,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * The connector role or the resource share is new, and its permissions follow it within seconds: in every step of
 * `onboard` that works in the member account, because the first one may meet a part of AWS that knows them already.
 *
 * 6 retries in at most 2 min.
 */
export const PERMISSION_PENDING = {
  ErrorEquals: ['AccessDenied'],
  IntervalSeconds: 20,
  BackoffRate: 1,
  MaxAttempts: 6,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * The account does not see the resource share yet that Redis Cloud has just shared with it.
 *
 * 24 retries in at most 9 min 34 s.
 */
export const SHARE_NOT_VISIBLE = {
  ErrorEquals: ['ShareNotVisible'],
  IntervalSeconds: 2,
  BackoffRate: 1.5,
  MaxDelaySeconds: 30,
  MaxAttempts: 24,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * The VPC is still being built: subnets, DNS or its security group are to come. The function itself ends the wait, after the connection's `waitMinutes`, of which
 * there are at most 90; this only has to last longer.
 *
 * 150 retries in at most 2 h 23 min 33 s.
 */
export const VPC_NOT_READY = {
  ErrorEquals: ['SubnetsNotReady', 'VpcNotReady'],
  IntervalSeconds: 5,
  BackoffRate: 1.3,
  MaxDelaySeconds: 60,
  MaxAttempts: 150,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * AWS does not show the VPC: its event can come before the API knows it everywhere. One that was deleted stays away.
 *
 * 6 retries in at most 2 min.
 */
export const VPC_NOT_VISIBLE = {
  ...PERMISSION_PENDING,
  ErrorEquals: ['VpcNotFound'],
} as const satisfies RetryPolicy;

/**
 * AWS does not offer the target to the account yet, which has just been admitted.
 *
 * 20 retries in at most 8 min 36 s.
 */
export const TARGET_NOT_VISIBLE = {
  ErrorEquals: ['TargetNotVisible'],
  IntervalSeconds: 5,
  BackoffRate: 1.5,
  MaxDelaySeconds: 30,
  MaxAttempts: 20,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * AWS is still creating the VPC endpoint, or its DNS names. The first look comes when they should be there, so the next
 * ones are close together.
 *
 * 100 retries in at most 47 min 58 s.
 */
export const ENDPOINT_PENDING = {
  ErrorEquals: ['EndpointPending'],
  IntervalSeconds: 5,
  BackoffRate: 1.3,
  MaxDelaySeconds: 30,
  MaxAttempts: 100,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * An earlier request for the same account or VPC is still running. It may wait for its lock for hours.
 *
 * 240 retries in at most 3 h 53 min 33 s.
 */
export const EARLIER_REQUEST_UNDER_WAY = {
  ErrorEquals: ['OnboardingUnderWay', 'OffboardingUnderWay'],
  IntervalSeconds: 5,
  BackoffRate: 1.3,
  MaxDelaySeconds: 60,
  MaxAttempts: 240,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

/**
 * AWS keeps a security group in use for some minutes after its endpoint was deleted. After that somebody else uses
 * it, the offboarding notes that, and reconciliations try again.
 *
 * 8 retries in at most 3 min.
 */
export const SECURITY_GROUP_IN_USE = {
  ErrorEquals: ['SecurityGroupInUse'],
  IntervalSeconds: 10,
  BackoffRate: 1.3,
  MaxDelaySeconds: 30,
  MaxAttempts: 8,
  JitterStrategy: 'NONE',
} as const satisfies RetryPolicy;

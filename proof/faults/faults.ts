import { AwsError, ConnectionLost } from 'local-cloud';
import type { TaskOperation } from '../../local/redis-cloud/routes.ts';
import { type Call, isReading, type Kind } from './calls.ts';
import { CODES } from './codes.ts';
import type { Fault } from './fault.ts';

const MINUTE = 60_000;

/** The names of what Step Functions itself says of a service. */
const SERVICES = /^(DynamoDB|DynamoDb|EventBridge|StepFunctions|Sfn|SQS|SecretsManager)\./;
const IN_FUNCTION = /^(AwsUnavailable|QuotaExceeded|SecretInvalid)$/;
const REDIS = /^RedisCloudUnavailable$/;
const PERMIT = 'nobody but a person can give the permission';
const STOPPED = 'a person has stopped it';

function refusing(code: string, status: number): NonNullable<Fault['aws']> {
  return async () => {
    throw new AwsError(code, 'Made on purpose.', status);
  };
}

/** As the service's family names it: EC2 has codes of its own. */
function byService(codes: { ec2: string; dynamodb: string; others: string }, status: number): Fault['aws'] {
  return async ({ call }) => {
    const service = call.target.split(':')[0];
    const code = service === 'ec2' || service === 'dynamodb' ? codes[service] : codes.others;
    throw new AwsError(code, 'Made on purpose.', status);
  };
}

const throttled = byService(
  {
    ec2: 'RequestLimitExceeded',
    dynamodb: 'ProvisionedThroughputExceededException',
    others: 'ThrottlingException',
  },
  400,
);
const denied = byService(
  { ec2: 'UnauthorizedOperation', dynamodb: 'AccessDeniedException', others: 'AccessDeniedException' },
  403,
);
const broken = byService(
  { ec2: 'InternalError', dynamodb: 'InternalServerError', others: 'InternalFailure' },
  500,
);

/** Faults of a call that a function makes to AWS. */
const AWS: Fault[] = [
  {
    name: 'no connection',
    like: 'answer lost',
    span: 'once',
    aws: () => Promise.reject(new ConnectionLost()),
    fits: IN_FUNCTION,
  },
  {
    name: 'answer lost',
    span: 'once',
    async aws({ proceed }) {
      await proceed();
      throw new ConnectionLost();
    },
    fits: IN_FUNCTION,
  },
  { name: 'error 500', like: 'answer lost', span: 'once', aws: broken!, fits: IN_FUNCTION },
  { name: 'throttled for 5 min', span: 5 * MINUTE, aws: throttled!, fits: IN_FUNCTION },
  {
    name: '503 for 5 min',
    like: 'throttled for 5 min',
    span: 5 * MINUTE,
    aws: refusing('ServiceUnavailable', 503),
    fits: IN_FUNCTION,
  },
  {
    name: 'credentials expired',
    like: 'answer lost',
    span: 'once',
    aws: refusing('ExpiredTokenException', 400),
    fits: IN_FUNCTION,
  },
  {
    name: 'denied',
    span: 'lifted',
    aws: denied!,
    fits: /^(AccessDenied|AccessDeniedException|MemberRoleNotAssumable|SecretInvalid)$/,
    because: PERMIT,
  },
];

/** Only of calls that look: what was made just now is not seen. */
const UNSEEN: Fault = {
  name: 'sees nothing for 1 min',
  span: MINUTE,
  isUnnoticed: true,
  async aws({ proceed }) {
    const answer = (await proceed()) as Record<string, unknown>;
    const entries = Object.entries(answer).map(([key, value]) => [key, Array.isArray(value) ? [] : value]);
    return Object.fromEntries(entries);
  },
  fits: /^(VpcNotFound|SubnetsNotReady|ShareNotVisible|TargetNotVisible|PreconditionFailed|EndpointNotStaying)$/,
  because: 'what AWS does not show for longer than a moment may as well not be there',
};

/** Faults of a call that a state makes itself. */
const INTEGRATION: Fault[] = [
  {
    name: 'no connection',
    span: 'once',
    aws: refusing('SdkClientException', 500),
    fits: SERVICES,
  },
  {
    name: 'answer lost',
    span: 'once',
    async aws({ proceed }) {
      await proceed();
      throw new AwsError('SdkClientException', 'Made on purpose.', 500);
    },
    fits: SERVICES,
  },
  { name: 'error 500', span: 'once', aws: broken!, fits: SERVICES },
  { name: 'throttled for 2 min', span: 2 * MINUTE, aws: throttled!, fits: SERVICES },
  { name: 'denied', span: 'lifted', aws: denied!, fits: SERVICES, because: PERMIT },
];

function ended(errorType: string, errorMessage: string) {
  return {
    StatusCode: 200,
    FunctionError: 'Unhandled',
    Payload: JSON.stringify({ errorType, errorMessage }),
  };
}
const FUNCTION_ENDS = /^(Lambda\.|Runtime\.|Sandbox\.)/;

/** Faults of a function, as the state meets them. */
const FUNCTION: Fault[] = [
  {
    name: 'crash before the work',
    span: 'once',
    aws: async () => ended('Runtime.ExitError', 'Runtime exited with error: exit status 1'),
    fits: FUNCTION_ENDS,
  },
  {
    name: 'out of memory after the work',
    span: 'once',
    async aws({ proceed }) {
      await proceed();
      return ended('Runtime.ExitError', 'Runtime exited with error: signal: killed');
    },
    fits: FUNCTION_ENDS,
  },
  {
    name: 'time-out after the work',
    span: 'once',
    async aws({ proceed }) {
      await proceed();
      return ended('Sandbox.Timedout', 'Task timed out after 30.00 seconds');
    },
    fits: FUNCTION_ENDS,
  },
  {
    // So AWS reports a time-out or a lack of memory at times.
    name: 'unknown end after the work',
    span: 'once',
    async aws({ proceed }) {
      await proceed();
      return { StatusCode: 200, FunctionError: 'Unhandled', Payload: JSON.stringify({ errorMessage: 'x' }) };
    },
    fits: FUNCTION_ENDS,
  },
  {
    name: 'provisioned again for 90 s',
    span: 90_000,
    aws: refusing('CodeArtifactUserPendingException', 409),
    fits: FUNCTION_ENDS,
  },
  {
    name: 'answer lost',
    span: 'once',
    async aws({ proceed }) {
      await proceed();
      throw new AwsError('ClientExecutionTimeoutException', 'Made on purpose.', 500);
    },
    fits: FUNCTION_ENDS,
  },
  {
    name: 'throttled for 2 min',
    span: 2 * MINUTE,
    aws: refusing('TooManyRequestsException', 429),
    fits: FUNCTION_ENDS,
  },
  {
    name: 'error 500',
    span: 'once',
    aws: refusing('ServiceException', 500),
    fits: FUNCTION_ENDS,
  },
  {
    name: 'denied',
    span: 'lifted',
    aws: refusing('AccessDeniedException', 403),
    fits: FUNCTION_ENDS,
    because: PERMIT,
  },
];

function stopping(name: string, how: 'abort' | 'time out', again: boolean, because: string): Fault {
  return {
    name,
    span: 'once',
    async aws({ stop, proceed }) {
      await stop(how);
      return proceed();
    },
    again,
    // An onboarding whose endpoint-script was stopped says so.
    fits: /^(ScriptNotStored)?$/,
    because,
  };
}

/** Of every state that calls something, function or service. */
const STOPPING: Fault[] = [
  stopping('stopped, started again', 'abort', true, STOPPED),
  stopping('stopped, redriven', 'abort', false, STOPPED),
  stopping('timed out, redriven', 'time out', false, 'its time was up'),
];

const status =
  (code: number): Fault['redisCloud'] =>
  () => ({ status: code });
const task =
  (state: string): Fault['redisCloud'] =>
  ({ path }) => ({
    status: 200,
    body: { taskId: path.split('/').at(-1), commandType: 'privateLink', status: state, links: [] },
  });

/** Faults of every request to Redis Cloud. */
const REDIS_CLOUD: Fault[] = [
  {
    name: 'no connection',
    like: 'answer lost',
    span: 'once',
    redisCloud: () => 'drop',
    fits: REDIS,
  },
  { name: 'answer lost', span: 'once', redisCloud: () => 'lose-answer', fits: REDIS },
  {
    name: 'answer too slow',
    like: 'answer lost',
    span: 'once',
    redisCloud: () => 'no-answer',
    fits: REDIS,
  },
  {
    name: '429 once',
    like: '429 for 5 min',
    span: 'once',
    redisCloud: status(429)!,
    fits: /^RateLimited$/,
  },
  { name: '429 for 5 min', span: 5 * MINUTE, redisCloud: status(429)!, fits: /^RateLimited$/ },
  { name: 'error 500', like: 'answer lost', span: 'once', redisCloud: status(500)!, fits: REDIS },
  { name: '503 for 5 min', span: 5 * MINUTE, redisCloud: status(503)!, fits: REDIS },
  {
    name: 'not JSON',
    like: 'answer lost',
    span: 'once',
    redisCloud: () => ({ status: 200, text: '<html>502 Bad Gateway</html>' }),
    fits: REDIS,
  },
  {
    name: 'JSON of another kind',
    like: 'answer lost',
    span: 'once',
    redisCloud: () => ({ status: 200, body: [] }),
    fits: REDIS,
  },
  { name: 'empty answer', span: 'once', redisCloud: () => 'empty-answer', fits: REDIS },
  {
    name: '401',
    span: 'lifted',
    redisCloud: status(401)!,
    fits: /^AccessDenied$/,
    because: 'nobody but a person can give other keys',
  },
  {
    name: '403',
    like: '401',
    span: 'lifted',
    redisCloud: status(403)!,
    fits: /^AccessDenied$/,
    because: PERMIT,
  },
  {
    name: '409 for 2 min',
    span: 2 * MINUTE,
    redisCloud: status(409)!,
    fits: /^(SubscriptionBusy|InvalidRequest)$/,
  },
];

/** Faults of a look at a task. */
const TASK: Fault[] = [
  {
    name: 'received for 5 min',
    like: 'processing for 20 min',
    span: 5 * MINUTE,
    redisCloud: task('received')!,
    fits: /^TaskPending$/,
  },
  {
    name: 'processing for 20 min',
    span: 20 * MINUTE,
    redisCloud: task('processing-in-progress')!,
    fits: /^TaskPending$/,
  },
  {
    name: 'a state of another name for 5 min',
    like: 'processing for 20 min',
    span: 5 * MINUTE,
    redisCloud: task('initialized')!,
    fits: /^TaskPending$/,
  },
  ...['received', 'processing-in-progress', 'initialized'].map(
    (state): Fault => ({
      name: `stuck as ${state}`,
      ...(state === 'received' ? {} : { like: 'stuck as received' }),
      span: 'lifted',
      redisCloud: task(state)!,
      fits: /^TaskPending$/,
      because: 'after nearly an hour a stuck task cannot be told from a slow one; a person asks Redis',
    }),
  ),
  { name: 'unknown for 20 s', span: 20_000, redisCloud: status(404)!, fits: /^TaskUnknown$/ },
  {
    name: 'unknown',
    span: 'lifted',
    redisCloud: status(404)!,
    // An offboarding that waits for an account to leave says at its end why it could not read.
    fits: /^(TaskUnknown|OffboardingNotEnding)$/,
    because: 'a task that stays unknown has told nothing of what it did; a redrive looks',
  },
];

const CODE_FAULTS: Fault[] = CODES.map(({ code, fits, because }) => {
  const first = CODES.find((other) => other.fits.source === fits.source)!.code;
  return {
    name: code,
    span: 'once',
    taskCode: code,
    ...(first === code ? {} : { like: first }),
    fits,
    because,
  };
});

/** Queries of the table ask for consistent answers, which miss nothing. */
function mayBeLate(call: Call): boolean {
  return isReading(call) && !call.target.startsWith('dynamodb:');
}

/** Every fault that a call can have, by the kind of the call. */
export function faultsOf(call: Call): readonly Fault[] {
  const byKind: Record<Kind, Fault[]> = {
    aws: mayBeLate(call) ? [...AWS, UNSEEN] : AWS,
    integration: [...INTEGRATION, ...STOPPING],
    function: [...FUNCTION, ...STOPPING],
    'redis-cloud':
      call.target === 'redis-cloud:getTask' ? [...REDIS_CLOUD, ...TASK] : [...REDIS_CLOUD, ...CODE_FAULTS],
  };
  return byKind[call.kind];
}

/** The operation whose next task is to end in the fault's code. */
export function operationOf(call: Call): TaskOperation {
  return call.target.replace('redis-cloud:', '') as TaskOperation;
}

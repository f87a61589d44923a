import type { AwsError } from '../aws/service.ts';
import { StatesError } from './errors.ts';
import { DYNAMODB_EXCEPTIONS, type SdkService, SQS_EXCEPTIONS, sdkService } from './resource.ts';
import type { TaskCall } from './task-services.ts';

/** How an optimized integration names a service's errors: those of the AWS SDK for Java 1. */
interface Names {
  /** Before the dot of an error's name. */
  readonly prefix: string;
  /** In the cause. */
  readonly service: string;
  /** The exception of errors that have none of their own. */
  readonly general: string;
  /** Codes with an exception of their own; without it all but those of every service. */
  readonly declared?: ReadonlySet<string>;
  /** Codes that differ from the name of their exception. */
  readonly codes?: ReadonlyMap<string, string>;
}

const OPTIMIZED = new Map<string, Names>([
  ['lambda', { prefix: 'Lambda', service: 'AWSLambda', general: 'AWSLambdaException' }],
  ['states', { prefix: 'StepFunctions', service: 'AWSStepFunctions', general: 'AWSStepFunctionsException' }],
  [
    'dynamodb',
    {
      prefix: 'DynamoDB',
      service: 'AmazonDynamoDBv2',
      general: 'AmazonDynamoDBException',
      declared: DYNAMODB_EXCEPTIONS,
    },
  ],
  [
    'events',
    {
      prefix: 'EventBridge',
      service: 'AmazonCloudWatchEvents',
      general: 'AmazonCloudWatchEventsException',
    },
  ],
  [
    'sqs',
    {
      prefix: 'SQS',
      service: 'AmazonSQS',
      general: 'AmazonSQSException',
      declared: SQS_EXCEPTIONS,
      codes: new Map([['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']]),
    },
  ],
  ['sns', { prefix: 'SNS', service: 'AmazonSNS', general: 'AmazonSNSException' }],
]);

/** Errors of every service, which its API does not declare. */
const UNDECLARED = /^(AccessDenied(Exception)?|UnrecognizedClientException|ExpiredToken(Exception)?)$/;

/** A failed call of an optimized integration. */
export function optimizedFailure(error: AwsError, task: TaskCall): StatesError {
  const { prefix, service, general, declared, codes } = OPTIMIZED.get(task.resource.resourceType)!;
  const isDeclared = declared?.has(error.code) ?? !UNDECLARED.test(error.code);
  const name = isDeclared ? exceptionName(error.code) : general;
  const code = codes?.get(error.code) ?? error.code;
  const status = `Service: ${service}; Status Code: ${error.statusCode}; Error Code: ${code}`;
  const cause = `${error.message} (${status}; Request ID: ${task.requestId}; Proxy: null)`;
  return new StatesError(`${prefix}.${name}`, cause);
}

/** A failed call of an AWS SDK integration, whose causes are those of the AWS SDK for Java 2. */
export function sdkFailure(error: AwsError, task: TaskCall): StatesError {
  const service: SdkService = sdkService(task.resource.resourceType);
  const isDeclared = service.modeled?.has(error.code) ?? !UNDECLARED.test(error.code);
  const name = isDeclared ? exceptionName(error.code) : `${service.prefix}Exception`;
  const status = `Service: ${service.prefix}, Status Code: ${error.statusCode}, Request ID: ${task.requestId}`;
  return new StatesError(`${service.prefix}.${name}`, `${error.message} (${status}) (SDK Attempt Count: 1)`);
}

/** A call that has no host to go to. */
export function unreachable(prefix: string, host: string): StatesError {
  const cause = `Unable to execute HTTP request: ${host}: Name or service not known`;
  return new StatesError(`${prefix}.SdkClientException`, cause);
}

/** The class that the AWS SDK for Java makes of an error code. */
function exceptionName(code: string): string {
  const last = code.slice(code.lastIndexOf('.') + 1);
  return last.endsWith('Exception') ? last : `${last}Exception`;
}

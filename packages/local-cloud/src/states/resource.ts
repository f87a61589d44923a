/** How a task ends: with the call's answer, when somebody returns its token, or with the work that it has started. */
export type Pattern = 'response' | 'token' | 'sync' | 'sync2';

/** What a Task state's `Resource` says. */
export interface Resource {
  readonly arn: string;
  /** `function`: a function's own ARN. `optimized`: Step Functions' integration. `sdk`: any API of the AWS SDK. */
  readonly kind: 'function' | 'optimized' | 'sdk';
  readonly pattern: Pattern;
  /** As in the history, e.g. `lambda` and `invoke.waitForTaskToken`, `aws-sdk:ec2` and `describeVpcs`. */
  readonly resourceType: string;
  readonly resource: string;
  /** The service's name in the local cloud, and the API's action, e.g. `DescribeVpcs`. */
  readonly service: string;
  readonly action: string;
}

interface Optimized {
  readonly patterns: readonly Pattern[];
  /** The parameters the integration takes, where Step Functions itself restricts them. */
  readonly parameters?: readonly string[];
}

const OPTIMIZED = new Map<string, Optimized>([
  [
    'lambda:invoke',
    {
      patterns: ['response', 'token'],
      parameters: ['ClientContext', 'FunctionName', 'InvocationType', 'Payload', 'Qualifier'],
    },
  ],
  [
    'states:startExecution',
    {
      patterns: ['response', 'sync', 'sync2', 'token'],
      parameters: ['Input', 'Name', 'StateMachineArn', 'TraceHeader'],
    },
  ],
  ['dynamodb:getItem', { patterns: ['response'] }],
  ['dynamodb:putItem', { patterns: ['response'] }],
  ['dynamodb:updateItem', { patterns: ['response'] }],
  ['dynamodb:deleteItem', { patterns: ['response'] }],
  ['events:putEvents', { patterns: ['response', 'token'], parameters: ['Entries'] }],
  [
    'sqs:sendMessage',
    {
      patterns: ['response', 'token'],
      parameters: [
        'DelaySeconds',
        'MessageAttributes',
        'MessageBody',
        'MessageDeduplicationId',
        'MessageGroupId',
        'QueueUrl',
      ],
    },
  ],
  ['sns:publish', { patterns: ['response', 'token'] }],
]);

/** Other services with optimized integrations ("Integrating optimized services"); their actions are not listed here. */
const OTHERS: ReadonlySet<string> = new Set(
  'apigateway athena batch bedrock codebuild databrew ecs eks elasticmapreduce emr-containers emr-serverless glue http mediaconvert sagemaker'.split(
    ' ',
  ),
);
const PATTERNS_OF_OTHERS: Optimized = { patterns: ['response', 'token', 'sync'] };

/** One service of the AWS SDK integrations. */
export interface SdkService {
  readonly signingName: string;
  /** The name before the dot in its errors, from the AWS SDK for Java v2. */
  readonly prefix: string;
  /** Its API names members in camel case; Step Functions shows them in Pascal case. */
  readonly camel?: boolean;
  /** Its exceptions that have a class of their own, where not all have one. */
  readonly modeled?: ReadonlySet<string>;
}

/** DynamoDB's errors that have an exception class; others are the service's general exception. */
export const DYNAMODB_EXCEPTIONS: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'IdempotentParameterMismatchException',
  'InternalServerError',
  'ItemCollectionSizeLimitExceededException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'ResourceInUseException',
  'ResourceNotFoundException',
  'TransactionCanceledException',
  'TransactionConflictException',
]);

/** The same for SQS. */
export const SQS_EXCEPTIONS = new Set(
  'BatchEntryIdsNotDistinct BatchRequestTooLong EmptyBatchRequest InvalidAddress InvalidAttributeName InvalidAttributeValue InvalidBatchEntryId InvalidIdFormat InvalidMessageContents InvalidSecurity KmsAccessDenied KmsDisabled KmsInvalidKeyUsage KmsInvalidState KmsNotFound KmsOptInRequired KmsThrottled MessageNotInflight OverLimit PurgeQueueInProgress QueueDeletedRecently QueueDoesNotExist QueueNameExists ReceiptHandleIsInvalid RequestThrottled ResourceNotFoundException TooManyEntriesInBatchRequest UnsupportedOperation'.split(
    ' ',
  ),
);

const SDK = new Map<string, SdkService>([
  ['dynamodb', { signingName: 'dynamodb', prefix: 'DynamoDb', modeled: DYNAMODB_EXCEPTIONS }],
  // EC2's API declares no exceptions: they are all Ec2.Ec2Exception.
  ['ec2', { signingName: 'ec2', prefix: 'Ec2', modeled: new Set<string>() }],
  ['eventbridge', { signingName: 'events', prefix: 'EventBridge' }],
  ['lambda', { signingName: 'lambda', prefix: 'Lambda' }],
  ['organizations', { signingName: 'organizations', prefix: 'Organizations' }],
  ['ram', { signingName: 'ram', prefix: 'Ram', camel: true }],
  ['secretsmanager', { signingName: 'secretsmanager', prefix: 'SecretsManager' }],
  ['sfn', { signingName: 'states', prefix: 'Sfn', camel: true }],
  ['sns', { signingName: 'sns', prefix: 'Sns' }],
  ['sqs', { signingName: 'sqs', prefix: 'Sqs', modeled: SQS_EXCEPTIONS }],
  ['ssm', { signingName: 'ssm', prefix: 'Ssm' }],
  ['sts', { signingName: 'sts', prefix: 'Sts' }],
]);

/** The service behind `arn:aws:states:::aws-sdk:<service>:<action>`. */
export function sdkService(resourceType: string): SdkService {
  const name = resourceType.slice('aws-sdk:'.length);
  return SDK.get(name) ?? { signingName: name, prefix: upperFirst(name) };
}

/** The parameters that the integration takes; undefined where the service's API decides. */
export function parametersOf(resource: Resource): readonly string[] | undefined {
  if (resource.kind !== 'optimized') return undefined;
  return OPTIMIZED.get(`${resource.resourceType}:${resource.resource.split('.')[0]}`)?.parameters;
}

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const INTEGRATION_ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:(.+)$/;
const SUFFIXES: [string, Pattern][] = [
  ['.waitForTaskToken', 'token'],
  ['.sync:2', 'sync2'],
  ['.sync', 'sync'],
];

/** @returns undefined for what is no resource of Step Functions, and for activities. */
export function parseResource(arn: string): Resource | undefined {
  if (FUNCTION_ARN.test(arn)) {
    const common = { arn, service: 'lambda', action: 'Invoke' };
    return { ...common, kind: 'function', pattern: 'response', resourceType: 'lambda', resource: arn };
  }
  let rest = INTEGRATION_ARN.exec(arn)?.[1];
  if (rest === undefined) return undefined;
  let pattern: Pattern = 'response';
  let suffix = '';
  for (const [ending, meaning] of SUFFIXES) {
    if (!rest.endsWith(ending)) continue;
    pattern = meaning;
    suffix = ending;
    rest = rest.slice(0, -ending.length);
  }
  const colon = rest.lastIndexOf(':');
  const resourceType = rest.slice(0, Math.max(colon, 0));
  const action = rest.slice(colon + 1);
  if (!/^[a-z][A-Za-z0-9]*$/.test(action)) return undefined;
  const common = { arn, pattern, resourceType, resource: action + suffix, action: upperFirst(action) };

  if (/^aws-sdk:[a-z0-9]+$/.test(resourceType)) {
    if (pattern === 'sync' || pattern === 'sync2') return undefined;
    return { ...common, kind: 'sdk', service: sdkService(resourceType).signingName };
  }
  const integration = OPTIMIZED.get(rest) ?? (OTHERS.has(resourceType) ? PATTERNS_OF_OTHERS : undefined);
  if (!integration?.patterns.includes(pattern)) return undefined;
  return { ...common, kind: 'optimized', service: resourceType };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

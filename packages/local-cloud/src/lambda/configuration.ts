import { AwsError, type Caller } from '../aws/service.ts';
import type { CodeFolders, FunctionCode } from './code.ts';

/** What an asynchronous invocation does when the function fails; defaults as Lambda documents them. */
export interface EventInvokeConfig {
  maximumRetryAttempts: number;
  maximumEventAgeInSeconds: number;
  /** ARN of the queue or topic that takes the record of a failed event. */
  onFailure?: string;
}

/** One function of one account and Region. */
export interface FunctionConfiguration {
  accountId: string;
  region: string;
  name: string;
  arn: string;
  runtime: string;
  handler: string;
  role: string;
  description: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  architectures: string[];
  tracingMode: string;
  /** The network in which it runs. Nothing is routed here: that it reaches the services from there is not played. */
  network?: NetworkConfig;
  logGroup: string;
  directory: string;
  /** ARN of the queue or topic that takes an event nothing could be done with. */
  deadLetterTarget?: string;
  eventInvoke: EventInvokeConfig;
  lastModified: Date;
}

export interface NetworkConfig {
  SubnetIds: string[];
  SecurityGroupIds: string[];
}

/** CreateFunction's input as the SDK shapes it, with the code itself in place of an archive. */
export interface CreateFunctionInput {
  FunctionName: string;
  Runtime: string;
  Handler: string;
  Role: string;
  Code: FunctionCode;
  Description?: string;
  Environment?: { Variables?: Record<string, string> };
  Timeout?: number;
  MemorySize?: number;
  Architectures?: string[];
  TracingConfig?: { Mode?: string };
  LoggingConfig?: { LogFormat?: string; LogGroup?: string };
  DeadLetterConfig?: { TargetArn?: string };
  PackageType?: string;
  VpcConfig?: NetworkConfig;
  Tags?: Record<string, string>;
}

const members = new Set(
  'FunctionName Runtime Handler Role Code Description Environment Timeout MemorySize Architectures TracingConfig LoggingConfig DeadLetterConfig PackageType Tags VpcConfig'.split(
    ' ',
  ),
);

/** They change by other actions, or never. */
const fixed = new Set(['Code', 'Architectures', 'PackageType', 'Tags']);

/** What becomes of events without a setting (Lambda Developer Guide, "Asynchronous invocation"). */
export const EVENT_DEFAULTS: EventInvokeConfig = {
  maximumRetryAttempts: 2,
  maximumEventAgeInSeconds: 21_600,
};

/** The Lambda Developer Guide, "Defined runtime environment variables": these cannot be set. */
const reserved = new Set(
  '_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR'.split(
    ' ',
  ),
);

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);

function inRange(name: string, value: number, from: number, to: number): number {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw invalid(`${name} must be an integer from ${from} to ${to}, not ${value}.`);
  }
  return value;
}

/** Checks the variables: names as Lambda allows them, none that Lambda sets itself, 4 KB in all. */
function checkedEnvironment(variables: Record<string, string>): Record<string, string> {
  const taken = Object.keys(variables).filter((name) => reserved.has(name));
  if (taken.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    );
  }
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[a-zA-Z]\w+$/.test(name)) throw invalid(`${name} is not a name of an environment variable.`);
    if (typeof value !== 'string') throw invalid(`The environment variable ${name} is not a string.`);
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > 4096) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
  return { ...variables };
}

/**
 * Reads CreateFunction's input.
 *
 * @throws AwsError `InvalidParameterValueException` for what Lambda refuses and for what the local cloud does not do.
 */
export function configurationOf(
  input: CreateFunctionInput,
  caller: Caller,
  { now, folders }: { now: number; folders: CodeFolders },
): FunctionConfiguration {
  for (const member of Object.keys(input)) {
    if (!members.has(member)) throw invalid(`The local cloud does not support ${member} of a function.`);
  }
  const name = input.FunctionName;
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) throw invalid(`${name} is not a function name.`);
  if (!/^nodejs(20|22|24)\.x$/.test(input.Runtime)) {
    throw invalid(`The local cloud does not run ${input.Runtime}, only Node.js.`);
  }
  if ((input.PackageType ?? 'Zip') !== 'Zip') throw invalid('The local cloud runs no container images.');
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(input.Role)) throw invalid(`${input.Role} is not a role.`);
  if ((input.LoggingConfig?.LogFormat ?? 'Text') !== 'Text') {
    throw invalid('The local cloud writes logs as text only.');
  }
  const directory = folders.folderOf(input.Code ?? {}, input.Handler);
  if (!directory) throw invalid(`The local cloud runs functions from a directory, and ${name} has none.`);
  return configurationIn(directory, input, caller, now);
}

function configurationIn(
  directory: string,
  input: CreateFunctionInput,
  { accountId, region }: Pick<Caller, 'accountId' | 'region'>,
  now: number,
): FunctionConfiguration {
  const name = input.FunctionName;
  return {
    accountId,
    region,
    name,
    arn: `arn:aws:lambda:${region}:${accountId}:function:${name}`,
    runtime: input.Runtime,
    handler: input.Handler,
    role: input.Role,
    description: input.Description ?? '',
    environment: checkedEnvironment(input.Environment?.Variables ?? {}),
    timeoutSeconds: inRange('Timeout', input.Timeout ?? 3, 1, 900),
    memoryMegabytes: inRange('MemorySize', input.MemorySize ?? 128, 128, 10_240),
    architectures: input.Architectures ?? ['x86_64'],
    tracingMode: input.TracingConfig?.Mode ?? 'PassThrough',
    network: input.VpcConfig?.SubnetIds?.length ? input.VpcConfig : undefined,
    logGroup: input.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    directory,
    deadLetterTarget: input.DeadLetterConfig?.TargetArn,
    eventInvoke: EVENT_DEFAULTS,
    lastModified: new Date(now),
  };
}

/** UpdateFunctionConfiguration's input. */
export type UpdateFunctionInput = Partial<
  Omit<CreateFunctionInput, 'Code' | 'Architectures' | 'PackageType' | 'Tags'>
> & { FunctionName: string };

/** UpdateFunctionCode's input, with the code itself in place of an archive. */
export interface UpdateCodeInput extends FunctionCode {
  FunctionName: string;
  Architectures?: string[];
}

/**
 * Changes what is given and leaves the rest. The variables given replace all that were there.
 *
 * @throws AwsError `InvalidParameterValueException` for what Lambda refuses and for what the local cloud does not do.
 */
export function updateConfiguration(
  configuration: FunctionConfiguration,
  input: UpdateFunctionInput,
  now: number,
): void {
  const member = Object.keys(input).find((name) => !members.has(name) || fixed.has(name));
  if (member) throw invalid(`The local cloud does not change ${member} of a function.`);
  const { name, accountId, region, runtime, handler, role, description, environment } = configuration;
  const { timeoutSeconds, memoryMegabytes, architectures, tracingMode, network, directory } = configuration;
  const { logGroup, deadLetterTarget, eventInvoke } = configuration;
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const whole: CreateFunctionInput = {
    Runtime: runtime,
    Handler: handler,
    Role: role,
    Description: description,
    Environment: { Variables: environment },
    Timeout: timeoutSeconds,
    MemorySize: memoryMegabytes,
    TracingConfig: { Mode: tracingMode },
    LoggingConfig: { LogGroup: logGroup },
    VpcConfig: network,
    DeadLetterConfig: deadLetterTarget === undefined ? undefined : { TargetArn: deadLetterTarget },
    ...given,
    FunctionName: name,
    Architectures: architectures,
    Code: {},
  };
  const changed = configurationIn(directory, whole, { accountId, region }, now);
  Object.assign(configuration, changed, { eventInvoke });
}

/** @throws AwsError `InvalidParameterValueException` for code that is not there */
export function updateCode(
  configuration: FunctionConfiguration,
  { FunctionName: _, Architectures, ...code }: UpdateCodeInput,
  { now, folders }: { now: number; folders: CodeFolders },
): void {
  const { handler, name } = configuration;
  const directory = folders.folderOf(code, handler);
  if (!directory) throw invalid(`The local cloud runs functions from a directory, and ${name} has none.`);
  const architectures = Architectures ?? configuration.architectures;
  Object.assign(configuration, { directory, architectures, lastModified: new Date(now) });
}

/** PutFunctionEventInvokeConfig's input. */
export interface EventInvokeInput {
  FunctionName: string;
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
  DestinationConfig?: { OnFailure?: { Destination?: string }; OnSuccess?: unknown };
}

/** @throws AwsError `InvalidParameterValueException` for what the local cloud does not do */
export function eventInvokeOf(input: EventInvokeInput): EventInvokeConfig {
  if (input.DestinationConfig?.OnSuccess) throw invalid('The local cloud has no on-success destinations.');
  const onFailure = input.DestinationConfig?.OnFailure?.Destination;
  if (onFailure && !/^arn:[a-z-]+:(sqs|sns):/.test(onFailure)) {
    throw invalid(`The local cloud sends failed events to queues and topics, not to ${onFailure}.`);
  }
  return {
    maximumRetryAttempts: input.MaximumRetryAttempts ?? EVENT_DEFAULTS.maximumRetryAttempts,
    maximumEventAgeInSeconds: input.MaximumEventAgeInSeconds ?? EVENT_DEFAULTS.maximumEventAgeInSeconds,
    onFailure,
  };
}

/** The configuration as GetFunction and ListFunctions show it. */
export function describeConfiguration(configuration: FunctionConfiguration) {
  return {
    FunctionName: configuration.name,
    FunctionArn: configuration.arn,
    Runtime: configuration.runtime,
    Handler: configuration.handler,
    Role: configuration.role,
    Description: configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMegabytes,
    LastModified: configuration.lastModified.toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    Environment: { Variables: configuration.environment },
    Architectures: configuration.architectures,
    TracingConfig: { Mode: configuration.tracingMode },
    VpcConfig: configuration.network,
    LoggingConfig: { LogFormat: 'Text', LogGroup: configuration.logGroup },
    DeadLetterConfig: configuration.deadLetterTarget
      ? { TargetArn: configuration.deadLetterTarget }
      : undefined,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}

/** `GetAccountSettings` of a new account ("Lambda quotas"): nothing here raises or uses them up. */
export function accountSettings(functions: number) {
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      UnreservedConcurrentExecutions: 1000,
    },
    AccountUsage: { TotalCodeSize: 0, FunctionCount: functions },
  };
}

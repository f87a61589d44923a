import { AwsError, type AwsServices } from '../aws/service.ts';
import { StatesError } from './errors.ts';
import { isObject, type Json, setMember } from './json.ts';
import { followExecution, type NestedExecutions } from './nested-execution.ts';
import { type Resource, sdkService } from './resource.ts';
import { optimizedFailure, sdkFailure, unreachable } from './service-failure.ts';
import type { Job, TaskCall, TaskServices } from './task-services.ts';

type Members = Record<string, Json>;

/** The services of the local cloud, as tasks call them. */
export class CloudTasks implements TaskServices {
  readonly #services: AwsServices;
  readonly #executions: NestedExecutions;

  constructor(services: AwsServices, executions: NestedExecutions) {
    this.#services = services;
    this.#executions = executions;
  }

  /** Whether the local cloud has the action. */
  accepts({ service, action }: Resource): boolean {
    const actions = this.#services.get(service)?.actions;
    return actions !== undefined && Object.hasOwn(actions, action);
  }

  async call(task: TaskCall): Promise<Json> {
    const services = this.#services;
    const { resource, parameters } = task;
    if (resource.kind === 'function') return (await invoke(services, task, parameters, resource.arn)).Payload;
    if (!isObject(parameters)) {
      throw new StatesError(
        'States.Runtime',
        'The parameters of a service integration must be a JSON object.',
      );
    }
    if (resource.kind === 'sdk') return callSdk(services, task, parameters);
    const { requestId } = task;
    switch (resource.resourceType) {
      case 'lambda':
        return withMetadata(
          await invoke(services, task, parameters.Payload as Json | undefined, undefined),
          requestId,
        );
      case 'states':
        return withMetadata(await startExecution(services, task, parameters), requestId);
      case 'events':
        return putEvents(services, task, parameters);
      case 'sqs':
        if (!URL.canParse(String(parameters.QueueUrl))) throw unreachable('SQS', String(parameters.QueueUrl));
        return withMetadata(await send(services, task, serialize(parameters, 'MessageBody')), requestId);
      case 'sns':
        return withMetadata(await send(services, task, serialize(parameters, 'Message')), requestId);
      default:
        return withMetadata(await send(services, task, parameters), requestId);
    }
  }

  /** Executions of other state machines are the only work that the local cloud can follow. */
  follow(task: TaskCall, submitted: Json): Job {
    return followExecution(this.#executions, this.#services.guard, task, submitted);
  }
}

async function invoke(
  services: AwsServices,
  task: TaskCall,
  payload: Json | undefined,
  functionArn: string | undefined,
): Promise<Members & { Payload: Json }> {
  const given = functionArn === undefined ? (task.parameters as Members) : { FunctionName: functionArn };
  const input = { InvocationType: 'RequestResponse', ...given, Payload: JSON.stringify(payload ?? {}) };
  const output = (await attempt(services, task, input)) as {
    StatusCode: number;
    ExecutedVersion?: string;
    FunctionError?: string;
    Payload?: string;
  };
  const text = output.Payload ?? '';
  const parsed = parseOr(text, text);
  if (output.FunctionError !== undefined) {
    const type =
      isObject(parsed) && typeof parsed.errorType === 'string' ? parsed.errorType : 'Lambda.Unknown';
    throw new StatesError(type, text);
  }
  const version: Members =
    output.ExecutedVersion === undefined ? {} : { ExecutedVersion: output.ExecutedVersion };
  return { ...version, Payload: parsed, StatusCode: output.StatusCode };
}

async function startExecution(services: AwsServices, task: TaskCall, parameters: Members): Promise<Members> {
  const given = parameters.Input;
  // Step Functions takes null for no input, and any JSON value in place of its text.
  const input = given === undefined || given === null ? '{}' : given;
  const output = await attempt(services, task, {
    stateMachineArn: parameters.StateMachineArn,
    name: parameters.Name,
    input: typeof input === 'string' ? input : JSON.stringify(input),
    traceHeader: parameters.TraceHeader,
  });
  return renamed(optimizedJson(output), upperFirst) as Members;
}

async function putEvents(services: AwsServices, task: TaskCall, parameters: Members): Promise<Json> {
  const entries = Array.isArray(parameters.Entries) ? parameters.Entries : [];
  const output = (await send(services, task, {
    ...parameters,
    Entries: entries.map((entry) =>
      isObject(entry)
        ? {
            ...serialize(entry, 'Detail'),
            Resources: [
              ...(Array.isArray(entry.Resources) ? entry.Resources : []),
              task.stateMachineArn,
              task.executionArn,
            ],
          }
        : entry,
    ),
  })) as { FailedEntryCount?: number };
  if (output.FailedEntryCount) throw new StatesError('EventBridge.FailedEntry', JSON.stringify(output));
  return output;
}

async function send(services: AwsServices, task: TaskCall, input: Members): Promise<Members> {
  return optimizedJson(await attempt(services, task, input)) as Members;
}

async function callSdk(services: AwsServices, task: TaskCall, parameters: Members): Promise<Json> {
  const service = sdkService(task.resource.resourceType);
  const input = service.camel ? renamed(parameters, lowerFirst) : parameters;
  const output = await attempt(
    services,
    task,
    service.prefix === 'DynamoDb' ? attributes(input, TO_DYNAMODB) : input,
  );
  const json = toJson(output, (date) => date.toISOString());
  if (service.prefix === 'DynamoDb') return attributes(json, FROM_DYNAMODB);
  return service.camel ? renamed(json, upperFirst) : json;
}

async function attempt(services: AwsServices, task: TaskCall, input: unknown): Promise<unknown> {
  const { resource, caller } = task;
  try {
    return await services.call(resource.service, resource.action, input, caller);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // A hole in the local cloud must not look like a failure that the workflow can deal with.
    if (error.code === 'UnknownOperationException') throw new StatesError('States.Runtime', error.message);
    throw resource.kind === 'sdk' ? sdkFailure(error, task) : optimizedFailure(error, task);
  }
}

/** What optimized integrations add to the answer; the members come in alphabetical order. */
function withMetadata(answer: Members, requestId: string): Json {
  const all: Members = {
    ...answer,
    SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A message that is not text is sent as its JSON text. */
function serialize(parameters: Record<string, unknown>, member: string): Members {
  const value = parameters[member];
  // null is no message.
  const text =
    (value ?? undefined) === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  return { ...parameters, [member]: text ?? undefined } as Members;
}

function parseOr(text: string, otherwise: Json): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return otherwise;
  }
}

/** Optimized integrations show times as milliseconds since the epoch. */
function optimizedJson(value: unknown): Json {
  return toJson(value, (date) => date.getTime());
}

function toJson(value: unknown, time: (date: Date) => Json): Json {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return time(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => toJson(item, time));
  if (typeof value !== 'object') return value as Json;
  const copy: Members = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined && key !== '$metadata') setMember(copy, key, toJson(member, time));
  }
  return copy;
}

function renamed(value: Json, rename: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isObject(value)) return value;
  const copy: Members = {};
  for (const [key, member] of Object.entries(value))
    setMember(copy, rename(key), renamed(member as Json, rename));
  return copy;
}

/** The SDK for Java writes the types of DynamoDB's attribute values its own way. */
const TO_DYNAMODB = new Map([
  ['Bool', 'BOOL'],
  ['Nul', 'NULL'],
  ['Ss', 'SS'],
  ['Ns', 'NS'],
  ['Bs', 'BS'],
]);
const FROM_DYNAMODB = new Map([...TO_DYNAMODB].map(([java, wire]) => [wire, java]));

function attributes(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => attributes(item, names));
  if (!isObject(value)) return value;
  const entries = Object.entries(value) as [string, Json][];
  const [type, content] = entries[0] ?? [];
  const name = entries.length === 1 ? names.get(type!) : undefined;
  // An attribute that happens to be called so holds an attribute value, which is an object.
  if (name !== undefined && !isObject(content)) return { [name]: content! };
  const copy: Members = {};
  for (const [key, member] of entries) setMember(copy, key, attributes(member, names));
  return copy;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

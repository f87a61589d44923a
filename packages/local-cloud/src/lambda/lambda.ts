import { type Needs, onResource, withoutResources } from '../aws/authorization/need.ts';
import { Ids } from '../aws/ids.ts';
import { pageOf } from '../aws/pages.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from '../aws/service.ts';
import { Activity, type Clock } from '../clock.ts';
import { AsynchronousInvocations, type QueuedEvent } from './asynchronous.ts';
import { CodeFolders } from './code.ts';
import {
  accountSettings,
  type CreateFunctionInput,
  configurationOf,
  describeConfiguration,
  EVENT_DEFAULTS,
  type EventInvokeInput,
  eventInvokeOf,
  type FunctionConfiguration,
  type UpdateCodeInput,
  type UpdateFunctionInput,
  updateCode,
  updateConfiguration,
} from './configuration.ts';
import { environmentOf, type FunctionCredentials } from './environment.ts';
import { Fleet, type SandboxesOf } from './fleet.ts';
import type { Machine } from './machine.ts';
import { type Outcome, runtimeError, timedOut } from './outcome.ts';
import { payloadText } from './payload.ts';
import { type Permission, statementOf } from './permission.ts';
import { Attendance, checkNetwork, checkRole } from './role.ts';
import { Sandbox } from './sandbox.ts';

export interface LambdaOptions {
  clock: Clock;
  services: AwsServices;
  /** Where the functions find AWS: the value of `AWS_ENDPOINT_URL`. */
  endpointUrl: () => string;
  credentials: (roleArn: string, sessionName: string) => FunctionCredentials;
}

/** What happens to an invocation instead of the function's own work. */
export type Fault = 'crash' | 'timeout' | 'throttle';

/** One line that a function wrote. `time` is the cloud's. */
export interface LogLine {
  accountId: string;
  region: string;
  functionName: string;
  logGroup: string;
  /** Undefined for what Lambda says itself, which reaches no log. */
  logStream: string | undefined;
  requestId: string;
  time: number;
  line: string;
}

interface Invoke {
  FunctionName: string;
  InvocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  Payload?: string | Uint8Array;
  Qualifier?: string;
}

interface LambdaFunction {
  configuration: FunctionConfiguration;
  sandboxes: SandboxesOf;
  permissions: Permission[];
}

const functionPattern =
  /^(?:arn:[a-z-]+:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST))?$/;

const keptLogLines = 1000;

/** Lambda: runs functions from their bundles, in worker threads, in the cloud's time. */
export class Lambda implements AwsService {
  readonly signingName = 'lambda';
  readonly actions: Record<string, Action> = {
    CreateFunction: (input: CreateFunctionInput, caller) => this.#create(input, caller),
    UpdateFunctionConfiguration: (input: UpdateFunctionInput, caller) => this.#update(input, caller),
    UpdateFunctionCode: (input: UpdateCodeInput, caller) => this.#updateCode(input, caller),
    DeleteFunction: (input, caller) => this.#delete(input, caller),
    GetFunction: (input, caller) => {
      const { configuration } = this.#find(input.FunctionName, caller);
      return { Configuration: describeConfiguration(configuration) };
    },
    GetFunctionConfiguration: (input, caller) =>
      describeConfiguration(this.#find(input.FunctionName, caller).configuration),
    ListFunctions: (input, caller) => this.#list(input, caller),
    GetAccountSettings: (_input, caller) => accountSettings(this.#ofAccount(caller).length),
    AddPermission: (input, caller) => this.#addPermission(input, caller),
    RemovePermission: (input, caller) => this.#removePermission(input, caller),
    PutFunctionEventInvokeConfig: (input, caller) => this.#configureEvents(input, caller),
    DeleteFunctionEventInvokeConfig: ({ FunctionName }, caller) => {
      this.#find(FunctionName, caller).configuration.eventInvoke = EVENT_DEFAULTS;
      return {};
    },
    Invoke: (input: Invoke, caller) => this.#invoke(input, caller),
  };

  readonly needs: Record<string, Needs> = {
    ...withoutResources('lambda', 'GetAccountSettings', 'ListFunctions'),
    ...onResource('lambda', ['GetFunction', 'GetFunctionConfiguration'], ({ FunctionName }, caller) => ({
      resource: this.#arnOf(FunctionName, caller),
    })),
    Invoke: ({ FunctionName }: Invoke, caller) => {
      const resource = this.#arnOf(FunctionName, caller);
      const found = this.#functions.get(resource);
      // A service is let in by the function's own policy: where there is no function, that is what it is told.
      if (!found && caller.service) this.#find(FunctionName, caller);
      const policy = found?.permissions.map(statementOf) ?? [];
      return [{ action: 'lambda:InvokeFunction', resource, policy }];
    },
  };

  readonly #clock: Clock;
  readonly #services: AwsServices;
  readonly #endpointUrl: () => string;
  readonly #credentials: LambdaOptions['credentials'];
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #asynchronous: AsynchronousInvocations;
  readonly #attendances = new WeakMap<Sandbox, Attendance>();
  readonly #fleet = new Fleet();
  readonly #folders = new CodeFolders();
  readonly #ids = new Ids('lambda');
  readonly #logs = new Map<string, LogLine[]>();
  readonly #observers = new Set<(line: LogLine) => void>();
  readonly #throttleObservers: ((configuration: FunctionConfiguration) => void)[] = [];
  #intercept: (functionName: string, payload: string) => Fault | undefined = () => undefined;

  constructor(options: LambdaOptions) {
    this.#clock = options.clock;
    this.#services = options.services;
    this.#endpointUrl = options.endpointUrl;
    this.#credentials = options.credentials;
    this.#asynchronous = new AsynchronousInvocations({
      clock: options.clock,
      services: options.services,
      run: (event) => this.#run(event),
      report: (event, line) => this.#log(event, line),
    });
  }

  /**
   * Calls back for every line that a function writes.
   * @returns what ends that
   */
  observe(observer: (line: LogLine) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Calls back when Lambda has refused an invocation for being too many. */
  observeThrottles(observer: (configuration: FunctionConfiguration) => void): void {
    this.#throttleObservers.push(observer);
  }

  /** The last lines of all functions of that name, the oldest first. */
  logs(functionName: string): readonly LogLine[] {
    return this.#logs.get(functionName) ?? [];
  }

  /** Decides before each invocation whether something goes wrong in the function's place. */
  intercept(decide: (functionName: string, payload: string) => Fault | undefined): void {
    this.#intercept = decide;
  }

  /** Ends all sandboxes. */
  async close(): Promise<void> {
    await this.#fleet.close();
    this.#folders.close();
  }

  #create(input: CreateFunctionInput, caller: Caller) {
    const given = { now: this.#clock.now(), folders: this.#folders };
    const configuration = configurationOf(input, caller, given);
    if (this.#functions.has(configuration.arn)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${configuration.name}`, 409);
    }
    checkRole(configuration, this.#services.guard);
    checkNetwork(configuration, this.#services.guard);
    const sandboxes: SandboxesOf = {
      get directory() {
        return configuration.directory;
      },
      sandboxes: new Set(),
      start: (machine) => this.#startSandbox(machine, configuration),
    };
    this.#functions.set(configuration.arn, { configuration, sandboxes, permissions: [] });
    return describeConfiguration(configuration);
  }

  /** Takes effect with the next invocation: a new sandbox. */
  #update(input: UpdateFunctionInput, caller: Caller) {
    const { configuration, sandboxes } = this.#find(input.FunctionName, caller);
    updateConfiguration(configuration, input, this.#clock.now());
    checkRole(configuration, this.#services.guard);
    checkNetwork(configuration, this.#services.guard);
    this.#fleet.retire(sandboxes);
    return describeConfiguration(configuration);
  }

  #updateCode(input: UpdateCodeInput, caller: Caller) {
    const { configuration, sandboxes } = this.#find(input.FunctionName, caller);
    updateCode(configuration, input, { now: this.#clock.now(), folders: this.#folders });
    this.#fleet.retire(sandboxes);
    return describeConfiguration(configuration);
  }

  #delete(input: { FunctionName: string }, caller: Caller) {
    const { configuration, sandboxes } = this.#find(input.FunctionName, caller);
    this.#functions.delete(configuration.arn);
    this.#fleet.retire(sandboxes);
    return {};
  }

  #list({ Marker, MaxItems = 50 }: { Marker?: string; MaxItems?: number }, caller: Caller) {
    const { items, nextToken } = pageOf(this.#ofAccount(caller), {
      listing: 'functions',
      limit: Math.min(MaxItems, 50),
      token: Marker,
      invalidToken: 'InvalidParameterValueException',
    });
    return { Functions: items.map(describeConfiguration), NextMarker: nextToken };
  }

  #ofAccount({ accountId, region }: Caller): FunctionConfiguration[] {
    return [...this.#functions.values()]
      .map(({ configuration }) => configuration)
      .filter((configuration) => configuration.accountId === accountId && configuration.region === region);
  }

  /** By name, ARN or partial ARN, of the caller's account unless the ARN names another. */
  #find(functionName: string, caller: Caller): LambdaFunction {
    const match = functionPattern.exec(functionName);
    if (!match) {
      throw new AwsError(
        'InvalidParameterValueException',
        `${functionName} is not a function's name or ARN.`,
      );
    }
    const [, region = caller.region] = match;
    if (region !== caller.region) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Functions from '${region}' are not reachable in this region ('${caller.region}')`,
        404,
      );
    }
    const arn = this.#arnOf(functionName, caller);
    const found = this.#functions.get(arn);
    if (!found) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    return found;
  }

  #addPermission(input: Record<string, string>, caller: Caller) {
    const { permissions } = this.#find(input.FunctionName ?? '', caller);
    const permission: Permission = {
      Sid: input.StatementId ?? '',
      Principal: input.Principal ?? '',
      Action: input.Action ?? '',
      SourceArn: input.SourceArn,
      SourceAccount: input.SourceAccount,
    };
    if (permissions.some(({ Sid }) => Sid === permission.Sid)) {
      throw new AwsError(
        'ResourceConflictException',
        `The statement id (${permission.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    }
    permissions.push(permission);
    return { Statement: JSON.stringify(permission) };
  }

  #removePermission({ FunctionName, StatementId }: Record<string, string>, caller: Caller) {
    const found = this.#find(FunctionName ?? '', caller);
    const left = found.permissions.filter(({ Sid }) => Sid !== StatementId);
    if (left.length === found.permissions.length) {
      const message = `Statement ${StatementId} is not found in resource policy.`;
      throw new AwsError('ResourceNotFoundException', message, 404);
    }
    found.permissions = left;
    return {};
  }

  #configureEvents(input: EventInvokeInput, caller: Caller) {
    const { configuration } = this.#find(input.FunctionName, caller);
    configuration.eventInvoke = eventInvokeOf(input);
    return { FunctionArn: configuration.arn, ...input };
  }

  #arnOf(functionName: string, caller: Caller): string {
    const [, region = caller.region, accountId = caller.accountId, name = functionName] =
      functionPattern.exec(functionName) ?? [];
    return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  }

  async #invoke(input: Invoke, caller: Caller) {
    const found = this.#find(input.FunctionName, caller);
    const { configuration } = found;
    if (input.Qualifier !== undefined && input.Qualifier !== '$LATEST') {
      const message = `Function not found: ${configuration.arn}:${input.Qualifier}`;
      throw new AwsError('ResourceNotFoundException', message, 404);
    }
    const type = input.InvocationType ?? 'RequestResponse';
    if (type === 'DryRun') return { StatusCode: 204 };
    const payload = payloadText(input.Payload, type);
    const event: QueuedEvent = { configuration, requestId: this.#ids.uuid(), payload };
    if (type === 'Event') {
      this.#asynchronous.start(event);
      return { StatusCode: 202, Payload: '' };
    }
    const outcome = await this.#run(event);
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: outcome.payload,
      ...(outcome.failed && { FunctionError: 'Unhandled' }),
    };
  }

  async #run(event: QueuedEvent): Promise<Outcome> {
    const { configuration, requestId, payload } = event;
    const timeoutMilliseconds = configuration.timeoutSeconds * 1000;
    const fault = this.#intercept(configuration.name, payload);
    if (fault === 'crash') {
      return runtimeError('Runtime.ExitError', requestId, 'Runtime exited with error: signal: killed');
    }
    if (fault === 'timeout') return timedOut(requestId, timeoutMilliseconds);
    if (fault === 'throttle') {
      for (const observer of this.#throttleObservers) observer(configuration);
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    const found = this.#functions.get(configuration.arn);
    if (!found) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${configuration.arn}`, 404);
    }
    // Time stands still while a function works, whoever called it.
    return Activity.run(
      this.#clock,
      () =>
        this.#fleet.use(
          found.sandboxes,
          () => this.#clock.now(),
          (sandbox) => {
            const time = this.#clock.now();
            const root = Math.floor(time / 1000).toString(16);
            const invocation = {
              requestId,
              traceId: `Root=1-${root}-${this.#ids.hex(24)};Parent=${this.#ids.hex(16)};Sampled=0`,
              functionArn: configuration.arn,
              event: payload,
              time,
              timeoutMilliseconds,
            };
            const attendance = this.#attendances.get(sandbox)!;
            const isLogged = attendance.begin();
            return sandbox.invoke(invocation, (line) => {
              if (isLogged) this.#log(event, line, attendance.streamName);
            });
          },
        ),
      { what: `the function ${configuration.name}` },
    );
  }

  #startSandbox(machine: Machine, configuration: FunctionConfiguration): Sandbox {
    const time = this.#clock.now();
    const credentials = this.#credentials(configuration.role, configuration.name);
    const logStreamId = this.#ids.hex(32);
    const environment = environmentOf(configuration, credentials, {
      endpointUrl: this.#endpointUrl(),
      logStreamId,
      time,
    });
    const { expiration } = credentials;
    const { directory, handler } = configuration;
    const endsAt = expiration ? expiration.getTime() - configuration.timeoutSeconds * 1000 : Infinity;
    const sandbox = new Sandbox(machine, { directory, handler, environment }, endsAt);
    this.#attendances.set(
      sandbox,
      new Attendance(configuration, this.#services.guard, environment.AWS_LAMBDA_LOG_STREAM_NAME!),
    );
    return sandbox;
  }

  #log(event: QueuedEvent, line: string, logStream?: string): void {
    const { accountId, region, name: functionName, logGroup } = event.configuration;
    const time = this.#clock.now();
    const { requestId } = event;
    const entry = { accountId, region, functionName, logGroup, logStream, requestId, time, line };
    let lines = this.#logs.get(functionName);
    if (!lines) {
      lines = [];
      this.#logs.set(functionName, lines);
    }
    lines.push(entry);
    if (lines.length > 2 * keptLogLines) lines.splice(0, lines.length - keptLogLines);
    for (const observer of this.#observers) observer(entry);
  }
}

import { AwsError, type Caller } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Revision } from './execution.ts';
import { type Parsed, parseDefinition } from './parser.ts';
import type { Random } from './random.ts';
import type { Resource } from './resource.ts';

/** A state machine. Its revision is replaced by an update; running executions keep the one they started with. */
export interface StateMachine {
  revision: Revision;
  status: 'ACTIVE' | 'DELETING';
  readonly creationDate: number;
  readonly tags: Map<string, string>;
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Input of CreateStateMachine, in the shape of the AWS SDK. */
export interface CreateStateMachine {
  name: string;
  definition: string;
  roleArn: string;
  type?: string;
  loggingConfiguration?: Record<string, unknown>;
  tracingConfiguration?: Record<string, unknown>;
  tags?: Tag[];
  publish?: boolean;
  versionDescription?: string;
  encryptionConfiguration?: { type?: string };
}

/** What a state machine must satisfy beside the States Language. */
export interface Checks {
  /** @throws AwsError for a role that Step Functions cannot work with. */
  checkRole(revision: Revision): void;
  /** Whether tasks can call the resource. */
  accepts(resource: Resource): boolean;
}

const LOGGING_OFF = { level: 'OFF', includeExecutionData: false };
const TRACING_OFF = { enabled: false };

/** The state machines of all accounts and Regions, by ARN. */
export class StateMachines {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #checks: Checks;
  readonly #machines = new Map<string, StateMachine>();

  constructor(clock: Clock, random: Random, checks: Checks) {
    this.#clock = clock;
    this.#random = random;
    this.#checks = checks;
  }

  /** @throws AwsError InvalidName, InvalidDefinition, InvalidArn, StateMachineAlreadyExists, and what is not run */
  create(input: CreateStateMachine, caller: Caller): StateMachine {
    if (typeof input.name !== 'string' || !/^[A-Za-z0-9_-]{1,80}$/.test(input.name)) {
      throw new AwsError('InvalidName', `Invalid Name: '${input.name}'`);
    }
    if (input.type !== undefined && input.type !== 'STANDARD') {
      throw new AwsError('ValidationException', 'The local cloud runs state machines of type STANDARD only.');
    }
    refuseUnsupported(input);
    const definition = this.#definitionOf(input.definition);
    const arn = `arn:aws:states:${caller.region}:${caller.accountId}:stateMachine:${input.name}`;
    const now = this.#clock.now();
    const revision: Revision = {
      stateMachineArn: arn,
      stateMachineName: input.name,
      definition,
      definitionText: input.definition,
      roleArn: roleArn(input.roleArn),
      accountId: caller.accountId,
      region: caller.region,
      updateDate: now,
      revisionId: this.#random.uuid(),
      loggingConfiguration: input.loggingConfiguration ?? LOGGING_OFF,
      tracingConfiguration: input.tracingConfiguration ?? TRACING_OFF,
    };
    const existing = this.#machines.get(arn);
    if (existing?.status === 'DELETING') {
      throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);
    }
    if (existing) {
      // Creating is idempotent for all but the role and the tags.
      if (sameRevision(existing.revision, revision)) return existing;
      throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    this.#checks.checkRole(revision);
    const tags = new Map((input.tags ?? []).map(({ key, value }) => [key, value]));
    const machine: StateMachine = { revision, status: 'ACTIVE', creationDate: now, tags };
    this.#machines.set(arn, machine);
    return machine;
  }

  /** @throws AwsError StateMachineDoesNotExist, StateMachineDeleting, MissingRequiredParameter, as {@link create} */
  update(input: Partial<CreateStateMachine> & { stateMachineArn: string }, caller: Caller): StateMachine {
    const machine = this.find(input.stateMachineArn, caller);
    const { definition, loggingConfiguration, tracingConfiguration } = input;
    if (machine.status === 'DELETING') {
      throw new AwsError(
        'StateMachineDeleting',
        `State Machine is being deleted: '${input.stateMachineArn}'`,
      );
    }
    if (
      ![definition, input.roleArn, loggingConfiguration, tracingConfiguration].some(
        (given) => given !== undefined,
      )
    ) {
      throw new AwsError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    }
    refuseUnsupported(input);
    const old = machine.revision;
    const revision: Revision = {
      ...old,
      ...(definition === undefined
        ? {}
        : { definition: this.#definitionOf(definition), definitionText: definition }),
      roleArn: input.roleArn === undefined ? old.roleArn : roleArn(input.roleArn),
      loggingConfiguration: loggingConfiguration ?? old.loggingConfiguration,
      tracingConfiguration: tracingConfiguration ?? old.tracingConfiguration,
      updateDate: this.#clock.now(),
      revisionId: this.#random.uuid(),
    };
    this.#checks.checkRole(revision);
    machine.revision = revision;
    return machine;
  }

  /** @throws AwsError InvalidArn, AccessDeniedException, StateMachineDoesNotExist */
  find(arn: string, caller: Caller): StateMachine {
    checkArn(arn, 'stateMachine', caller);
    const machine = this.#machines.get(arn);
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  get(arn: string): StateMachine | undefined {
    return this.#machines.get(arn);
  }

  delete(arn: string): void {
    this.#machines.delete(arn);
  }

  list(caller: Caller): StateMachine[] {
    return [...this.#machines.values()].filter(
      ({ revision }) => revision.accountId === caller.accountId && revision.region === caller.region,
    );
  }

  /** ValidateStateMachineDefinition's answer. */
  validate(input: { definition: string; type?: string; maxResults?: number }): unknown {
    const { diagnostics } = parseDefinition(input.definition, this.#checks.accepts);
    const limit = input.maxResults || 100;
    return {
      result: diagnostics.length === 0 ? 'OK' : 'FAIL',
      diagnostics: diagnostics.slice(0, limit).map(({ location, ...diagnostic }) => ({
        severity: 'ERROR',
        ...diagnostic,
        location: location ?? undefined,
      })),
      truncated: diagnostics.length > limit,
    };
  }

  /** @throws AwsError InvalidDefinition, with everything that is wrong with it. */
  #definitionOf(text: string): NonNullable<Parsed['definition']> {
    const parsed = parseDefinition(text, this.#checks.accepts);
    if (parsed.definition) return parsed.definition;
    const problems = parsed.diagnostics.map(
      ({ code, message, location }) => `${code}: ${message} at ${location}`,
    );
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${problems.join(', ')}'`);
  }
}

/** DescribeStateMachine's answer. */
export function describeMachine(machine: StateMachine): unknown {
  const { revision } = machine;
  return {
    stateMachineArn: revision.stateMachineArn,
    name: revision.stateMachineName,
    status: machine.status,
    definition: revision.definitionText,
    roleArn: revision.roleArn,
    type: 'STANDARD',
    creationDate: new Date(machine.creationDate),
    loggingConfiguration: revision.loggingConfiguration,
    tracingConfiguration: revision.tracingConfiguration,
    revisionId: revision.revisionId,
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  };
}

/**
 * @param kind - `stateMachine` or `execution`.
 * @throws AwsError InvalidArn, AccessDeniedException
 */
export function checkArn(arn: unknown, kind: string, caller: Caller): void {
  const parts = typeof arn === 'string' ? /^arn:aws:states:([a-z0-9-]+):(\d{12}):(\w+):\S+$/.exec(arn) : null;
  if (!parts || parts[3] !== kind) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`);
  if (parts[1] !== caller.region) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Region '${parts[1]}' is not the called Region: ${arn}'`);
  }
  if (parts[2] !== caller.accountId) {
    const message = `User: ${caller.arn} is not authorized to access this resource: ${arn}`;
    throw new AwsError('AccessDeniedException', message);
  }
}

function roleArn(arn: string): string {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(arn)) return arn;
  throw new AwsError('InvalidArn', `Invalid Role Arn: '${arn}'`);
}

function refuseUnsupported(input: Partial<CreateStateMachine>): void {
  const encryption = input.encryptionConfiguration?.type ?? 'AWS_OWNED_KEY';
  if (input.publish || encryption !== 'AWS_OWNED_KEY') {
    throw new AwsError(
      'ValidationException',
      'The local cloud has no versions and no customer managed keys.',
    );
  }
}

function sameRevision(one: Revision, other: Revision): boolean {
  const essence = ({ definitionText, loggingConfiguration, tracingConfiguration }: Revision) =>
    JSON.stringify([definitionText, loggingConfiguration, tracingConfiguration]);
  return essence(one) === essence(other);
}

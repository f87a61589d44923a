import { partitionOf } from '../iam/roles.ts';
import { type Statement, statementsOf } from '../iam.ts';
import { AwsError, type Caller } from '../service.ts';
import type { InputOptions } from './input.ts';
import type { Pattern } from './pattern.ts';
import type { Schedule } from './schedule.ts';

/** Where a rule's events go, in the shape of the API. */
export interface Target extends InputOptions {
  Id: string;
  Arn: string;
  RoleArn?: string;
  DeadLetterConfig?: { Arn?: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
}

/** A rule of a bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly busName: string;
  description: string | undefined;
  enabled: boolean;
  /** The pattern as it was given. */
  patternText: string | undefined;
  pattern: Pattern | undefined;
  scheduleExpression: string | undefined;
  schedule: Schedule | undefined;
  readonly targets: Map<string, Target>;
  tags: Tag[];
}

export interface Tag {
  Key: string;
  Value: string;
}

/** An event bus of an account and Region. */
export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  modifiedAt: number;
  policy: string | undefined;
  statements: Statement[];
  readonly rules: Map<string, Rule>;
  readonly tags: Tag[];
}

const busArn = /^arn:[\w-]+:events:([a-z0-9-]+):(\d{12}):event-bus\/([/.\-\w]{1,256})$/;

/** The account, Region and name in an event bus's ARN. */
export function partsOfBusArn(arn: string): { accountId: string; region: string; name: string } | undefined {
  const match = busArn.exec(arn);
  return match ? { region: match[1]!, accountId: match[2]!, name: match[3]! } : undefined;
}

/** The ARN of a bus by its name in the caller's account and Region, or by its ARN. */
export function busArnOf(nameOrArn = 'default', { accountId, region }: Caller): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return `arn:${partitionOf(region)}:events:${region}:${accountId}:event-bus/${nameOrArn}`;
}

/** The event buses of all accounts and Regions. Each account has a default bus in each Region. */
export class Buses {
  readonly #buses = new Map<string, Bus>();
  /** Thousands of accounts get the same documents: each is parsed once. */
  readonly #parsed = new Map<string, Statement[]>();

  /** The bus, unless nobody made it. */
  get(accountId: string, region: string, name = 'default'): Bus | undefined {
    const bus = this.#buses.get(keyOf(accountId, region, name));
    if (bus || name !== 'default') return bus;
    return this.#add(accountId, region, name, 0, undefined, []);
  }

  /**
   * @param nameOrArn of a bus of the caller's account and Region; the default bus if not given
   * @throws AwsError `ResourceNotFoundException`
   */
  find(nameOrArn: string | undefined, caller: Caller): Bus {
    const parts = partsOfBusArn(nameOrArn ?? '') ?? { ...caller, name: nameOrArn ?? 'default' };
    const here = parts.accountId === caller.accountId && parts.region === caller.region;
    const bus = here ? this.get(parts.accountId, parts.region, parts.name) : undefined;
    if (!bus) {
      throw new AwsError('ResourceNotFoundException', `Event bus ${nameOrArn} does not exist.`);
    }
    return bus;
  }

  /** @throws AwsError `ValidationException`, `ResourceAlreadyExistsException` */
  create(
    input: { Name?: string; Description?: string; Tags?: Tag[] },
    { accountId, region }: Caller,
    now: number,
  ): Bus {
    const { Name = '', Description, Tags = [] } = input;
    if (!/^[.\-\w]{1,256}$/.test(Name)) {
      throw new AwsError('ValidationException', `${Name} is not the name of an event bus.`);
    }
    if (this.get(accountId, region, Name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
    }
    return this.#add(accountId, region, Name, now, Description, Tags);
  }

  /** @throws AwsError `ValidationException` for a document that is not a policy */
  setPolicy(bus: Bus, document: string, now: number): void {
    let statements = this.#parsed.get(document);
    if (!statements) {
      try {
        statements = statementsOf(document);
      } catch (error) {
        throw new AwsError('ValidationException', `The policy is not valid: ${(error as Error).message}`);
      }
      this.#parsed.set(document, statements);
    }
    bus.policy = document;
    bus.statements = statements;
    bus.modifiedAt = now;
  }

  #add(
    accountId: string,
    region: string,
    name: string,
    now: number,
    description: string | undefined,
    tags: Tag[],
  ): Bus {
    const bus: Bus = {
      name,
      arn: `arn:${partitionOf(region)}:events:${region}:${accountId}:event-bus/${name}`,
      accountId,
      region,
      description,
      createdAt: now,
      modifiedAt: now,
      policy: undefined,
      statements: [],
      rules: new Map(),
      tags,
    };
    this.#buses.set(keyOf(accountId, region, name), bus);
    return bus;
  }
}

function keyOf(accountId: string, region: string, name: string): string {
  return `${accountId}/${region}/${name}`;
}

import { digest } from '../../aws/ids.ts';
import { AwsError, type AwsServices, type Caller } from '../../aws/service.ts';
import type { Assets } from '../assets.ts';
import { TemplateError, type Value } from '../intrinsics.ts';

/** What `Ref` and `Fn::GetAtt` give for a created resource. */
export interface CreatedResource {
  ref: string;
  attributes?: Record<string, string>;
}

/** The resource types' properties are as varied as the services; each type reads its own. */
// biome-ignore lint/suspicious/noExplicitAny: known by name only, and checked by the service that gets them
export type Properties = Record<string, any>;

/** What becomes of a resource after it was created. What a type lacks, the local cloud refuses to do with it. */
interface Later {
  /** Changes what is there into what the resource asks for now. `previous` are its properties until now. */
  update?(resource: ResourceRequest, physicalId: string, previous: Properties): unknown;
  /** The attributes that an update can change. */
  attributesOf?(properties: Properties): Record<string, string>;
  /** Deletes what was created. */
  remove?(resource: ResourceRequest, physicalId: string): unknown;
}

/** One type of resource: what it accepts, how it is created, changed and deleted. */
export interface ResourceType extends Later {
  properties: ReadonlySet<string>;
  create(resource: ResourceRequest): CreatedResource | Promise<CreatedResource>;
}

/** Declares a type. `properties` are separated by spaces; those without behaviour here are accepted by name. */
export function resourceType(
  properties: string,
  create: ResourceType['create'],
  later: Later = {},
): ResourceType {
  return { properties: new Set(properties.split(' ')), create, ...later };
}

/** One resource that is being created, changed or deleted, with its properties resolved. */
export class ResourceRequest {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly caller: Caller;
  readonly partition: string;
  readonly stackName: string;
  readonly #generation: number;
  readonly #services: AwsServices;
  readonly #assets: Assets | undefined;

  constructor(options: {
    logicalId: string;
    properties: { [key: string]: Value };
    caller: Caller;
    partition: string;
    stackName: string;
    /** How often it was replaced. */
    generation: number;
    services: AwsServices;
    assets?: Assets;
  }) {
    this.logicalId = options.logicalId;
    this.properties = options.properties;
    this.caller = options.caller;
    this.partition = options.partition;
    this.stackName = options.stackName;
    this.#generation = options.generation;
    this.#services = options.services;
    this.#assets = options.assets;
  }

  /** Calls a service in the stack's account and Region. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the action's own
  async call(service: string, action: string, input: unknown): Promise<any> {
    return this.#services.call(service, action, input, this.caller);
  }

  /**
   * Refuses a name that is taken: CloudFormation creates, where the service's own action would change what is there
   * or answer with it.
   *
   * @param identifier the name
   * @param action describes what has that name; refused with a code that says so if there is none
   * @param isThere whether the answer has it, for an action that answers with a list
   */
  async refuseTaken(
    identifier: string,
    [service, action]: readonly [service: string, action: string],
    input: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the action's own
    isThere: (output: any) => boolean = () => true,
  ): Promise<void> {
    try {
      if (!isThere(await this.call(service, action, input))) return;
    } catch (error) {
      if (error instanceof AwsError && /NotFound|NonExistent|DoesNotExist/.test(error.code)) return;
      throw error;
    }
    throw new AwsError('AlreadyExists', `${identifier} already exists.`);
  }

  /** Digits that are the same in every run for this resource, and others for what replaces it. */
  digits(length: number): string {
    const { accountId, region } = this.caller;
    const resource = `${accountId}/${region}/${this.stackName}/${this.logicalId}`;
    return digest(this.#generation > 0 ? `${resource}/${this.#generation}` : resource, length);
  }

  /** A UUID that is the same in every run for this resource. */
  uuid(): string {
    const all = this.digits(32);
    return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join('-');
  }

  /** A physical name as CloudFormation makes it: stack, logical id and a random part, cut to the limit. */
  name(limit: number): string {
    const random = this.digits(12).toUpperCase();
    const logicalId = this.logicalId.slice(
      0,
      Math.max(24, limit - random.length - 2 - this.stackName.length),
    );
    const stack = this.stackName.slice(0, limit - logicalId.length - random.length - 2);
    return `${stack}-${logicalId}-${random}`;
  }

  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.caller.region}:${this.caller.accountId}:${resource}`;
  }

  /**
   * The file or directory that the CDK uploads as this object.
   *
   * @throws TemplateError if there is none
   */
  asset(key: unknown): string {
    const path = typeof key === 'string' ? this.#assets?.path(key) : undefined;
    if (!path) this.refuse(`there is no asset ${key} in the cloud assembly.`);
    return path;
  }

  refuse(message: string): never {
    throw new TemplateError(`${this.logicalId}: ${message}`);
  }
}

/** The tags as the SDK takes them for most services. */
export const tagMap = (tags: { Key: string; Value: string }[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

import type { Clock } from '../clock.ts';
import { type Need, onResource, requestedTags, resourceTags } from './authorization/need.ts';
import { partitionOf } from './iam/roles.ts';
import { digest } from './ids.ts';
import { acceptOnly } from './members.ts';
import { pageOf } from './pages.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

type ParameterType = 'String' | 'StringList' | 'SecureString';

interface Tag {
  Key: string;
  Value: string;
}

interface Version {
  number: number;
  type: ParameterType;
  value: string;
  modifiedAt: number;
}

interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** The newest is the last. */
  readonly versions: Version[];
  readonly tags: Map<string, string>;
}

interface PutParameterInput {
  Name: string;
  Value: string;
  Type?: ParameterType;
  Description?: string;
  Overwrite?: boolean;
  Tags?: Tag[];
  Tier?: 'Standard' | 'Advanced';
  DataType?: string;
}

interface GetParametersByPathInput {
  Path: string;
  Recursive?: boolean;
  WithDecryption?: boolean;
  MaxResults?: number;
  NextToken?: string;
}

/** Bytes of a value, by tier (Systems Manager User Guide, "Managing parameter tiers"). */
const LARGEST_VALUE = { Standard: 4096, Advanced: 8192 };

/** Parameter Store keeps 100 versions of a parameter, and drops the oldest for a new one. */
const MAXIMUM_VERSIONS = 100;

/** Standard parameters of an account and Region, and names in one DeleteParameters call. */
const MAXIMUM_PARAMETERS = 10_000;
const MAXIMUM_DELETED = 10;
const MAXIMUM_TAGS = 50;

/** Systems Manager, of which the local cloud has Parameter Store. */
export class Ssm implements AwsService {
  readonly signingName = 'ssm';
  readonly #clock: Clock;
  /** By account and Region, then by name. */
  readonly #stores = new Map<string, Map<string, Parameter>>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  readonly actions: Record<string, Action> = {
    PutParameter: (input: PutParameterInput, caller) => this.#put(input, caller),
    GetParameter: (input: { Name: string; WithDecryption?: boolean }, caller) => {
      const { parameter, selector } = this.#find(input.Name, caller);
      const version = selector ?? latestOf(parameter).number;
      if (!parameter.versions.some(({ number }) => number === version)) {
        throw new AwsError(
          'ParameterVersionNotFound',
          `Systems Manager could not find version ${version} of ${parameter.name}.`,
        );
      }
      const view = viewOf(parameter, version, input.WithDecryption ?? false);
      return { Parameter: { ...view, Selector: selector && `:${selector}` } };
    },
    GetParametersByPath: (input: GetParametersByPathInput, caller) => this.#getByPath(input, caller),
    DeleteParameter: ({ Name }: { Name: string }, caller) => {
      const { parameter } = this.#find(Name, caller);
      this.#store(caller).delete(parameter.name);
      return {};
    },
    DeleteParameters: ({ Names }: { Names: string[] }, caller) => {
      if (Names.length < 1 || Names.length > MAXIMUM_DELETED) {
        throw new AwsError('ValidationException', `Names has 1 to ${MAXIMUM_DELETED} members.`);
      }
      const store = this.#store(caller);
      const DeletedParameters = Names.filter((name) => store.delete(name));
      return {
        DeletedParameters,
        InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)),
      };
    },
    AddTagsToResource: (input: TagsInput & { Tags: Tag[] }, caller) => {
      addTags(this.#tagged(input, caller), input.Tags);
      return {};
    },
    ListTagsForResource: (input: TagsInput, caller) => {
      const { tags } = this.#tagged(input, caller);
      return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  };

  readonly needs = {
    ...onResource('ssm', ['DeleteParameter', 'GetParameter'], ({ Name }, caller) =>
      this.#named(Name, caller),
    ),
    ...onResource('ssm', ['GetParametersByPath'], ({ Path }, caller) => this.#named(Path, caller)),
    ...onResource('ssm', ['ListTagsForResource'], ({ ResourceId }, caller) =>
      this.#named(ResourceId, caller),
    ),
    DeleteParameters: ({ Names }: { Names: string[] }, caller: Caller): Need[] =>
      Names.map((name) => ({ action: 'ssm:DeleteParameters', ...this.#named(name, caller) })),
    AddTagsToResource: ({ ResourceId, Tags }: TagsInput & { Tags: Tag[] }, caller: Caller): Need[] => [
      this.#tagging(ResourceId, Tags, caller),
    ],
    // A parameter that comes with tags asks for the permission to tag, too (API reference of PutParameter).
    PutParameter: ({ Name, Tags }: PutParameterInput, caller: Caller): Need[] => {
      const tagging = this.#tagging(Name, Tags ?? [], caller);
      const put = { ...tagging, action: 'ssm:PutParameter' };
      return Tags?.length ? [put, tagging] : [put];
    },
  };

  #named(name: string, caller: Caller): Omit<Need, 'action'> {
    const tags = this.#store(caller).get(name.split(':')[0]!)?.tags ?? [];
    return { resource: arnOf(name, caller), context: resourceTags(tags) };
  }

  #tagging(name: string, tags: Tag[], caller: Caller): Need {
    const { resource, context } = this.#named(name, caller);
    const asked = requestedTags(tags.map(({ Key, Value }) => [Key, Value]));
    return { action: 'ssm:AddTagsToResource', resource, context: { ...context, ...asked } };
  }

  #tagged({ ResourceType, ResourceId }: TagsInput, caller: Caller): Parameter {
    const parameter = ResourceType === 'Parameter' && this.#store(caller).get(ResourceId);
    if (!parameter) throw new AwsError('InvalidResourceId', `There is no ${ResourceType} ${ResourceId}.`);
    return parameter;
  }

  #put(input: PutParameterInput, caller: Caller) {
    const members = ['Name', 'Value', 'Type', 'Description', 'Overwrite', 'Tags', 'Tier', 'DataType'];
    acceptOnly(input, members, 'ValidationException');
    const { Name, Value, Overwrite = false, Tier = 'Standard', DataType = 'text' } = input;
    checkName(Name);
    if (DataType !== 'text') {
      throw new AwsError('ValidationException', `The local cloud does not know the data type ${DataType}.`);
    }
    if (Overwrite && input.Tags?.length) {
      throw new AwsError(
        'ValidationException',
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      );
    }
    const known = this.#store(caller).get(Name);
    if (known && !Overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const type = input.Type ?? known?.versions.at(-1)?.type;
    if (!type) {
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    }
    if (!['String', 'StringList', 'SecureString'].includes(type)) {
      throw new AwsError('UnsupportedParameterType', `There is no parameter type ${type}.`);
    }
    const limit = Object.hasOwn(LARGEST_VALUE, Tier) && LARGEST_VALUE[Tier];
    if (!limit) throw new AwsError('ValidationException', `The local cloud does not know the tier ${Tier}.`);
    const bytes = Buffer.byteLength(Value);
    if (bytes < 1 || bytes > limit) {
      throw new AwsError('ValidationException', `A ${Tier} parameter’s value has 1 to ${limit} bytes.`);
    }
    if (!known && this.#store(caller).size >= MAXIMUM_PARAMETERS) {
      throw new AwsError(
        'ParameterLimitExceeded',
        `The account has ${MAXIMUM_PARAMETERS} parameters in the Region already.`,
      );
    }
    const arn = arnOf(Name, caller);
    const parameter: Parameter = known ?? { name: Name, arn, versions: [], tags: new Map() };
    addTags(parameter, input.Tags ?? []);
    const number = (parameter.versions.at(-1)?.number ?? 0) + 1;
    parameter.versions.push({ number, type, value: Value, modifiedAt: this.#clock.now() });
    if (parameter.versions.length > MAXIMUM_VERSIONS) parameter.versions.shift();
    this.#store(caller).set(Name, parameter);
    return { Version: number, Tier };
  }

  #getByPath(input: GetParametersByPathInput, caller: Caller) {
    const members = ['Path', 'Recursive', 'WithDecryption', 'MaxResults', 'NextToken'];
    acceptOnly(input, members, 'ValidationException');
    const { Path, Recursive = false, WithDecryption = false, MaxResults = 10, NextToken } = input;
    if (!Path.startsWith('/')) {
      throw new AwsError('ValidationException', 'The parameter path must begin with a slash.');
    }
    if (MaxResults < 1 || MaxResults > 10) {
      throw new AwsError('ValidationException', 'MaxResults is a number from 1 to 10.');
    }
    const folder = Path.endsWith('/') ? Path : `${Path}/`;
    const inFolder = ({ name }: Parameter) =>
      name.startsWith(folder) && (Recursive || !name.slice(folder.length).includes('/'));
    const found = [...this.#store(caller).values()]
      .filter(inFolder)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, nextToken } = pageOf(found, {
      listing: `${folder}${Recursive ? '**' : '*'}`,
      limit: MaxResults,
      token: NextToken,
      invalidToken: 'InvalidNextToken',
    });
    const Parameters = items.map((item) => viewOf(item, latestOf(item).number, WithDecryption));
    return { Parameters, NextToken: nextToken };
  }

  /** By name or ARN, each with or without `:<version>`. */
  #find(reference: string, caller: Caller): { parameter: Parameter; selector: number | undefined } {
    const { accountId, region } = caller;
    const ownArn = `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter`;
    const local = reference.startsWith(`${ownArn}/`) ? reference.slice(ownArn.length) : reference;
    const [, name = '', version] = /^([\w./-]+?)(?::(\d+))?$/.exec(local) ?? [];
    const store = this.#store(caller);
    // In an ARN, a name with a leading slash and one without look the same.
    const parameter = store.get(name) ?? (local === reference ? undefined : store.get(name.slice(1)));
    if (!parameter) throw new AwsError('ParameterNotFound', `There is no parameter ${reference}.`);
    return { parameter, selector: version === undefined ? undefined : Number(version) };
  }

  #store({ accountId, region }: Caller): Map<string, Parameter> {
    const key = `${accountId}/${region}`;
    let store = this.#stores.get(key);
    if (!store) {
      store = new Map();
      this.#stores.set(key, store);
    }
    return store;
  }
}

interface TagsInput {
  ResourceType: string;
  ResourceId: string;
}

function addTags({ tags }: Parameter, added: readonly Tag[]): void {
  for (const { Key, Value } of added) tags.set(Key, Value);
  if (tags.size > MAXIMUM_TAGS) {
    throw new AwsError('TooManyTagsError', `A parameter has at most ${MAXIMUM_TAGS} tags.`);
  }
}

function latestOf({ versions }: Parameter): Version {
  return versions.at(-1)!;
}

/** By a parameter's name, which may begin with a slash, or its ARN. */
function arnOf(name: string, { accountId, region }: Caller): string {
  if (name.startsWith('arn:')) return name;
  return `arn:${partitionOf(region)}:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`;
}

/** Names as the API reference of PutParameter wants them. */
function checkName(name: string): void {
  if (!/^[\w./-]{1,1011}$/.test(name) || name.split('/').length > 16) {
    throw new AwsError(
      'ValidationException',
      'A parameter name has the characters a-zA-Z0-9_.-/ and at most 15 levels.',
    );
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw new AwsError('ValidationException', 'A parameter name with levels begins with a slash.');
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw new AwsError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
}

/** A secure string that is not to be decrypted shows something opaque, as a ciphertext is. */
function viewOf({ name, arn, versions }: Parameter, version: number, decrypt: boolean) {
  const { type, value, modifiedAt } = versions.find(({ number }) => number === version)!;
  const isHidden = type === 'SecureString' && !decrypt;
  return {
    Name: name,
    Type: type,
    Value: isHidden ? Buffer.from(digest(`${arn}:${version}`, 64), 'hex').toString('base64') : value,
    Version: version,
    LastModifiedDate: new Date(modifiedAt),
    ARN: arn,
    DataType: 'text',
  };
}

import { type Action, AwsError, type Caller } from '../service.ts';
import { type Filter, filtered, paged } from './describing.ts';
import type { Ec2Context, Tagged, Vpc } from './state.ts';

interface Tag {
  Key?: string;
  Value?: string;
}

export interface TagSpecification {
  ResourceType?: string;
  Tags?: Tag[];
}

/** The tags that a creation asks for. */
export function tagsFrom(
  specifications: TagSpecification[] | undefined,
  resourceType: string,
): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { ResourceType, Tags = [] } of specifications ?? []) {
    if (ResourceType !== resourceType) {
      throw new AwsError(
        'InvalidParameterValue',
        `'${ResourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
    setTags(tags, Tags);
  }
  return tags;
}

export function tagList(tags: Map<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** @returns the keys whose values changed */
function setTags(tags: Map<string, string>, wanted: Tag[]): string[] {
  const changed: string[] = [];
  for (const { Key = '', Value = '' } of wanted) {
    if (Key.length < 1 || Key.length > 128 || Value.length > 256) {
      throw new AwsError('InvalidParameterValue', `Tag key or value is too long or empty: ${Key}`);
    }
    if (/^aws:/i.test(Key)) {
      throw new AwsError(
        'InvalidParameterValue',
        "Tag keys starting with 'aws:' are reserved for internal use",
      );
    }
    if (tags.get(Key) !== Value) changed.push(Key);
    tags.set(Key, Value);
  }
  if (tags.size > 50) {
    throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  return changed;
}

/** Tells a VPC's changed tags, as the event "Tag Change on Resource" does. */
export function tellTagChange(context: Ec2Context, vpc: Vpc, changedKeys: string[], caller: Caller): void {
  if (changedKeys.length === 0) return;
  vpc.tagVersion += 1;
  context.events.tagChange({
    accountId: caller.accountId,
    region: caller.region,
    vpcId: vpc.id,
    changedKeys,
    tags: Object.fromEntries(vpc.tags),
    version: vpc.tagVersion,
  });
}

interface TagInput {
  Resources: string[];
  Tags?: Tag[];
}

export function tagActions(context: Ec2Context): Record<string, Action> {
  const resourcesOf = (input: TagInput, caller: Caller): Tagged[] =>
    input.Resources.map((id) => {
      const resource = context.state(caller).tagged(id);
      if (!resource) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
      return resource;
    });

  const change = (
    name: 'CreateTags' | 'DeleteTags',
    input: TagInput,
    caller: Caller,
    apply: (tags: Map<string, string>) => string[],
  ) => {
    const resources = resourcesOf(input, caller);
    const { vpcs } = context.state(caller);
    for (const resource of resources) {
      const changed = apply(resource.tags);
      const vpc = vpcs.get(resource.id);
      if (vpc) tellTagChange(context, vpc, changed, caller);
    }
    if (input.Resources.some((id) => vpcs.has(id))) {
      context.events.apiCall({
        service: 'ec2',
        name,
        accountId: caller.accountId,
        region: caller.region,
        caller,
        request: {
          resourcesSet: { items: input.Resources.map((resourceId) => ({ resourceId })) },
          tagSet: { items: (input.Tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value })) },
        },
        response: { requestId: context.ids.uuid(), _return: true },
      });
    }
  };

  return {
    CreateTags: (input, caller) => {
      change('CreateTags', input, caller, (tags) => setTags(tags, input.Tags ?? []));
    },
    DeleteTags: (input: TagInput, caller) => {
      change('DeleteTags', input, caller, (tags) => {
        // Without a list of tags, all go. With a value, only a tag of that value goes.
        const doomed = (input.Tags ?? [...tags.keys()].map((Key) => ({ Key, Value: undefined }))).filter(
          ({ Key = '', Value }) => tags.has(Key) && (Value === undefined || tags.get(Key) === Value),
        );
        for (const { Key = '' } of doomed) tags.delete(Key);
        return doomed.map(({ Key = '' }) => Key);
      });
    },
    DescribeTags: (input: { Filters?: Filter[]; MaxResults?: number; NextToken?: string }, caller) => {
      const state = context.state(caller);
      const all = [
        [state.vpcs, 'vpc'] as const,
        [state.subnets, 'subnet'] as const,
        [state.securityGroups, 'security-group'] as const,
        [state.endpoints, 'vpc-endpoint'] as const,
      ].flatMap(([resources, type]) =>
        [...resources.values()].flatMap((resource) =>
          [...resource.tags].map(([key, value]) => ({
            id: resource.id,
            type,
            key,
            value,
            tags: resource.tags,
          })),
        ),
      );
      const matching = filtered(all, input.Filters, {
        key: ({ key }) => key,
        value: ({ value }) => value,
        'resource-id': ({ id }) => id,
        'resource-type': ({ type }) => type,
      });
      const { items, nextToken } = paged(matching, input, 'tags');
      return {
        Tags: items.map(({ id, type, key, value }) => ({
          ResourceId: id,
          ResourceType: type,
          Key: key,
          Value: value,
        })),
        NextToken: nextToken,
      };
    },
  };
}

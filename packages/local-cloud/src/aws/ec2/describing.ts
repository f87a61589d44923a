import { matchesPattern } from '../iam/patterns.ts';
import { pageOf } from '../pages.ts';
import { AwsError } from '../service.ts';
import type { Tagged } from './state.ts';

export interface Filter {
  Name?: string;
  Values?: string[];
}

/** The value of each filter's name for a resource. */
export type FilterFields<T> = Record<string, (resource: T) => string | string[] | undefined>;

interface DescribeInput {
  Filters?: Filter[];
  MaxResults?: number;
  NextToken?: string;
}

/** The resources that match all filters. `tag:<key>` and `tag-key` work for all of them. */
export function filtered<T extends Tagged>(
  resources: readonly T[],
  filters: Filter[] | undefined,
  fields: FilterFields<T>,
): T[] {
  const tests = (filters ?? []).map((filter) => testOf(filter, fields));
  return resources.filter((resource) => tests.every((test) => test(resource)));
}

function testOf<T extends Tagged>({ Name = '', Values = [] }: Filter, fields: FilterFields<T>) {
  const field = Name.startsWith('tag:')
    ? (resource: T) => resource.tags.get(Name.slice(4))
    : Name === 'tag-key'
      ? (resource: T) => [...resource.tags.keys()]
      : Object.hasOwn(fields, Name)
        ? fields[Name]
        : undefined;
  if (!field) throw new AwsError('InvalidParameterValue', `The filter '${Name}' is invalid`);
  if (Values.length === 0) throw new AwsError('InvalidParameterValue', `The filter '${Name}' has no values`);
  return (resource: T) => {
    const actual = [field(resource) ?? []].flat();
    return actual.some((value) => Values.some((pattern) => matchesPattern(pattern, value)));
  };
}

/** One page of a Describe action. Without `MaxResults` a page holds a thousand. */
export function paged<T>(all: readonly T[], input: DescribeInput, listing: string) {
  const { MaxResults, NextToken } = input;
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 1000)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000.`,
    );
  }
  return pageOf(all, {
    listing,
    limit: MaxResults ?? 1000,
    token: NextToken,
    invalidToken: 'InvalidNextToken',
  });
}

/** The resource of that id. */
export function found<T>(resources: Map<string, T>, id: string, kind: ResourceKind): T {
  if (!new RegExp(`^${kind.prefix}-[0-9a-f]{8,17}$`).test(id)) {
    throw new AwsError(kind.malformed, `Invalid id: "${id}" (expecting "${kind.prefix}-...")`);
  }
  const resource = resources.get(id);
  if (!resource) throw new AwsError(kind.notFound, `The ${kind.name} '${id}' does not exist`);
  return resource;
}

/** All resources, or those of the given ids. */
export function selected<T>(resources: Map<string, T>, ids: string[] | undefined, kind: ResourceKind): T[] {
  return ids && ids.length > 0 ? ids.map((id) => found(resources, id, kind)) : [...resources.values()];
}

interface ResourceKind {
  prefix: string;
  name: string;
  malformed: string;
  notFound: string;
}

export const vpcKind: ResourceKind = {
  prefix: 'vpc',
  name: 'vpc ID',
  malformed: 'InvalidVpcID.Malformed',
  notFound: 'InvalidVpcID.NotFound',
};
export const subnetKind: ResourceKind = {
  prefix: 'subnet',
  name: 'subnet ID',
  malformed: 'InvalidSubnetID.Malformed',
  notFound: 'InvalidSubnetID.NotFound',
};
export const groupKind: ResourceKind = {
  prefix: 'sg',
  name: 'security group',
  malformed: 'InvalidGroupId.Malformed',
  notFound: 'InvalidGroup.NotFound',
};
export const prefixListKind: ResourceKind = {
  prefix: 'pl',
  name: 'prefix list ID',
  malformed: 'InvalidPrefixListID.Malformed',
  notFound: 'InvalidPrefixListID.NotFound',
};
export const endpointKind: ResourceKind = {
  prefix: 'vpce',
  name: 'Vpc Endpoint Id',
  malformed: 'InvalidVpcEndpointId.Malformed',
  notFound: 'InvalidVpcEndpointId.NotFound',
};
export const interfaceKind: ResourceKind = {
  prefix: 'eni',
  name: 'networkInterface ID',
  malformed: 'InvalidNetworkInterfaceId.Malformed',
  notFound: 'InvalidNetworkInterfaceID.NotFound',
};

import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { SYSTEM } from '../../shared/runtime/system.ts';

/** The tag whose value names the connection that a resource belongs to. */
export const CONNECTION_TAG = `${SYSTEM}:connection`;
/** The tag whose value names the execution that created a resource. */
export const EXECUTION_TAG = `${SYSTEM}:execution`;
/** The tag of all that this system makes, with its name. It is its own only where the hub has recorded it too. */
export const MANAGED_BY_TAG = `${SYSTEM}:managed-by`;

/** The tags of everything that this system creates: its own, and those that the configuration asks for. */
export function tagsOf(
  connection: string,
  executionName: string,
  configured: Record<string, string>,
): { Key: string; Value: string }[] {
  return [
    { Key: CONNECTION_TAG, Value: connection },
    { Key: EXECUTION_TAG, Value: executionName },
    ...managedTags(configured),
  ];
}

/** The same of what belongs to no connection. */
export function managedTags(configured: Record<string, string>): { Key: string; Value: string }[] {
  return [
    { Key: MANAGED_BY_TAG, Value: SYSTEM },
    ...Object.entries(configured).map(([Key, Value]) => ({ Key, Value })),
  ];
}

/** Filters for resources with this system's tags, of one connection or of all. */
export function ownFilters(connection?: string): Filter[] {
  const own = { Name: `tag:${MANAGED_BY_TAG}`, Values: [SYSTEM] };
  return connection === undefined ? [own] : [own, { Name: `tag:${CONNECTION_TAG}`, Values: [connection] }];
}

/** A tag's value, or null if the resource does not have the tag. */
export function tagValue(tags: Tag[] | undefined, key: string): string | null {
  return tags?.find((tag) => tag.Key === key)?.Value ?? null;
}

/** The same where much depends on it; undefined if AWS shows a tag without its key, or this one without its value. */
export function certainTagValue(tags: Tag[] | undefined, key: string): string | null | undefined {
  if (tags?.some((tag) => tag.Key == null || (tag.Key === key && tag.Value == null))) return undefined;
  return tagValue(tags, key);
}

/** Whether a resource has the tags of what this system makes for the connection. Anybody may have written them. */
export function isTagged(tags: Tag[] | undefined, connection: string): boolean {
  return tagValue(tags, MANAGED_BY_TAG) === SYSTEM && tagValue(tags, CONNECTION_TAG) === connection;
}

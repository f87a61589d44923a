import type { TagSpecification } from '@aws-sdk/client-ec2';
import * as z from 'zod/mini';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import type { ExecutionName } from '../../shared/runtime/inputs.ts';
import { SYSTEM } from '../../shared/runtime/system.ts';
import { tagsOf } from './tags.ts';

/** What the stack tells the functions that create something in a member account. */
export const TagsEnvironment = z.object({
  /** The configuration's own tags, as JSON: `{"cost-center":"4711"}`. */
  TAGS: z.string().check(z.regex(/^\{.*\}$/, 'must be a JSON object')),
});

/** The same with those of this deployment. */
export function allTags(connection: string, executionName: ExecutionName): { Key: string; Value: string }[] {
  return tagsOf(connection, executionName, JSON.parse(readEnvironment(TagsEnvironment).TAGS));
}

/** The same for what EC2 creates, with a name for the console. */
export function ownTags(
  resourceType: NonNullable<TagSpecification['ResourceType']>,
  connection: string,
  executionName: ExecutionName,
): TagSpecification[] {
  return [
    {
      ResourceType: resourceType,
      Tags: [{ Key: 'Name', Value: `${SYSTEM}-${connection}` }, ...allTags(connection, executionName)],
    },
  ];
}

import { type Stack, Tags } from 'aws-cdk-lib';
import type { Configuration } from './configuration.ts';

/** Everything that the stack makes has the tags that the configuration asks for. */
export function addTags(stack: Stack, { tags }: Configuration): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(stack).add(key, value);
}

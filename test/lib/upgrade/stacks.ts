import { readFileSync } from 'node:fs';
import type { Template } from './guard.ts';

/** Where the guarded resources are recorded. */
export const RECORD = 'test/lib/upgrade/record.json';

/** The stacks of the example that hold something or name something. */
export const STACKS = [
  'redis-privatelink-hub',
  'redis-privatelink-member',
  'redis-privatelink-organization-us-east-1',
];

/** A stack of a folder into which the example was synthesized. */
export function templateOf(folder: string, stack: string): Template {
  return JSON.parse(readFileSync(`${folder}/${stack}.template.json`, 'utf8')) as Template;
}

import { createHash } from 'node:crypto';
import type { Configuration } from './complete.ts';

/** The hub stack's output that tells the configuration it was deployed with. */
export const DIGEST_OUTPUT = 'ConfigurationDigest';

/**
 * A mark of what the hub does by a configuration: what is offered to whom in which organization. How the member stack
 * is rolled out is none of its business, nor how it may ask Organizations, and the address of Redis Cloud is that of the functions.
 */
export function configurationDigest({
  organization: { delegationPolicy: _, ...organization },
  connections,
  operations: { statusTags, ...operations },
  reconcile,
  tags,
}: Configuration): string {
  // By default it is what it was before these could be set.
  const some = {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(!statusTags && { statusTags }),
    ...(reconcile.everyMinutes !== 60 && { reconcile }),
  };
  return createHash('sha256')
    .update(JSON.stringify({ organization, connections, operations, ...some }))
    .digest('hex')
    .slice(0, 16);
}

import { createHash } from 'node:crypto';
import { DEFAULT_SYSTEM } from '../../lambdas/shared/runtime/system.ts';
import type { Configuration } from './complete.ts';

/** The hub stack's output that tells the configuration it was deployed with. */
export const DIGEST_OUTPUT = 'ConfigurationDigest';

/** The output that tells by which tag VPCs ask the system, where it is not the default one. */
export const TAG_OUTPUT = 'SystemTag';

/**
 * A mark of what the hub does by a configuration: what is offered to whom in which organization. How the member stack
 * is rolled out is none of its business, nor how it may ask Organizations, and the address of Redis Cloud is that of the functions.
 */
export function configurationDigest({
  system,
  organization: { delegationPolicy: _, ...organization },
  connections,
  operations: { statusTags, ...operations },
  reconcile,
  tags,
}: Configuration): string {
  // By default it is what it was before these could be set.
  const some = {
    ...((system.name !== DEFAULT_SYSTEM.name || system.tag !== DEFAULT_SYSTEM.tag) && { system }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(!statusTags && { statusTags }),
    ...(reconcile.everyMinutes !== 60 && { reconcile }),
  };
  return createHash('sha256')
    .update(JSON.stringify({ organization, connections, operations, ...some }))
    .digest('hex')
    .slice(0, 16);
}

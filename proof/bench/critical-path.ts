import { defaultEc2Timings, defaultVisibility } from 'local-cloud';
import type { Contract } from '../../lambdas/shared/workflows/configuration.ts';
import { defaultTimings } from '../../local/redis-cloud/options.ts';
import { BOUNDS } from '../../statemachines/bounds.ts';

export const SITUATIONS = ['new subscription', 'new account', 'second VPC'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** One thing that an onboarding cannot be faster than. */
export interface Leg {
  what: string;
  /** Simulated. */
  milliseconds: number;
}

/** From a request until its task is processed, when nobody else asks anything. */
const task = (operation: 'getPrivateLink' | 'createPrivateLink' | 'addPrincipal') =>
  defaultTimings.taskUnknown + defaultTimings[operation];

/**
 * What Redis Cloud and AWS themselves need, one thing after the other: a read, the change that is missing, the
 * read that verifies it, or the invitation's way if that takes longer, the target's way, the minute for which the subnets
 * of a VPC have to stay the same, the endpoint, its names. Where the subscription has no PrivateLink, the local Redis Cloud answers the first read at once, by HTTP 404.
 */
export function criticalPath(contract: Contract, situation: Situation): Leg[] {
  const { invitationVisibleAfterMs, targetUsableAfterMs } = defaultVisibility;
  const shared = contract === 'resource-share' && situation !== 'second VPC';
  const read = task('getPrivateLink');
  const legs: Leg[] = [];
  if (situation !== 'new subscription') legs.push({ what: 'read', milliseconds: read });
  if (situation === 'new subscription') {
    legs.push({ what: 'create', milliseconds: task('createPrivateLink') });
    legs.push({ what: 'provision', milliseconds: defaultTimings.provision });
  }
  // An endpoint service has no principal when it is created.
  const isAdmitted =
    situation === 'second VPC' || (situation === 'new subscription' && contract === 'resource-share');
  if (situation === 'new subscription' && !isAdmitted) legs.push({ what: 'read', milliseconds: read });
  if (!isAdmitted) legs.push({ what: 'admit', milliseconds: task('addPrincipal') });
  if (shared) {
    legs.push({ what: 'read or invitation', milliseconds: Math.max(read, invitationVisibleAfterMs) });
    legs.push({ what: 'target', milliseconds: targetUsableAfterMs });
  } else if (situation !== 'second VPC') legs.push({ what: 'read', milliseconds: read });
  legs.push({ what: 'subnets', milliseconds: BOUNDS.settledSeconds.value * 1_000 });
  legs.push({ what: 'endpoint', milliseconds: defaultEc2Timings.endpointPending });
  if (contract === 'resource-share') legs.push({ what: 'names', milliseconds: NAMES });
  return legs;
}

/**
 * From when a resource endpoint is available until its last name is there, where they come one by one: of two databases and
 * of the metrics. Each association comes a pause after the one before, and its name half a pause later.
 */
const NAMES = 3.5 * defaultEc2Timings.associationPause;

export function lengthOf(legs: Leg[]): number {
  return legs.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

/**
 * What Redis Cloud needs for so many admissions to one subscription, one at a time, in milliseconds.
 *
 * @param processing milliseconds that it takes for one
 */
export function serialBound(admissions: number, processing = defaultTimings.addPrincipal): number {
  return admissions * (defaultTimings.taskUnknown + processing);
}

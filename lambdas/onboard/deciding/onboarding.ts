import * as z from 'zod/mini';
import { LAGGING_POLLS, MAX_POLLS } from '../../shared/workflows/bounds.ts';
import { networkOwner, ServiceNetwork } from '../../shared/workflows/service-network.ts';

/** What an onboarding keeps between its looks at the PrivateLink. */
export const Progress = z.object({
  connection: z.object({
    name: z.string(),
    subscriptionId: z.int(),
    contract: z.enum(['resource-share', 'endpoint-service']),
    approval: z.enum(['none', 'required']),
    /** Through which VPCs are connected. */
    serviceNetwork: z.nullish(ServiceNetwork),
  }),
  accountId: z.string(),
  /** Null: the account alone is to be admitted. */
  vpcId: z.nullable(z.string()),
  /** How many looks there have been since the execution was started or redriven, with this one. */
  polls: z.int(),
  /** What this execution has asked Redis Cloud for, as far as it knows. */
  creationRequested: z.boolean(),
  admissionRequested: z.boolean(),
  removalRequested: z.boolean(),
  /** How many looks there had been when it asked for the removal. Left out by one from before that was kept. */
  removedAfter: z.nullish(z.int()),
  /** Redis Cloud has said that there is no principal to remove. */
  principalDenied: z.boolean(),
  /** The account's invitation to the share has expired, as AWS said just now: another one comes with a new principal. */
  invitationExpired: z.boolean(),
  /** Why the latest change did not succeed. */
  refusal: z.nullable(z.string()),
});
export type Progress = z.output<typeof Progress>;

/** The account's view of the PrivateLink, as far as it decides. */
export interface Look {
  /** `none` where there is none, `busy` where Redis Cloud tells nothing because the subscription is being changed. */
  status: string;
  errorMessage: string | null;
  principal: { status: string | null } | null;
  resourceConfigurationArn: string | null;
  shareArn: string | null;
  serviceName: string | null;
}

/** What comes next, one for each way out of the state *What is missing?*. */
export const ONBOARDING_ACTIONS = [
  'announce-admission',
  'accept-invitation',
  'describe-vpc',
  'accept-resource-share',
  'give-up',
  'get-subscription-status',
  'create-private-link',
  'remove-principal',
  'admit',
  'wait',
] as const;

export interface OnboardingDecision {
  action: (typeof ONBOARDING_ACTIONS)[number];
  /** Whether a person is to approve first, unless one has. */
  needsApproval: boolean;
  /** Why, where it gives up. */
  reason: string | null;
}

/**
 * Decides what an onboarding does next, from what is there. It asks Redis Cloud for each change once, until the change
 * has come to nothing, and the number of looks is bounded.
 */
export function decideOnboarding(link: Look, progress: Progress): OnboardingDecision {
  const action = nextAction(link, progress);
  // The account alone has nothing more to be approved.
  const isAllThere = progress.vpcId === null && admissionIn(link, progress).isAdmitted;
  return {
    action,
    needsApproval: progress.connection.approval === 'required' && !isAllThere,
    reason: action === 'give-up' ? notReady(link, progress) : null,
  };
}

/** Whether the account is admitted, as far as one reading tells. */
function admissionIn(link: Look, progress: Progress) {
  const isActive = link.status === 'active';
  const status = progress.invitationExpired && link.principal ? 'disassociated' : link.principal?.status;
  const isGone = status === 'disassociated' || status === 'failed';
  // It may be the one that was removed, still shown as it was; later it is one that somebody else has added.
  const isSettled = progress.polls - (progress.removedAfter ?? 0) > LAGGING_POLLS;
  const isStale = progress.removalRequested && !progress.admissionRequested && !isGone && !isSettled;
  const isAdmitted =
    isActive && link.principal !== null && !isGone && !isStale && status !== 'disassociating';
  return { isActive, status, isGone, isSettled, isAdmitted };
}

function nextAction(link: Look, progress: Progress): OnboardingDecision['action'] {
  const { connection, vpcId, polls } = progress;
  const { isActive, status, isGone, isSettled, isAdmitted } = admissionIn(link, progress);

  if (isAdmitted && networkOwner(connection) !== null) {
    // Whoever comes sees to it that what is shared is associated with the network.
    if (link.resourceConfigurationArn !== null && link.shareArn !== null)
      return vpcId === null ? 'accept-invitation' : 'accept-resource-share';
    return polls > MAX_POLLS ? 'give-up' : 'wait';
  }
  if (isAdmitted && vpcId === null) {
    if (link.shareArn !== null) return 'accept-invitation';
    // One reading that lacks it says nothing: the invitation would expire, and nobody would know.
    const mayCome = link.serviceName === null && polls <= LAGGING_POLLS;
    return mayCome ? 'wait' : 'announce-admission';
  }
  if (isAdmitted && connection.contract === 'endpoint-service' && link.serviceName !== null)
    return 'describe-vpc';
  if (isAdmitted && connection.contract === 'resource-share' && link.resourceConfigurationArn !== null) {
    // As far as Redis Cloud tells, an associated account has accepted the share.
    if (status === 'associated') return 'describe-vpc';
    if (link.shareArn !== null) return 'accept-resource-share';
  }
  if (polls > MAX_POLLS) return 'give-up';
  if (link.status === 'busy') return 'get-subscription-status';
  if (link.status === 'none' && !progress.creationRequested) return 'create-private-link';
  if (!isActive) return 'wait';
  // The account was admitted once and is no longer: its principal stands in the way of a new one.
  if (isGone && !progress.removalRequested && !progress.principalDenied) return 'remove-principal';
  if (progress.admissionRequested) return 'wait';
  // A principal that was removed may stay listed.
  const isOutOfTheWay =
    link.principal === null ||
    (isGone && progress.principalDenied) ||
    (progress.removalRequested && (status === 'disassociated' || (isGone && isSettled)));
  return isOutOfTheWay ? 'admit' : 'wait';
}

function notReady(link: Look, { connection, accountId, polls, refusal }: Progress): string {
  const why = link.errorMessage ? ` (${link.errorMessage})` : '';
  const lacksTarget =
    link.status === 'active' && link.resourceConfigurationArn === null && link.serviceName === null;
  const lacksShare = link.resourceConfigurationArn !== null && link.shareArn === null;
  return (
    `After ${polls} readings the PrivateLink of connection ${connection.name} (subscription ${connection.subscriptionId}) ` +
    `has the status ${link.status}${why}${lacksTarget ? ', it names neither a resource configuration nor a service,' : lacksShare ? ', it names no share,' : ''} ` +
    `and the principal of account ${accountId} is ${link.principal ? (link.principal.status ?? 'there') : 'not there'}.` +
    (refusal ? ` The latest change did not succeed: ${refusal}` : '')
  );
}

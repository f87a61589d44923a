import {
  AccessDenied,
  InvalidRequest,
  type NamedError,
  NotSupported,
  PreconditionFailed,
  PrincipalAlreadyExists,
  PrincipalNotFound,
  PrivateLinkAlreadyExists,
  PrivateLinkNotFound,
  SubscriptionBusy,
  SubscriptionNotFound,
} from '../../shared/errors.ts';

/** What a Redis Cloud error code means here, and what a person does about it. */
export interface CodeMeaning {
  error: new (message: string) => NamedError;
  remedy: string;
}

const READ_AGAIN = 'Read the PrivateLink again.';
const BUSY = 'The change is possible once the subscription is active and the changes under way are done.';

const BUSY_CODES = [
  'SUBSCRIPTION_NOT_ACTIVE',
  'SUBSCRIPTION_CONTAINS_NON_ACTIVE_DATABASE',
  'DATABASE_SUBSCRIPTION_IN_PENDING_STATUS',
  'TOO_MANY_PENDING_SUBSCRIPTIONS',
  'CLUSTER_UNDER_MAINTENANCE',
  'DATABASE_CLUSTER_IS_IN_MAINTENANCE',
  'CONFLICT_ERROR',
];

/** By code. */
export const MEANINGS: ReadonlyMap<string, CodeMeaning> = new Map<string, CodeMeaning>([
  ['PRIVATE_LINK_NOT_FOUND', { error: PrivateLinkNotFound, remedy: READ_AGAIN }],
  ['PRIVATELINK_SERVICE_NOT_FOUND', { error: PrivateLinkNotFound, remedy: READ_AGAIN }],
  ['PRIVATE_LINK_ALREADY_EXISTS', { error: PrivateLinkAlreadyExists, remedy: READ_AGAIN }],
  ['PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', { error: PrincipalAlreadyExists, remedy: READ_AGAIN }],
  ['PRIVATE_LINK_PRINCIPAL_NOT_FOUND', { error: PrincipalNotFound, remedy: READ_AGAIN }],
  ...BUSY_CODES.map((code): [string, CodeMeaning] => [code, { error: SubscriptionBusy, remedy: BUSY }]),
  [
    'PRIVATE_LINK_IS_NOT_SUPPORTED',
    { error: NotSupported, remedy: 'Take the connection out of the configuration, or ask Redis support.' },
  ],
  [
    'PRIVATE_LINK_CLOUD_PROVIDER_NOT_SUPPORTED',
    {
      error: NotSupported,
      remedy: 'PrivateLink needs a subscription on AWS: take the connection out of the configuration.',
    },
  ],
  [
    'PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE',
    { error: InvalidRequest, remedy: 'Check that the AWS account exists and is not closed.' },
  ],
  [
    'PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT',
    { error: InvalidRequest, remedy: "Exclude the subscription's own AWS account from the connection." },
  ],
  [
    'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK',
    { error: PreconditionFailed, remedy: 'Remove every principal first.' },
  ],
  [
    'PRIVATE_LINK_SUBSCRIPTION_REACHED_MAX_DATABASES_COUNT',
    {
      error: PreconditionFailed,
      remedy: 'The subscription has more databases than a PrivateLink carries: move some to another one.',
    },
  ],
  [
    'SUBSCRIPTION_NOT_FOUND',
    { error: SubscriptionNotFound, remedy: 'Check "subscriptionId" of the connection in the configuration.' },
  ],
  [
    'SUBSCRIPTION_INVALID_REGION_ID',
    {
      error: SubscriptionNotFound,
      remedy: 'Check "activeActiveRegionId" of the connection in the configuration.',
    },
  ],
  ['UNAUTHORIZED', { error: AccessDenied, remedy: 'Check the permissions of the API keys in Redis Cloud.' }],
]);

/** Codes that say that something went wrong at Redis Cloud, and not what. */
const VAGUE = new Set([
  'GENERAL_ERROR',
  'PRIVATE_LINK_SERVICE_ERROR',
  'CLUSTER_COMMUNICATION_ERROR',
  'PLANNER_TIMEOUT',
]);

/** Whether the code stands for a problem of Redis Cloud's own, as an HTTP status of 500 does. */
export function isVague(code: string): boolean {
  return VAGUE.has(code);
}

/** The name and the remedy for a Redis Cloud error code, or null for a code that has no name of its own here. */
export function meaningOf(code: string): CodeMeaning | null {
  const meaning = MEANINGS.get(code);
  if (meaning) return meaning;
  if (code.endsWith('_WITH_AN_ACTIVE_ACTIVE_SUBSCRIPTION')) {
    return {
      error: InvalidRequest,
      remedy: 'The subscription is Active-Active: set "activeActiveRegionId" of the connection.',
    };
  }
  if (code.endsWith('_WITH_A_SINGLE_REGION_SUBSCRIPTION')) {
    return {
      error: InvalidRequest,
      remedy: 'The subscription is not Active-Active: remove "activeActiveRegionId" from the connection.',
    };
  }
  return null;
}

/** The meaning of the first code in a text that has one: refusals carry their code in no fixed place. */
export function meaningIn(text: string): CodeMeaning | null {
  for (const [code] of text.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) {
    const meaning = meaningOf(code);
    if (meaning) return meaning;
  }
  return null;
}

/** A code in which a task of Redis Cloud can end, and what it means for whoever waits for the task. */
export interface Code {
  code: string;
  /** The names under which an execution may fail by it. */
  fits: RegExp;
  because: string;
}

const CONTRADICTS = 'it contradicts what was asked or what was seen just before, so a person must look';
const BUSY = 'it outlasts what a step waits';
const CONFIGURE = 'the configuration does not fit the subscription, and a person must correct it';
const ASK = 'only Redis or a person can change it';

const code = (name: string, fits: RegExp, because: string): Code => ({ code: name, fits, because });

/** Those of docs/redis-cloud.md, and one that Redis Cloud may have added since. */
export const CODES: readonly Code[] = [
  code('PRIVATE_LINK_NOT_FOUND', /^PrivateLinkNotFound$/, CONTRADICTS),
  code('PRIVATELINK_SERVICE_NOT_FOUND', /^PrivateLinkNotFound$/, CONTRADICTS),
  code('PRIVATE_LINK_ALREADY_EXISTS', /^PrivateLinkAlreadyExists$/, CONTRADICTS),
  code('PRIVATE_LINK_PRINCIPAL_ALREADY_EXISTS', /^PrincipalAlreadyExists$/, CONTRADICTS),
  code('PRIVATE_LINK_PRINCIPAL_NOT_FOUND', /^PrincipalNotFound$/, CONTRADICTS),
  code('SUBSCRIPTION_NOT_ACTIVE', /^SubscriptionBusy$/, BUSY),
  code('TOO_MANY_PENDING_SUBSCRIPTIONS', /^SubscriptionBusy$/, BUSY),
  code('CONFLICT_ERROR', /^SubscriptionBusy$/, BUSY),
  code('PRIVATE_LINK_IS_NOT_SUPPORTED', /^NotSupported$/, ASK),
  code('PRIVATE_LINK_CLOUD_PROVIDER_NOT_SUPPORTED', /^NotSupported$/, ASK),
  code('PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE', /^InvalidRequest$/, CONFIGURE),
  code('PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT', /^InvalidRequest$/, CONFIGURE),
  code(
    'PRIVATE_LINK_ALL_PRINCIPALS_MUST_BE_DELETED_BEFORE_DELETING_RESOURCE_LINK',
    /^PreconditionFailed$/,
    ASK,
  ),
  code('PRIVATE_LINK_SUBSCRIPTION_REACHED_MAX_DATABASES_COUNT', /^PreconditionFailed$/, ASK),
  code('SUBSCRIPTION_NOT_FOUND', /^SubscriptionNotFound$/, CONFIGURE),
  code('SUBSCRIPTION_INVALID_REGION_ID', /^SubscriptionNotFound$/, CONFIGURE),
  code('UNAUTHORIZED', /^AccessDenied$/, ASK),
  code('PRIVATE_LINK_WITH_AN_ACTIVE_ACTIVE_SUBSCRIPTION', /^InvalidRequest$/, CONFIGURE),
  code('PRIVATE_LINK_WITH_A_SINGLE_REGION_SUBSCRIPTION', /^InvalidRequest$/, CONFIGURE),
  code('SOMETHING_NEW', /^TaskFailed$/, 'what the code means is not known, and a person must look'),
];

/** How a subscription hands itself over. */
export type ContractName = 'resource-share' | 'endpoint-service';

/** The subscription, or the region of an Active-Active subscription, that a call is about. */
export interface ConnectionTarget {
  /** The connection's name in the configuration. */
  name: string;
  /** The name of its Redis Cloud account; left out: `default`. */
  redisCloudAccount?: string | null | undefined;
  subscriptionId: number;
  /** Redis Cloud's own number of the region; only for an Active-Active subscription. */
  activeActiveRegionId?: number | null;
  /** The AWS Region. */
  region: string;
  contract: ContractName;
  /** Name of the AWS RAM share to create, at most 64 characters. Only `resource-share` uses it. */
  shareName?: string | null;
}

/** Where the connection's PrivateLink is in the API. */
export function privateLinkPath(target: ConnectionTarget): string {
  const { subscriptionId, activeActiveRegionId } = target;
  const region = activeActiveRegionId == null ? '' : `/regions/${activeActiveRegionId}`;
  return `/subscriptions/${subscriptionId}${region}/private-link`;
}

/** The connection as a message names it. */
export function describeTarget(target: ConnectionTarget): string {
  const { name, subscriptionId, activeActiveRegionId } = target;
  const region = activeActiveRegionId == null ? '' : `, region ${activeActiveRegionId}`;
  return `connection "${name}" (subscription ${subscriptionId}${region})`;
}

/** Shortens what others wrote, for messages and state data. */
export function shorten(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

import type { Configuration } from './configuration.ts';

/** Where Organizations reports accounts, and where the StackSet is. */
export const ORGANIZATIONS_REGION = 'us-east-1';

/** Where a member account has the stack: in the hub's Region, which makes the connector role, and each connection's. */
export function memberRegions({ organization, connections }: Configuration): string[] {
  return [...new Set([organization.hubRegion, ...connections.map(({ region }) => region).sort()])];
}

/** Where account events appear: Organizations' own Region, and Control Tower's home Region. */
export function organizationRegions({ organization }: Configuration): string[] {
  return [...new Set([ORGANIZATIONS_REGION, organization.controlTowerRegion])];
}

import type { Configuration } from './configuration.ts';

/** A statement of the organization's resource-based policy. */
export interface DelegationStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: { AWS: string };
  Action: string[];
  Resource: string;
}

/**
 * What lets the hub account ask Organizations: exactly what its functions ask, and `npm run plan`. Who may ask in the
 * account is for the account's own policies to say. AWS lets every read-only action be delegated so ("Example: View
 * organization, OUs, accounts, and policies", AWS Organizations User Guide).
 */
export function delegationStatements({
  organization: { id, managementAccountId, hubAccountId },
}: Configuration): DelegationStatement[] {
  const Principal = { AWS: `arn:aws:iam::${hubAccountId}:root` };
  const arn = (type: string) => `arn:aws:organizations::${managementAccountId}:${type}/${id}/*`;
  const allow = (what: string, action: string, Resource: string): DelegationStatement => ({
    // An organization may have several deployments.
    Sid: `RedisPrivatelink${hubAccountId}${what}`,
    Effect: 'Allow',
    Principal,
    Action: [`organizations:${action}`],
    Resource,
  });
  return [
    allow('DescribesAccounts', 'DescribeAccount', arn('account')),
    allow('DescribesUnits', 'DescribeOrganizationalUnit', arn('ou')),
    // A listing cannot be limited to resources.
    allow('ListsAccounts', 'ListAccounts', '*'),
  ];
}

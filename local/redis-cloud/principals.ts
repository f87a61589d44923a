import type { Contract } from './contract.ts';
import { TaskFailure } from './failures.ts';

/** The types that the published API document lists. */
export const principalTypes = [
  'aws_account',
  'organization',
  'organization_unit',
  'iam_role',
  'iam_user',
  'service_principal',
] as const;

export type PrincipalType = (typeof principalTypes)[number];

/** Who is to be admitted, as a request says it. */
export interface PrincipalRequest {
  principal: string;
  /** Requests of contract `endpoint-service` have none. */
  type?: PrincipalType;
  alias?: string;
}

/** Who is admitted. */
export interface Principal {
  /** As the request gave it: within one contract there is one way of writing each principal. */
  principal: string;
  type: PrincipalType;
  alias?: string;
  /** The account that AWS lets in. A role or a user counts as its account, as RAM's invitations do. */
  accountId: string;
}

const account = /^\d{12}$/;
const identity = /^arn:(?:aws|aws-us-gov|aws-cn):iam::(\d{12}):(?:(root)|(role|user)\/[\w+=,.@/-]{1,512})$/;
const organization = /^arn:(?:aws|aws-us-gov|aws-cn):organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;

/**
 * Checks a principal against its type and contract. `undefined` for an organization, which is accepted and then
 * never appears.
 *
 * @throws TaskFailure PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE, PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT
 */
export function checkPrincipal(
  contract: Contract,
  { principal, type, alias }: PrincipalRequest,
  ownerAccountId: string,
): Principal | undefined {
  if (type === 'organization' && organization.test(principal)) return undefined;
  const [, accountOfArn, root, kind] = identity.exec(principal) ?? [];
  const accountId = accountOfArn ?? (account.test(principal) ? principal : undefined);
  const found = kind ? (`iam_${kind}` as 'iam_role' | 'iam_user') : 'aws_account';
  // Endpoint services name accounts by ARN, resource shares by number.
  const rightForm = contract === 'endpoint-service' ? accountOfArn !== undefined : root === undefined;
  if (!accountId || !rightForm || (type !== undefined && type !== found)) {
    throw new TaskFailure(
      'PRIVATE_LINK_PRINCIPAL_INVALID_PRINCIPLE',
      `The principal is not a valid ${type ?? 'AWS ARN'}.`,
    );
  }
  if (accountId === ownerAccountId) {
    throw new TaskFailure(
      'PRIVATE_LINK_PRINCIPAL_CANNOT_BE_OWNER_ACCOUNT',
      'The principal is the account that owns the PrivateLink.',
    );
  }
  return { principal, type: found, alias, accountId };
}

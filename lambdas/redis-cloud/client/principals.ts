import { InvalidRequest } from '../../shared/errors.ts';

/** An AWS account, role or user that a PrivateLink may admit. */
export interface Principal {
  accountId: string;
  type: 'aws_account' | 'iam_role' | 'iam_user';
  /** The ARN, if the principal was given as one. */
  arn: string | null;
}

const ACCOUNT_ID = /^\d{12}$/;
// Path and name as "IAM and AWS STS quotas" and the IAM API reference (CreateRole, CreateUser) allow them.
const ARN =
  /^arn:(?:aws|aws-us-gov|aws-cn):iam::(\d{12}):(?:root|(role|user)\/(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64})$/;

/**
 * Reads a principal in any form in which a person or Redis Cloud may write it: a 12-digit account id, or the ARN
 * of an account's root, a role or a user, in the partitions aws, aws-us-gov and aws-cn.
 *
 * @throws InvalidRequest
 */
export function parsePrincipal(text: string): Principal {
  const principal = tryParse(text);
  if (principal) return principal;
  throw new InvalidRequest(
    `"${text.slice(0, 100)}" is not a principal. Give a 12-digit account id, arn:aws:iam::<account id>:root, ` +
      'arn:aws:iam::<account id>:role/<name> or arn:aws:iam::<account id>:user/<name>.',
  );
}

/** The principal as the `resource-share` contract wants it. */
export function resourceSharePrincipal(text: string): { principal: string; type: Principal['type'] } {
  const { accountId, type, arn } = parsePrincipal(text);
  return { principal: type === 'aws_account' ? accountId : arn!, type };
}

/** The principal as the `endpoint-service` contract wants it: always an ARN, in the Region's partition. */
export function endpointServicePrincipal(text: string, region: string): string {
  const { accountId, arn } = parsePrincipal(text);
  return arn ?? `arn:${partitionOf(region)}:iam::${accountId}:root`;
}

/** Whether two spellings mean the same principal: an account id and its root's ARN do. */
export function samePrincipal(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** The account that a principal belongs to, or null for principals that are not of one account. */
export function accountOf(text: string): string | null {
  return tryParse(text)?.accountId ?? null;
}

/** The principal's type, or null for principals of other kinds. */
export function typeOf(text: string): Principal['type'] | null {
  return tryParse(text)?.type ?? null;
}

function tryParse(text: string): Principal | null {
  if (ACCOUNT_ID.test(text)) return { accountId: text, type: 'aws_account', arn: null };
  const match = ARN.exec(text);
  if (!match) return null;
  const type = match[2] === 'role' ? 'iam_role' : match[2] === 'user' ? 'iam_user' : 'aws_account';
  return { accountId: match[1]!, type, arn: text };
}

function canonical(text: string): string {
  const principal = tryParse(text);
  return principal?.type === 'aws_account' ? principal.accountId : text;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

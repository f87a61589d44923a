import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Configuration } from '../lib/configuration.ts';
import type { Place } from './examination.ts';

/** Whose credentials are used. */
export interface Caller {
  accountId: string;
  arn: string;
}

/**
 * Asks who one is.
 *
 * @throws Error of the SDK where there are no credentials, or they are not good
 */
export async function callerIn(region: string): Promise<Caller> {
  const { Account, Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return { accountId: Account ?? '', arn: Arn ?? '' };
}

/** What the network says where nobody is reached. */
const UNREACHED =
  /^(E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|NETUNREACH|HOSTUNREACH|TIMEDOUT)|TimeoutError)$/;

/** Why nobody has said who one is, and what to do. */
export function whyNobody(error: unknown): { what: string; remedy: string } {
  const { name, message, code } = error as Error & { code?: string };
  const reason = `(${name}: ${message})`;
  if ([name, code].some((one) => UNREACHED.test(one ?? ''))) {
    return {
      what: `AWS cannot be reached from this machine ${reason}`,
      remedy: 'Look at its network, and at AWS_ENDPOINT_URL if it is set.',
    };
  }
  return {
    what: `there are no credentials that AWS takes ${reason}`,
    remedy: 'Run aws sso login, or set AWS_PROFILE.',
  };
}

/** What the caller's account is to the deployment. An account that is not named there is taken for a member. */
export function placeOf({ accountId }: Caller, { organization }: Configuration): Place {
  if (accountId === organization.hubAccountId) return 'hub';
  return accountId === organization.managementAccountId ? 'management' : 'member';
}

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

/** What the caller's account is to the deployment. An account that is not named there is taken for a member. */
export function placeOf({ accountId }: Caller, { organization }: Configuration): Place {
  if (accountId === organization.hubAccountId) return 'hub';
  return accountId === organization.managementAccountId ? 'management' : 'member';
}

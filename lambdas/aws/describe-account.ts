import { DescribeAccountCommand } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { AccountNotFound } from '../errors.ts';
import { defineHandler } from '../runtime/handler.ts';
import { codeOf } from './errors.ts';
import { accountOf, organizations } from './organization.ts';
import { AccountId } from './payload.ts';

/**
 * Where in the organization an account is, and whether it is active.
 *
 * @throws AccountNotFound when the organization has no such account.
 */
export const handler = defineHandler(z.object({ accountId: AccountId }), async ({ accountId }) => {
  const missing = () => new AccountNotFound(`The organization has no account ${accountId}, or no longer.`);
  try {
    const { Account } = await organizations().send(new DescribeAccountCommand({ AccountId: accountId }));
    if (!Account) throw missing();
    return accountOf(Account);
  } catch (error) {
    throw codeOf(error) === 'AccountNotFoundException' ? missing() : error;
  }
});

import { DescribeAccountCommand } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { codeOf } from '../shared/aws/errors.ts';
import { AccountNotFound } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { accountOf, organizations } from './call/organization.ts';
import { AccountId } from './call/payload.ts';

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

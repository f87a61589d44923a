import * as z from 'zod/mini';
import { AccountNotFound } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { lookUpAccount } from '../shared/workflows/organization.ts';
import { AccountId } from './call/payload.ts';

/**
 * Where in the organization an account is, and whether it is active.
 *
 * @throws AccountNotFound when the organization has no such account.
 */
export const handler = defineHandler(z.object({ accountId: AccountId }), async ({ accountId }) => {
  const account = await lookUpAccount(accountId);
  if (account.state !== null) return account;
  throw new AccountNotFound(`The organization has no account ${accountId}, or no longer.`);
});

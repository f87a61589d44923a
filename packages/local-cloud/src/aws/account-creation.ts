import { digest } from './ids.ts';

/** The id of the request that has created an account (`CreateAccountStatus`). */
export function creationOf(accountId: string): string {
  return `car-${digest(accountId, 32)}`;
}

/** An id that no account of the organization has. */
export function newAccountId(isTaken: (accountId: string) => boolean): string {
  let number = 444_455_556_001;
  while (isTaken(String(number))) number += 1;
  return String(number);
}

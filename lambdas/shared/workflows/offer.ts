import type { Connection } from './configuration.ts';

/** An account as Organizations shows it. */
export interface Account {
  accountId: string;
  /** `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, …; null where the organization has no such account. */
  state: string | null;
  /** From the organization's root down to the account, e.g. `o-…/r-…/ou-…/111122223333/`. */
  paths: string[];
}

/** Why the connection is not offered to the account; undefined where it is. */
export function notOffered({ accounts }: Connection, account: Account): string | undefined {
  if (account.state === null) return 'the account is not in the organization';
  if (account.state !== 'ACTIVE') return `the account is ${account.state}`;
  if (accounts.excludedAccountIds.includes(account.accountId)) return 'the account is excluded';
  if (accounts.accountIds.includes(account.accountId)) return undefined;
  const units = new Set(account.paths.flatMap((path) => path.split('/')));
  if (accounts.organizationalUnits.some((unit) => units.has(unit))) return undefined;
  return 'the account is in none of the organizational units that the connection is offered to';
}

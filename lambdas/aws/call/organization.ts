import { type Account, OrganizationsClient } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { createClient } from '../../shared/aws/client.ts';
import { organizationsRegion } from '../../shared/aws/partition.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import { Region } from './payload.ts';

/** Lambda sets it; it says in which partition the organization is. */
const Environment = z.object({ AWS_REGION: Region });

/** An account as automation sees it. */
export interface OrganizationAccount {
  accountId: string;
  /** `ACTIVE`, `SUSPENDED`, `PENDING_ACTIVATION`, `PENDING_CLOSURE` or `CLOSED`. */
  state: string;
  /** Where in the organization it is, as in the condition key `aws:PrincipalOrgPaths`. */
  paths: string[];
}

/**
 * Attempts at one page of a list. A list of ten thousand accounts has five hundred pages, and Organizations
 * throttles: a list that began anew each time would not come to its end. The SDK waits at most 20 s between two
 * attempts.
 */
const ATTEMPTS_AT_A_PAGE = 6;

const clients = new Map<number, OrganizationsClient>();

/** Organizations, asked with the function's own role: the hub is a delegated administrator. */
export function organizations(): OrganizationsClient {
  return clientOf(1);
}

/** The same for lists of many pages: a page that is throttled is asked for again. */
export function organizationsForLists(): OrganizationsClient {
  return clientOf(ATTEMPTS_AT_A_PAGE);
}

function clientOf(attempts: number): OrganizationsClient {
  const known = clients.get(attempts);
  if (known) return known;
  const client = createClient(OrganizationsClient, {
    region: organizationsRegion(readEnvironment(Environment).AWS_REGION),
    caller: "the function's own role",
    attempts,
  });
  clients.set(attempts, client);
  return client;
}

/** AWS has retired the account's `Status` in favour of its `State`. */
export function accountOf(account: Account): OrganizationAccount {
  return { accountId: account.Id ?? '', state: account.State ?? 'UNKNOWN', paths: account.Paths ?? [] };
}

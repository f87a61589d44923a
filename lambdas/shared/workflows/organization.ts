import {
  type Account as AwsAccount,
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { createClient } from '../aws/client.ts';
import { codeOf } from '../aws/errors.ts';
import { organizationsRegion } from '../aws/partition.ts';
import { AccessDenied } from '../errors.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Account, type UnknownUnits, unitsOf } from './offer.ts';

/** Lambda sets it; it says in which partition the organization is. */
const Environment = z.object({ AWS_REGION: z.string() });

/**
 * Attempts at one unit. A configuration may name hundreds, and Organizations throttles: looks at all of them that began again
 * each time would not come to their end. The SDK waits at most 20 s between two attempts.
 */
const ATTEMPTS_AT_A_UNIT = 6;

const clients = new Map<number, OrganizationsClient>();

/** Organizations, asked with the function's own role. */
export function organizations(): OrganizationsClient {
  return clientOf(1);
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

/**
 * The account as automation sees it. AWS has retired its `Status` in favour of its `State`; `State` and `Paths` are
 * optional members ("Account", AWS Organizations API Reference).
 */
export function accountOf(account: AwsAccount): Account {
  const { Id = '', State, Paths } = account;
  // One that cannot be read says nothing of where the account is not.
  const isRead = Paths?.every((path) => typeof path === 'string') ?? false;
  return { accountId: Id, state: State ?? 'UNKNOWN', paths: isRead ? Paths! : null };
}

/**
 * Where in the organization an account is, and whether it is active. Its state is null where Organizations has no such
 * account.
 *
 * @throws AwsUnavailable when Organizations throttles, or has answered without the account.
 */
export async function lookUpAccount(accountId: string): Promise<Account> {
  try {
    const { Account } = await organizations().send(new DescribeAccountCommand({ AccountId: accountId }));
    return accountOf({ Id: accountId, ...Account });
  } catch (error) {
    if (codeOf(error) === 'AccountNotFoundException') return { accountId, state: null, paths: null };
    throw error;
  }
}

/**
 * Which of the units the organization does not have, or may not have, as far as can be told.
 *
 * @param paths of accounts: a unit that one of them leads through is there and is not asked about
 * @throws AwsUnavailable when Organizations throttles.
 */
export async function unknownUnits(
  units: readonly string[],
  paths: readonly string[],
): Promise<UnknownUnits> {
  const unknown = new Map<string, string>();
  const seen = unitsOf(paths);
  for (const unit of new Set(units)) {
    if (seen.has(unit)) continue;
    const problem = unit.startsWith('r-') ? rootProblem(unit, seen) : await unitProblem(unit);
    if (problem !== undefined) unknown.set(unit, problem);
  }
  return unknown;
}

/** An organization has one root, and every path leads through it. */
function rootProblem(root: string, seen: ReadonlySet<string>): string | undefined {
  return [...seen].some((id) => id.startsWith('r-')) ? isNotThere(root) : undefined;
}

async function unitProblem(unit: string): Promise<string | undefined> {
  try {
    await clientOf(ATTEMPTS_AT_A_UNIT).send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit }),
    );
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'OrganizationalUnitNotFoundException' || code === 'InvalidInputException') {
      return isNotThere(unit);
    }
    if (!(error instanceof AccessDenied)) throw error;
    return `whether ${unit} is in the organization could not be looked up. ${error.message}`;
  }
}

function isNotThere(unit: string): string {
  return `${unit} is not in the organization. Correct the configuration and deploy the hub`;
}

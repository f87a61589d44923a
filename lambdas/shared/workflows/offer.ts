import type { Connection } from './configuration.ts';
import { networkOwner } from './service-network.ts';
import { names } from './vpc-tag.ts';

// What should be connected: the one definition that dispatch, reconcile and the doors share. Each question has three
// answers, because "cannot tell" is never "no": nothing is removed and nobody is refused for good on the strength of it.

/** An account as Organizations shows it. */
export interface Account {
  accountId: string;
  /**
   * `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, …; null where Organizations has answered that it has no such account;
   * `UNKNOWN` where it did not say.
   */
  state: string | null;
  /**
   * From the organization's root down to the account, e.g. `o-…/r-…/ou-…/111122223333/`; null or empty where
   * Organizations did not say.
   */
  paths: readonly string[] | null;
}

/** What can be said of something that should be, or should not. */
export type Verdict =
  | { answer: 'yes' }
  | { answer: 'no'; reason: string }
  /** `what` is not known, in words. */
  | { answer: 'cannot tell'; what: string };

/** Organizational units of the configuration that Organizations does not know, each with what is wrong with it. */
export type UnknownUnits = ReadonlyMap<string, string>;

/** What a look at the VPC has shown. */
export type SeenVpc =
  | { exists: false }
  | {
      exists: true;
      /** The value of the tag that asks for connections; null: it has none. */
      tag: string | null;
      /** Whether AWS has made it for the account; left out where it did not say. */
      isDefault?: boolean | undefined;
    }
  /** It could not be looked at, and why. */
  | { unseen: string };

const YES: Verdict = { answer: 'yes' };
const NO_UNITS: UnknownUnits = new Map();

/** The states of an account in which it is not active ("Account", AWS Organizations API Reference). */
const NOT_ACTIVE = new Set(['CLOSED', 'PENDING_ACTIVATION', 'PENDING_CLOSURE', 'SUSPENDED']);

/**
 * Whether the connection is offered to the account. It says no only on positive evidence: the account is known not to
 * be in the organization, or not to be active, or to be below none of the units; or the configuration excludes it.
 */
export function offerTo(
  connection: Connection,
  account: Account,
  unknownUnits: UnknownUnits = NO_UNITS,
): Verdict {
  const verdicts = [membershipOf(account), placeOf(connection, account, unknownUnits)];
  return (
    verdicts.find(({ answer }) => answer === 'no') ??
    verdicts.find(({ answer }) => answer === 'cannot tell') ??
    YES
  );
}

/** Whether the account is an active one of the organization. */
function membershipOf({ accountId, state }: Account): Verdict {
  if (state === null) return no('the account is not in the organization');
  if (NOT_ACTIVE.has(state)) return no(`the account is ${state}`);
  if (state === 'ACTIVE') return YES;
  return cannotTell(
    state === 'UNKNOWN'
      ? `Organizations does not say whether account ${accountId} is active`
      : `account ${accountId} is in the state ${state}, which this system does not know`,
  );
}

/** Whether the configuration offers the connection to the account, wherever it is. */
function placeOf(connection: Connection, { accountId, paths }: Account, unknownUnits: UnknownUnits): Verdict {
  const { name, accounts } = connection;
  if (accounts.excludedAccountIds.includes(accountId)) {
    return no(`the account is excluded by accounts.excludedAccountIds of connection ${name}`);
  }
  // The owner of the service network is admitted for everybody.
  if (accounts.accountIds.includes(accountId) || networkOwner(connection) === accountId) return YES;
  const setting = `accounts.organizationalUnits of connection ${name}`;
  if (accounts.organizationalUnits.length > 0 && !paths?.length) {
    return cannotTell(`Organizations does not say in which organizational units account ${accountId} is`);
  }
  const above = unitsOf(paths ?? []);
  if (accounts.organizationalUnits.some((unit) => above.has(unit))) return YES;
  const wrong = accounts.organizationalUnits.map((unit) => unknownUnits.get(unit)).find(Boolean);
  if (wrong !== undefined) return cannotTell(`${setting}: ${wrong}`);
  return no(`the account is below none of ${setting}, and not one of its accounts.accountIds`);
}

/** The units, and the root, that the paths lead through. */
export function unitsOf(paths: readonly string[]): Set<string> {
  return new Set(paths.flatMap((path) => path.split('/')));
}

/**
 * Whether a VPC of an account to which the connection is offered asks for it, by its tag or because every VPC does.
 *
 * @param isDefault whether it is a default VPC, which is to be connected only if it says so itself, or the configuration
 *   does. Left out, that does not count: one that is connected stays so until a person says otherwise.
 */
export function asksFor(connection: Connection, tag: string | null, isDefault = false): boolean {
  const { vpcs, includeDefaultVpcs } = connection;
  const isMeant = vpcs === 'all' && (includeDefaultVpcs === true || !isDefault);
  return isMeant || isAmong(connection, names(tag ?? ''));
}

/** Whether one of the names in a VPC's tag is the connection's, those that it had before among them. */
export function isAmong(connection: Connection, asked: readonly string[]): boolean {
  return namesOf(connection).some((name) => asked.includes(name));
}

/** The names by which VPCs may ask for the connection. */
export function namesOf({ name, namesBetween = [], newName }: Connection): string[] {
  return [name, ...namesBetween, ...(newName === undefined ? [] : [newName])];
}

function no(reason: string): Verdict {
  return { answer: 'no', reason };
}

function cannotTell(what: string): Verdict {
  return { answer: 'cannot tell', what };
}

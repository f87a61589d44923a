import { plain } from '../../shared/runtime/text.ts';
import { shorten } from './connection.ts';
import { samePrincipal } from './principals.ts';
import { foremost, type ListedPrincipal, ownerOf, type PrivateLink } from './private-link.ts';

/** Entries on one page, and their bytes as JSON: a workflow's state holds 256 KiB. */
const MAX_ENTRIES = 4_000;
const MAX_BYTES = 200_000;

/** Who is admitted to a PrivateLink and who is connected through it: one page of it. */
export interface Members {
  /** The PrivateLink's. */
  status: string;
  /** The accounts that are admitted: `<account id> <status>`, with `-` where Redis Cloud says no status. */
  principals: string[];
  /** Principals of other forms, as Redis Cloud writes them. */
  others: string[];
  /**
   * One for each connection: the account at its other end. Where Redis Cloud does not say which, it is
   * `endpoint:<VPC endpoint id>`, or `association:<id>` where it does not say that either.
   */
  owners: string[];
  /** How many databases Redis Cloud lists behind it. */
  databases: number;
  /** Where the next page begins; null on the last one. */
  next: number | null;
}

/** The page of the PrivateLink's members that begins at the entry `from`. */
export function membersOf(privateLink: PrivateLink, from: number): Members {
  const members: Members = {
    status: shorten(privateLink.status),
    principals: [],
    others: [],
    owners: [],
    databases: privateLink.databases.length,
    next: null,
  };
  const entries = entriesOf(privateLink);
  let bytes = 0;
  for (const [index, [list, entry]] of entries.entries()) {
    if (index < from) continue;
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (index > from && (index - from >= MAX_ENTRIES || bytes > MAX_BYTES)) {
      return { ...members, next: index };
    }
    members[list].push(entry);
  }
  return members;
}

/** All entries, in the order of the pages: each account once. */
function entriesOf({ principals, connections }: PrivateLink): ['principals' | 'others' | 'owners', string][] {
  const [accounts, others] = [new Map<string, ListedPrincipal[]>(), new Set<string>()];
  for (const one of principals) {
    const { principal, accountId } = one;
    // A role or user of the account does not stand for it.
    if (accountId !== null && samePrincipal(principal, accountId)) {
      const listed = accounts.get(accountId);
      if (listed) listed.push(one);
      else accounts.set(accountId, [one]);
    } else others.add(plain(principal, 1_000));
  }
  return [
    ...[...accounts].map(([accountId, listed]): ['principals', string] => [
      'principals',
      `${accountId} ${shorten(foremost(listed)?.status ?? '-')}`,
    ]),
    ...[...others].map((principal): ['others', string] => ['others', principal]),
    ...connections.map(({ ownerId, endpointId, associationId, connectionId }): ['owners', string] => [
      'owners',
      ownerOf(ownerId) ??
        (endpointId
          ? `endpoint:${shorten(endpointId)}`
          : `association:${shorten(associationId ?? connectionId ?? '-')}`),
    ]),
  ];
}

// One answer of Redis Cloud is not enough to call something gone: a reading can show nothing while a PrivateLink is
// being initialised, and a list can be cut short. What is done on the strength of an absence takes two looks at it,
// some time apart; and a PrivateLink that is denied altogether takes another sign as well.

/** Looks in a row that have shown the same. */
export interface Series {
  /** ISO time of the first one. */
  since: string;
  polls: number;
}

/** What a look hands to the next one. */
export interface Memory {
  /** Looks that have shown no PrivateLink. */
  absent: Series | null;
  /** Looks that did not list the account's principal as one that is admitted. */
  unlisted: Series | null;
  /** Looks that listed nobody at all. */
  empty: Series | null;
}

/** What one look has shown, and what is known from before. */
export interface Look {
  privateLink: {
    /** `busy` and `unread` where it could not be looked at. */
    status: string;
    principal: { status?: string | null | undefined } | null;
    /** Without those that are gone. */
    principalCount: number;
    /** False: the list was left out. */
    listsPrincipals?: boolean | null | undefined;
  };
  asked: {
    principal: boolean;
    /** Redis Cloud has processed the removal of the principal. */
    removed?: boolean | null | undefined;
    privateLink: boolean;
  };
  /** Redis Cloud has answered to the removal of the principal that there is none. */
  denied?: boolean | null | undefined;
  /** ISO time of the look. */
  at?: string | null | undefined;
  /** Null in the first look; left out by a definition from before there was a memory. */
  before?: Memory | null | undefined;
}

/** Milliseconds between two looks that are to tell more than one: the workflow waits for 15 seconds. */
const APART = 10_000;

/** How long Redis Cloud has to deny a PrivateLink, and in how many looks. */
const DENIED_FOR = 60_000;
const DENIALS = 3;

/** A principal that is gone can stay listed. */
function isListed({ privateLink: { principal } }: Look): boolean {
  return principal !== null && principal.status !== 'disassociated';
}

/** What is known after this look. */
export function remember(look: Look): Memory {
  const { before, privateLink, at } = look;
  const nothing = { absent: null, unlisted: null, empty: null };
  const last = before ?? nothing;
  switch (privateLink.status) {
    case 'busy':
    case 'unread':
      return last;
    case 'none':
      return { absent: longer(last.absent, at), unlisted: longer(last.unlisted, at), empty: null };
    case 'active':
      return {
        absent: null,
        unlisted: isListed(look) ? null : longer(last.unlisted, at),
        empty: privateLink.principalCount === 0 ? longer(last.empty, at) : null,
      };
    default:
      return nothing;
  }
}

function longer(series: Series | null | undefined, at: string | null | undefined): Series {
  return { since: series?.since ?? at ?? '', polls: (series?.polls ?? 0) + 1 };
}

function lasts(
  series: Series | null,
  at: string | null | undefined,
  polls: number,
  milliseconds: number,
): boolean {
  return (
    series !== null &&
    series.polls >= polls &&
    Date.parse(at ?? '') - Date.parse(series.since) >= milliseconds
  );
}

/** Whether an execution of a definition from before there was a memory asks: it cannot look twice. */
function isForgetful({ before }: Look): boolean {
  return before === undefined;
}

/** Whether there is no PrivateLink, as far as looking can tell, or none that the account could be admitted to. */
export function isDenied(look: Look): boolean {
  // This execution has seen to that itself.
  return look.asked.removed === true || isAbsent(look);
}

/** Whether there is no PrivateLink, as far as looking can tell. */
export function isAbsent(look: Look): boolean {
  const { asked, at } = look;
  // This execution has deleted it.
  if (asked.privateLink || isForgetful(look)) return true;
  return lasts(remember(look).absent, at, DENIALS, DENIED_FOR);
}

/** Whether the account is not admitted any more. */
export function isExpelled(look: Look): boolean {
  const { privateLink, asked, denied, at } = look;
  const { principal } = privateLink;
  if (principal) {
    // Listed, and yet not there to be removed.
    if (principal.status === 'disassociated') return asked.principal || denied === true;
    return principal.status === 'failed' && denied === true;
  }
  if (asked.removed || isForgetful(look)) return true;
  const isListing = privateLink.status === 'active' && privateLink.listsPrincipals !== false;
  return lasts(remember(look).unlisted, at, 2, APART) && (isListing || denied === true || asked.principal);
}

/** Whether nobody is admitted any more. */
export function isDeserted(look: Look): boolean {
  const { privateLink, at } = look;
  if (privateLink.status !== 'active' || privateLink.principalCount > 0) return false;
  if (isForgetful(look)) return true;
  const { empty } = remember(look);
  // A list that is left out may be one that nobody could make.
  return privateLink.listsPrincipals === false
    ? lasts(empty, at, DENIALS, DENIED_FOR)
    : lasts(empty, at, 2, APART);
}

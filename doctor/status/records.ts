import { HOLDS } from '../../lambdas/shared/workflows/holds.ts';
import { LEFTOVER, type Leftover, leftoverOf } from '../../lambdas/shared/workflows/leftovers.ts';
import { STANDING } from '../../lambdas/shared/workflows/noted.ts';

/** A connection of an account, or of one VPC of it. */
export interface Place {
  connection: string;
  /** Empty: all accounts. */
  accountId: string;
  /** Null: the account itself. */
  vpcId: string | null;
}

/** An account that is admitted, or a VPC that is connected. */
export interface Connected extends Place {
  /** ISO time. */
  at: string;
  /** Null for an account, and for a VPC whose endpoint is not there yet. */
  vpcEndpointId: string | null;
  /** How many names its applications have. */
  names: number;
  /** How many databases cannot be reached through the endpoint. */
  missing: number;
}

/** How the latest execution about something ended that did not end well. */
export interface Failure extends Place {
  at: string;
  /** ARN. */
  execution: string;
  status: string;
  error: string;
  cause: string;
  /** Whether somebody was told to do something about it. */
  isTold: boolean;
}

/** Somebody is asked, or has refused. */
export interface Approval extends Place {
  at: string;
  state: string;
  by: string | null;
}

/** A removal that waits for a person to release or to refuse it, and lapses. */
export interface Hold extends Place {
  at: string;
  until: string;
  /** Why it was to go. */
  reason: string;
}

/** A VPC that is not connected again for a while, because somebody tried to delete it. */
export interface Deletion extends Place {
  at: string;
  until: string;
}

/** What a person has connected although nothing asks for it, or has disconnected although something does. */
export interface ByHand extends Place {
  at: string;
  /** Name of the execution. */
  by: string | null;
}

/** Who has the lock of a subscription, and who waits for it. */
export interface Lock {
  subscriptionId: string;
  /** ARN of the execution that has it, and since when. */
  holder: { execution: string; since: string } | null;
  /** ISO times since which the others wait, the first of them first. */
  waiting: string[];
}

/** What the table of the hub tells. */
export interface Records {
  connected: Connected[];
  failures: Failure[];
  approvals: Approval[];
  holds: Hold[];
  deletions: Deletion[];
  wishes: ByHand[];
  refusals: ByHand[];
  leftovers: Leftover[];
  locks: Lock[];
}

/** An item of the table, with its texts. Task tokens are never read. */
export type Item = Readonly<Record<string, string | undefined>>;

/** Sorts out what the items tell. Those that tell nothing of this are passed over. */
export function recordsOf(items: readonly Item[]): Records {
  const records: Records = {
    connected: [],
    failures: [],
    approvals: [],
    holds: [],
    deletions: [],
    wishes: [],
    refusals: [],
    leftovers: [],
    locks: [],
  };
  const locks = new Map<string, Lock>();
  for (const item of items) {
    const { pk = '', sk = '' } = item;
    const [kind = '', subject = ''] = pk.split('#');
    if (kind === 'account') ofAccount(records, subject, sk, item);
    else if (kind === 'turn') inQueue(locks, subject, sk, item);
    else if (kind === STANDING) ofPeople(records, sk, item);
    else if (kind === LEFTOVER) records.leftovers.push(...[leftoverOf(item) ?? []].flat());
    else if (kind === HOLDS) {
      const [connection = '', accountId = '', what = ''] = sk.split('#');
      const { at = '', until = '', reason = '' } = item;
      records.holds.push({ connection, accountId, vpcId: vpcOf(what), at, until, reason });
    }
  }
  for (const lock of locks.values()) lock.waiting.sort();
  records.locks.push(...locks.values());
  return records;
}

function ofAccount(records: Records, accountId: string, sk: string, item: Item): void {
  const [kind, connection = '', vpcId = null] = sk.split('#');
  const { at = '' } = item;
  const place = { connection, accountId, vpcId, at };
  if (kind === 'connection') {
    const { vpcEndpointId = null } = item;
    const [names, missing] = [countOf(item.endpoints), countOf(item.missing)];
    records.connected.push({ ...place, vpcEndpointId, names, missing });
  } else if (kind === 'failure') {
    const { execution = '', status = '', error = '-', cause = '-', toldAt = '-' } = item;
    records.failures.push({ ...place, execution, status, error, cause, isTold: toldAt !== '-' });
  } else if (kind === 'approval') {
    records.approvals.push({ ...place, state: item.state ?? '', by: item.by ?? null });
  }
}

function ofPeople(records: Records, sk: string, item: Item): void {
  const [accountId = '', connection = '', what = ''] = sk.split('#');
  const { kind, at = '', until = '', by = null } = item;
  const place = { connection, accountId, vpcId: vpcOf(what), at };
  if (kind === 'deletion') records.deletions.push({ ...place, until });
  else if (kind === 'wish') records.wishes.push({ ...place, by });
  else if (kind === 'refusal') records.refusals.push({ ...place, by });
}

function vpcOf(what: string): string | null {
  return what === 'account' ? null : what;
}

function inQueue(locks: Map<string, Lock>, subscriptionId: string, sk: string, item: Item): void {
  const lock = locks.get(subscriptionId) ?? { subscriptionId, holder: null, waiting: [] };
  locks.set(subscriptionId, lock);
  if (sk === 'holder') lock.holder = { execution: item.execution ?? '', since: item.since ?? '' };
  else if (sk.startsWith('waiting#')) lock.waiting.push(sk.split('#')[1] ?? '');
}

/** The length of a list in JSON; none where there is no list. */
function countOf(text: string | undefined): number {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.length : 0;
  } catch {
    return 0;
  }
}

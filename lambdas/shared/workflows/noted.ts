import * as z from 'zod/mini';
import { validate } from '../runtime/validation.ts';

// What outlasts an execution and no look can tell: pk `standing`, sk `<account id>#<connection>#<VPC id>`, or `account`
// in place of the VPC. One item for each, so the latest counts.

/** Partition key of these items. */
export const STANDING = 'standing';

/** A VPC of a connection, or an account. */
export interface Place {
  accountId: string;
  connection: string;
  /** Null: the account as such. */
  vpcId: string | null;
}

/**
 * - `asked`: the VPC is to be connected, although a person has disconnected its account before: its tag has changed since,
 *   or a person has onboarded it
 * - `wish`: a person wants it connected, although no tag asks for it or a removal was due
 * - `refusal`: a person has disconnected it, although its tag asks for the connection
 * - `deletion`: somebody tried to delete the VPC, and it was disconnected for that. No reconciliation connects it again
 *   `until` then.
 */
export const Standing = z.object({
  kind: z.enum(['wish', 'refusal', 'deletion', 'asked']),
  /** ISO time at which it began. */
  at: z.string(),
  /** ISO time until which it counts; left out: until somebody changes it. */
  until: z.optional(z.string()),
  /** The execution by which it was asked for. */
  by: z.optional(z.string()),
  /** ISO time at which a message has told that the VPC is still there after all; `deletion` only. */
  told: z.optional(z.string()),
});
export type Standing = z.infer<typeof Standing>;

type Item = Record<string, { S?: string | undefined; N?: string | undefined }>;

/** Sort key of the item. */
export function standingKey({ accountId, connection, vpcId }: Place): string {
  return `${accountId}#${connection}#${vpcId ?? 'account'}`;
}

/** What an item says; undefined if it cannot be read. */
export function standingOf(item: Item): Standing | undefined {
  const texts = Object.entries(item).map(([name, { S }]) => [name, S]);
  const read = validate(Standing, Object.fromEntries(texts));
  return read.valid ? read.value : undefined;
}

/** What was noted of VPCs and accounts, by `standingKey`. */
export type Noted = ReadonlyMap<string, Standing>;

/** What was noted last: of the VPC, or of its account as such. */
export function latestOf(noted: Noted, place: Place): Standing | undefined {
  const all = [place, { ...place, vpcId: null }].map((one) => noted.get(standingKey(one)));
  return all.filter((one) => one !== undefined).sort((a, b) => (a.at < b.at ? 1 : -1))[0];
}

/**
 * Whether an event undoes what was noted: only one that is later. AWS says when to the second, and of the same second
 * what was noted counts.
 * @param at ISO time of the event; null: nobody knows
 */
export function isUndoneBy(at: string | null, standing: Standing): boolean {
  return at !== null && Date.parse(at) > Date.parse(standing.at);
}

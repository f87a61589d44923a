import type { Account } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { type Validation, validate } from '../../shared/runtime/validation.ts';
import type { Finding } from './findings.ts';
import { packed, unpacked } from './packing.ts';
import { get, inParallel, MAX_ITEM_BYTES, put, query, RUN_SECONDS } from './run-items.ts';

/**
 * What a run has listed and what it has found there, as it keeps it for its own later steps:
 *
 *   pk `run#<run>`
 *     sk `offered#<n>`, `unclear#<n>`: body, some accounts and what is, or may be, offered to them
 *     sk `listed#<n>`: body, the accounts that Organizations has shown to an attempt at the list, packed
 *     sk `found#<batch>#<m>`: body, findings of the accounts in `offered#<batch>`, packed
 *
 * A batch holds account ids and numbers of connections, and nothing that says what to do.
 */

/** Accounts that one function looks into, all at once. */
export const BATCH_ACCOUNTS = 10;
const MAX_ERROR_CHARACTERS = 300;

/** `<account id> <i>,<j>,…`, where the numbers are places in the configuration's connections. */
export const AccountOffers = z
  .string()
  .check(z.regex(/^\d{12} \d+(,\d+)*$/, 'must be an account and its connections'));
const Batch = z.array(AccountOffers);

/** With all members, of members too: one that the schema does not name would be lost on the way, and nobody would see it. */
type WithoutPlace<T> = T extends unknown ? Omit<T, 'accountId' | 'region'> : never;
type Whole<T> = T extends readonly (infer One)[]
  ? Whole<One>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<T[K]> }
    : T;

const InPlace = z.union([
  z.object({ error: z.string() }),
  z.object({
    vpcs: z.array(
      z.object({
        vpcId: z.string(),
        tags: z.nullable(z.string()),
        isDefault: z._default(z.nullable(z.boolean()), null),
      }),
    ),
    endpoints: z.array(
      z.object({
        vpcEndpointId: z.string(),
        vpcId: z.string(),
        connection: z.string(),
        state: z.string(),
        securityGroupIds: z.array(z.string()),
        parameters: z.nullable(z.string()),
        reached: z._default(z.nullable(z.number()), null),
        failed: z._default(z.array(z.string()), []),
        otherZones: z._default(
          z.array(
            z.object({
              zone: z.string(),
              subnetId: z.string(),
              isRefused: z._default(z.boolean(), false),
            }),
          ),
          [],
        ),
      }),
    ),
    associations: z._default(z.array(z.object({ connection: z.string(), state: z.string() })), []),
    groups: z.array(
      z.object({ groupId: z.string(), vpcId: z.string(), connection: z.string(), complete: z.boolean() }),
    ),
    strays: z._default(
      z.array(z.object({ id: z.string(), vpcId: z.string(), connection: z.string(), why: z.string() })),
      [],
    ),
    parameters: z.nullable(
      z.array(z.object({ connection: z.string(), vpcId: z.string(), digest: z.string() })),
    ),
  }),
]) satisfies z.ZodMiniType<Whole<WithoutPlace<Finding>>>;
const Place = z.object({ accountId: z.string(), region: z.string() });

/** Accounts as Organizations lists them, and the token with which it goes on. */
export interface Listed {
  accounts: Account[];
  next: string | undefined;
}

/** What earlier attempts have listed, and how many of them. */
export interface ListedBefore extends Listed {
  parts: number;
}

/** What one attempt has listed, from the token that the one before had left. */
interface Part extends Listed {
  from: string | undefined;
}

/** What earlier attempts have listed, as far as each goes on where the one before has ended; what cannot be read is listed again. */
export async function readListed(run: string): Promise<ListedBefore> {
  const before: ListedBefore = { accounts: [], next: undefined, parts: 0 };
  for (;;) {
    const body = await get({ pk: `run#${run}`, sk: `listed#${before.parts}` }, 'body');
    const part = body === undefined ? undefined : (jsonOf(() => unpacked(body)) as Part | undefined);
    if (!part?.next || part.from !== before.next) return before;
    before.accounts.push(...part.accounts);
    before.next = part.next;
    before.parts += 1;
  }
}

/** Keeps what an attempt has listed after those before. */
export async function writeListed(run: string, before: ListedBefore, more: Listed): Promise<void> {
  const accounts = more.accounts.map(({ Id, State, Paths }) => ({ Id, State, Paths }));
  const part: Part = { from: before.next, accounts, next: more.next };
  await put({ pk: `run#${run}`, sk: `listed#${before.parts}` }, { body: packed(part) }, expiry());
}

/** Keeps accounts in batches, numbered from 0. @returns how many batches. */
export async function writeAccounts(
  run: string,
  kind: 'offered' | 'unclear',
  accounts: readonly string[],
): Promise<number> {
  const count = Math.ceil(accounts.length / BATCH_ACCOUNTS);
  await inParallel([...Array(count).keys()], (batch) => {
    const body = JSON.stringify(accounts.slice(batch * BATCH_ACCOUNTS, (batch + 1) * BATCH_ACCOUNTS));
    return put({ pk: `run#${run}`, sk: `${kind}#${batch}` }, { body }, expiry());
  });
  return count;
}

/** The accounts of so many batches, in their order; null if one of them cannot be read: a list is whole or none. */
export async function readAccounts(
  run: string,
  kind: 'offered' | 'unclear',
  batches: number,
): Promise<string[] | null> {
  const bodies = new Map((await query(`run#${run}`, `${kind}#`)).map(({ sk, body }) => [sk, body]));
  const all: string[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const accounts = batchOf(bodies.get(`${kind}#${batch}`));
    if (!accounts) return null;
    all.push(...accounts);
  }
  return all;
}

/** The accounts of one batch; null if it cannot be read. */
export async function readBatch(run: string, batch: number): Promise<string[] | null> {
  return batchOf(await get({ pk: `run#${run}`, sk: `offered#${batch}` }, 'body'));
}

function batchOf(body: string | undefined): string[] | null {
  const read = jsonOf(() => JSON.parse(body ?? ''));
  const checked = validate(Batch, read);
  return checked.valid ? checked.value : null;
}

/** Keeps what was found in the accounts of a batch, in as many items as that takes. */
export async function writeFindings(
  run: string,
  batch: number,
  findings: readonly Finding[],
  from = 0,
): Promise<void> {
  const body = packed(findings);
  if (body.length <= MAX_ITEM_BYTES) {
    return put({ pk: `run#${run}`, sk: `found#${batch}#${from}` }, { body }, expiry());
  }
  if (findings.length > 1) {
    const half = Math.ceil(findings.length / 2);
    await writeFindings(run, batch, findings.slice(0, half), from);
    return writeFindings(run, batch, findings.slice(half), from + half);
  }
  const [{ accountId, region }] = findings as [Finding];
  const error = `PreconditionFailed: what is in it takes ${Math.ceil(body.length / 1024)} KiB, and at most ${Math.floor(MAX_ITEM_BYTES / 1024)} can be kept. Move some VPCs to another account.`;
  return writeFindings(run, batch, [{ accountId, region, error }], from);
}

/** What the run has found in accounts, or in those of one batch. What cannot be read counts as not found. */
export async function readFindings(run: string, batch?: number): Promise<Finding[]> {
  const items = await query(`run#${run}`, batch === undefined ? 'found#' : `found#${batch}#`);
  const findings = items.flatMap(({ body }) => {
    const read = jsonOf(() => unpacked(body));
    return Array.isArray(read) ? read.flatMap(findingOf) : [];
  });
  // Of what two attempts have found of one account, the last counts.
  const [unseen, seen] = [findings.filter(isError), findings.filter((finding) => !isError(finding))];
  return [...unseen, ...seen];
}

function isError(finding: Finding): boolean {
  return 'error' in finding;
}

function findingOf(read: unknown): Finding[] {
  const place = validate(Place, read);
  if (!place.valid) return [];
  const found: Validation<z.output<typeof InPlace>> = validate(InPlace, read);
  if (!found.valid) {
    return [{ ...place.value, error: `what was stored of it cannot be read: ${found.problems.join('; ')}` }];
  }
  const { value } = found;
  if ('error' in value) return [{ ...place.value, error: value.error.slice(0, MAX_ERROR_CHARACTERS) }];
  return [{ ...place.value, ...value }];
}

function jsonOf(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function expiry(): number {
  return Math.floor(Date.now() / 1000) + RUN_SECONDS;
}

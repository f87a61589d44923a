import { paginateScan } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type Validation, validate } from '../../shared/runtime/validation.ts';
import type { PlannedExecution } from '../../shared/workflows/planned-execution.ts';
import type { PrivateLinkSnapshot } from './findings.ts';
import type { Recorded } from './former-connections.ts';
import { dynamodb, get, inParallel, type Key, put, query, table } from './run-items.ts';

/**
 * What a reconciliation keeps in the table, beside the records of what is connected:
 *
 *   pk `run#<run>`: what the run has found and decided, for its own later steps
 *     sk `reading#<connection>#<from>`: body
 *     sk `due-before`: due, the removals that were due in the run before
 *     sk `batch#<n>`: body, executions to start
 *   pk `reconcile`: what outlives the run
 *     sk `due`: due, the removals that are due
 *     sk `report#<at>#<run>`: report, counts
 *
 * `looks-store.ts` keeps what was listed and found in accounts. It also reads what was noted of VPCs (`lambdas/shared/workflows/noted.ts`), and what connections were used for
 * (`known-connections.ts` beside it).
 */

const MAX_ERROR_CHARACTERS = 300;

const error = z.object({ error: z.string() });
const Page = z.union([
  error,
  z.object({
    status: z.string(),
    principals: z.array(z.string()),
    others: z.array(z.string()),
    owners: z.array(z.string()),
    databases: z._default(z.nullable(z.number()), null),
    next: z.nullable(z.number()),
  }),
]);
/** What the run has read of each connection, its pages put together. A connection with a page missing is unread. */
export async function readSnapshots(run: string): Promise<Map<string, PrivateLinkSnapshot>> {
  const pages = new Map<string, Map<number, z.output<typeof Page>>>();
  for (const { sk, body } of await query(`run#${run}`, 'reading#')) {
    const [, connection = '', from] = sk.split('#');
    const ofConnection = pages.get(connection) ?? new Map();
    pages.set(connection, ofConnection.set(Number(from), parsed(Page, body)));
  }
  return new Map([...pages].map(([connection, ofConnection]) => [connection, joined(ofConnection)]));
}

function joined(pages: Map<number, z.output<typeof Page>>): PrivateLinkSnapshot {
  const all = {
    status: '',
    principals: [] as string[],
    others: [] as string[],
    owners: [] as string[],
    databases: null as number | null,
  };
  for (let next: number | null = 0; next !== null; ) {
    const page = pages.get(next);
    if (!page) return { error: `its page from ${next} on is missing` };
    if ('error' in page) return page;
    if (page.next !== null && page.next <= next) return { error: `its pages go round at ${next}` };
    all.status = page.status;
    all.databases = page.databases;
    for (const list of ['principals', 'others', 'owners'] as const) {
      for (const entry of page[list]) all[list].push(entry);
    }
    next = page.next;
  }
  return all;
}

/** Which of the accounts this system has admitted, and to what: `<account id> <connection>`. */
export async function readRecorded(accountIds: readonly string[]): Promise<Set<string>> {
  const recorded = new Set<string>();
  await inParallel(accountIds, async (accountId) => {
    for (const { sk } of await query(`account#${accountId}`, 'connection#')) {
      recorded.add(`${accountId} ${sk.split('#')[1]}`);
    }
  });
  return recorded;
}

/** What is recorded of connections, by name. It looks through the whole table. */
export async function readRecordsOf(names: readonly string[]): Promise<Map<string, Recorded>> {
  const recorded = new Map(names.map((name) => [name, { accounts: new Set<string>(), vpcs: 0 }]));
  if (names.length === 0) return recorded;
  const pages = paginateScan(
    { client: dynamodb },
    {
      TableName: table(),
      FilterExpression: 'begins_with(pk, :account) AND begins_with(sk, :connection)',
      ExpressionAttributeValues: { ':account': { S: 'account#' }, ':connection': { S: 'connection#' } },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk, sk } of Items) {
      const [, name = '', vpcId] = sk?.S?.split('#') ?? [];
      const ofName = recorded.get(name);
      if (!ofName) continue;
      ofName.accounts.add(pk?.S?.split('#')[1] ?? '');
      if (vpcId !== undefined) ofName.vpcs += 1;
    }
  }
  return recorded;
}

/** How much each connection connects: the budget of removals is a part of it. */
export async function writeConnected(counts: Record<string, number>): Promise<void> {
  await put({ pk: 'removals', sk: '#connected' }, { counts: JSON.stringify(counts) }, null);
}

/** When this system has admitted them: ISO times, by `<account id> <connection>`. Others have none. */
export async function readAdmissions(
  admissions: readonly { accountId: string; connection: string }[],
): Promise<Map<string, string>> {
  const admittedAt = new Map<string, string>();
  await inParallel(admissions, async ({ accountId, connection }) => {
    const at = await get({ pk: `account#${accountId}`, sk: `connection#${connection}` }, 'at');
    if (at !== undefined) admittedAt.set(`${accountId} ${connection}`, at);
  });
  return admittedAt;
}

/**
 * The removals that were due in the run before. They are kept with the run, so that a plan that is made again
 * after it has written what is due now does not take its own for those.
 */
export async function readDueBefore(run: string, { keep }: { keep: number | null }): Promise<Set<string>> {
  const kept = { pk: `run#${run}`, sk: 'due-before' };
  let due = await get(kept, 'due');
  if (due === undefined) {
    due = (await get({ pk: 'reconcile', sk: 'due' }, 'due')) ?? '[]';
    if (keep !== null) await put(kept, { due }, keep);
  }
  return new Set(JSON.parse(due) as string[]);
}

/** Lasts until the next run: what is due does not expire. */
export async function writeDue(run: string, due: readonly string[]): Promise<void> {
  await put({ pk: 'reconcile', sk: 'due' }, { due: JSON.stringify(due), run }, null);
}

/** Writes the executions to start in batches, numbered from 0. @returns how many batches. */
export async function writeBatches(
  run: string,
  executions: readonly PlannedExecution[],
  size: number,
  expires: number,
): Promise<number> {
  const batches = Array.from({ length: Math.ceil(executions.length / size) }, (_, index) => index);
  await inParallel(batches, (index) => {
    const body = JSON.stringify(executions.slice(index * size, (index + 1) * size));
    return put({ pk: `run#${run}`, sk: `batch#${index}` }, { body }, expires);
  });
  return batches.length;
}

export async function writeReport(key: Key, report: string, counts: object, expires: number): Promise<void> {
  await put(key, { report, counts: JSON.stringify(counts) }, expires);
}

function parsed<S extends z.ZodMiniType>(schema: S, body: string): z.output<S> | { error: string } {
  let read: Validation<z.output<S>>;
  try {
    read = validate(schema, JSON.parse(body));
  } catch {
    return { error: 'what was stored of it is not JSON' };
  }
  if (!read.valid) return { error: `what was stored of it cannot be read: ${read.problems.join('; ')}` };
  const { value } = read;
  if (!(value instanceof Object) || !('error' in value)) return value;
  return { error: String(value.error).slice(0, MAX_ERROR_CHARACTERS) };
}

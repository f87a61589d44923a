import * as z from 'zod/mini';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName } from '../shared/runtime/inputs.ts';
import { type Connection, configuration } from '../shared/workflows/configuration.ts';
import { readHolds } from '../shared/workflows/holds.ts';
import {
  forgetConnection,
  type KnownConnections,
  noteConnection,
  readKnownConnections,
} from '../shared/workflows/known-connections.ts';
import { readLeftovers } from '../shared/workflows/leftovers.ts';
import { readNoted } from '../shared/workflows/standing.ts';
import { readTold, unownedKey } from '../shared/workflows/told.ts';
import type { Doubt } from './comparing/doubt.ts';
import { offersOf, unofferedAccounts } from './comparing/findings.ts';
import { type Former, formerConnections, formerNames } from './comparing/former-connections.ts';
import { invitedAccounts } from './comparing/invitations.ts';
import { readAccounts, readFindings } from './comparing/looks-store.ts';
import { type Counts, reconcile } from './comparing/reconciliation.ts';
import { fitting, reportOf } from './comparing/reconciliation-report.ts';
import {
  readAdmissions,
  readDueBefore,
  readRecorded,
  readRecordsOf,
  readSnapshots,
  writeBatches,
  writeConnected,
  writeDue,
  writeReport,
} from './comparing/reconciliation-store.ts';
import { type Key, MAX_ITEM_BYTES, RUN_SECONDS } from './comparing/run-items.ts';
import type { Reported } from './comparing/strays.ts';

/** What the stack tells the function; how many minutes are between two runs. */
export const planEnvironment = z.object({ TABLE_NAME: z.string(), EVERY_MINUTES: z.string() });

const DAY_SECONDS = 24 * 60 * 60;
/** How long a report stays in the table. */
const REPORT_SECONDS = 90 * DAY_SECONDS;
/** Executions that the workflow starts from one item. */
const BATCH = 100;
/** What the answer repeats of the report: it is a workflow's state, and an event. */
const MAX_LINES = 20;

const Input = z.object({
  /** Name of the execution. */
  run: ExecutionName,
  /** Batches of accounts, as list-offered-accounts has kept them; null or left out when it failed. */
  batches: z.nullish(z.int()),
  /** What could not be told of accounts; null or left out where they were not listed. */
  doubt: z.nullish(
    z.object({
      batches: z.int(),
      why: z.array(z.string()),
      units: z.array(z.string()),
    }),
  ),
  /** The connections' names at the time, if the caller knows them: the numbers in the batches count in them. */
  connections: z.nullish(z.array(z.string())),
  dryRun: z.boolean(),
  /** When the run began. */
  at: z.iso.datetime(),
});

/** What comes of a reconciliation, for the workflow. */
export interface Summary {
  /** Batches of executions to start: pk `run#<run>`, sk `batch#<n>`, n from 0. */
  batches: number;
  counts: Counts;
  /** What could not be looked at; the first of it. */
  incomplete: string[];
  /** Where in the table the report is. */
  report: Key;
  /** What a message is to tell; null: nothing that none has told of. */
  news: { notDeleted: Reported[]; unowned: Reported[] } | null;
}

/**
 * Decides what a reconciliation starts, from what its earlier steps have stored in the table. A dry run decides
 * the same and writes nothing but its report. Made again, it decides the same.
 */
export const handler = defineHandler(Input, async ({ run, at, dryRun, ...input }): Promise<Summary> => {
  const { connections } = configuration();
  const began = Math.floor(Date.parse(at) / 1000);
  const names = connections.map(({ name }) => name);
  // A deployment in the middle of a run changes what the numbers in the list mean.
  const changed = input.connections && JSON.stringify(input.connections) !== JSON.stringify(names);
  const offered = changed || input.batches == null ? null : await readAccounts(run, 'offered', input.batches);
  const unclearOnes = await readAccounts(run, 'unclear', input.doubt?.batches ?? 0);
  // Both lists or none: who is missing from them is one to whom nothing is offered.
  const accounts = unclearOnes && offered;
  const doubt: Doubt | null = accounts && input.doubt ? { ...input.doubt, accounts: unclearOnes } : null;
  const findings = await readFindings(run);
  const snapshots = await readSnapshots(run);
  const known = await readKnownConnections();
  const former = formerConnections(connections, known, await readRecordsOf(formerNames(connections, known)));
  if (!dryRun) await keepNames(connections, known, former);
  // What was read is of another subscription than what is connected.
  for (const [name, error] of former.changed) snapshots.set(name, { error });

  const offers = accounts && offersOf(accounts, connections);
  const unclear = offersOf(doubt?.accounts ?? [], connections);
  const unoffered = new Set(
    offers &&
      [...snapshots].flatMap(([connection, snapshot]) =>
        unofferedAccounts(connection, snapshot, offers, unclear),
      ),
  );
  const invited = connections.flatMap((connection) => {
    const snapshot = snapshots.get(connection.name);
    const accounts = snapshot ? invitedAccounts(connection, snapshot) : [];
    return accounts.map((accountId) => ({ accountId, connection: connection.name }));
  });
  const leftovers = await readLeftovers();
  const outcome = reconcile({
    run,
    at,
    everyMinutes: Number(readEnvironment(planEnvironment).EVERY_MINUTES),
    connections,
    accounts,
    doubt,
    former: former.reported,
    findings,
    snapshots,
    recorded: await readRecorded([...unoffered]),
    standing: await readNoted(),
    held: await readHolds(),
    leftovers,
    admittedAt: await readAdmissions(invited),
    dueBefore: await readDueBefore(run, { keep: dryRun ? null : began + RUN_SECONDS }),
  });

  const batches = dryRun ? 0 : await writeBatches(run, outcome.executions, BATCH, began + RUN_SECONDS);
  const report = { pk: 'reconcile', sk: `report#${at}#${run}` };
  const text = reportOf({ run, at, dryRun }, outcome, MAX_ITEM_BYTES);
  await writeReport(report, text, outcome.counts, began + REPORT_SECONDS);
  // Removals beyond what an item holds are due for the first time again in the next run.
  if (!dryRun) await writeDue(run, fitting(outcome.due, MAX_ITEM_BYTES).kept);
  if (!dryRun && outcome.connected) await writeConnected(outcome.connected);
  const { incomplete, counts } = outcome;
  const more = incomplete.length - MAX_LINES;
  const notDeleted = outcome.notDeleted.slice(0, MAX_LINES);
  const told = outcome.unowned.length > 0 ? await readTold() : new Set<string>();
  const unowned = outcome.unowned.filter((one) => !told.has(unownedKey(one))).slice(0, MAX_LINES);
  const isNews =
    notDeleted.length + unowned.length > 0 ||
    leftovers.some(({ isTold, staysSince }) => !isTold && staysSince === null);
  return {
    batches,
    counts,
    incomplete: more > 0 ? [...incomplete.slice(0, MAX_LINES), `${more} more, see the report`] : incomplete,
    report,
    news: isNews && !dryRun ? { notDeleted, unowned } : null,
  };
});

/** Notes what the names are used for, and forgets what is over. */
async function keepNames(
  connections: readonly Connection[],
  known: KnownConnections,
  { changed, over }: Former,
): Promise<void> {
  for (const name of over) await forgetConnection(name);
  for (const connection of connections) {
    const isNew = !known.has(connection.name) || over.includes(connection.name);
    if (isNew && !changed.has(connection.name)) await noteConnection(connection);
  }
}

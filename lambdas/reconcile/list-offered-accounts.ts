import { type Account, ListAccountsCommand } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { AwsUnavailable, ListingUnfinished } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { ExecutionName } from '../shared/runtime/inputs.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { offerTo, type Verdict } from '../shared/workflows/offer.ts';
import { accountOf, organizations, unknownUnits } from '../shared/workflows/organization.ts';
import {
  type Listed,
  type ListedBefore,
  readListed,
  writeAccounts,
  writeListed,
} from './comparing/looks-store.ts';

/** What is not known, as far as the answer says it in words. */
const MAX_DOUBTS = 20;

/** Pages of one attempt: two thousand accounts, which are kept in one item, and take minutes where each page takes a second. */
const MAX_PAGES = 100;

const Input = z.object({
  /** Name of the execution that reconciles. */
  run: ExecutionName,
});

/**
 * Lists the organization's accounts to which at least one connection is offered, in the order of their ids, and keeps them
 * in batches. So it does with the accounts of which that cannot be told.
 *
 * @throws ListingUnfinished when Organizations has shown more accounts and not all; AwsUnavailable when it has shown none: a
 *   list is complete or there is none.
 */
export const handler = defineHandler(Input, async ({ run }) => {
  const { connections } = configuration();
  const all = await listAccounts(run);
  const found = all.map(accountOf);
  const units = connections.flatMap(({ accounts }) => accounts.organizationalUnits);
  const unknown = await unknownUnits(
    units,
    found.flatMap(({ paths }) => paths ?? []),
  );

  const accounts: string[] = [];
  const doubtful: string[] = [];
  const doubts = new Set<string>();
  for (const account of found) {
    const verdicts = connections.map((connection) => offerTo(connection, account, unknown));
    const placesOf = (answer: Verdict['answer']) =>
      verdicts.flatMap((verdict, place) => (verdict.answer === answer ? [place] : []));
    const offered = placesOf('yes');
    const unclear = placesOf('cannot tell');
    if (offered.length > 0) accounts.push(`${account.accountId} ${offered.join(',')}`);
    if (unclear.length > 0) doubtful.push(`${account.accountId} ${unclear.join(',')}`);
    for (const verdict of verdicts) if (verdict.answer === 'cannot tell') doubts.add(verdict.what);
  }
  return {
    /** The numbers in the batches count in them. */
    connections: connections.map(({ name }) => name),
    accounts: accounts.length,
    batches: await writeAccounts(run, 'offered', accounts.sort()),
    doubt: {
      batches: await writeAccounts(run, 'unclear', doubtful.sort()),
      why: [...doubts].slice(0, MAX_DOUBTS),
      units: [...unknown.values()].slice(0, MAX_DOUBTS),
    },
  };
});

/**
 * All accounts of the organization. Organizations shows twenty at once, and not many pages a second: where it has shown
 * enough for now, the next attempt goes on from there. An attempt that has come further is none that failed, however many
 * of them a large organization takes.
 */
async function listAccounts(run: string): Promise<Account[]> {
  const client = organizations();
  const before = await readListed(run);
  const more: Listed = { accounts: [], next: before.next };
  for (let page = 0; page < MAX_PAGES; page++) {
    try {
      const answer = await client.send(new ListAccountsCommand({ NextToken: more.next }));
      more.accounts.push(...(answer.Accounts ?? []));
      more.next = answer.NextToken || undefined;
    } catch (error) {
      if (page === 0 || !(error instanceof AwsUnavailable)) throw error;
      return unfinished(run, before, more, error.message);
    }
    if (more.next === undefined) return [...before.accounts, ...more.accounts];
  }
  return unfinished(run, before, more, 'There are more.');
}

/** @throws ListingUnfinished once what was listed is kept. */
async function unfinished(run: string, before: ListedBefore, more: Listed, why: string): Promise<never> {
  await writeListed(run, before, more);
  const count = before.accounts.length + more.accounts.length;
  throw new ListingUnfinished(`Organizations has shown ${count} accounts so far. ${why}`);
}

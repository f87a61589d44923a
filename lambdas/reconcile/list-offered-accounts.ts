import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { accountOf, organizationsForLists, unknownUnits } from '../aws/call/organization.ts';
import { allPages } from '../shared/aws/client.ts';
import { PreconditionFailed } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { offerTo, type Verdict } from '../shared/workflows/offer.ts';
import type { Doubt } from './comparing/doubt.ts';

/** What Step Functions lets a state answer with ("Step Functions service quotas"), less what wraps the answer. */
const MAX_BYTES = 240 * 1024;

/** What is not known, as far as the answer says it in words. */
const MAX_DOUBTS = 20;

/**
 * The organization's accounts to which at least one connection is offered, in the order of their ids. Each is
 * `<account id> <i>,<j>,…`, where the numbers are places in `connections`: short, so that ten thousand accounts
 * fit into a workflow's state. The accounts of which that cannot be told are listed in the same way.
 *
 * @throws AwsUnavailable when Organizations keeps throttling, or a page of the list could not be had: a list is
 *   complete or there is none.
 * @throws PreconditionFailed when the answer does not fit.
 */
export const handler = defineHandler(z.object({}), async () => {
  const { connections } = configuration();
  const client = organizationsForLists();
  const all = await allPages(async (NextToken) => {
    const answer = await client.send(new ListAccountsCommand({ NextToken }));
    return { items: answer.Accounts, nextToken: answer.NextToken };
  });

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
  const answer = {
    connections: connections.map(({ name }) => name),
    accounts: accounts.sort(),
    doubt: {
      accounts: doubtful.sort(),
      why: [...doubts].slice(0, MAX_DOUBTS),
      units: [...unknown.values()].slice(0, MAX_DOUBTS),
    } satisfies Doubt,
  };
  if (JSON.stringify(answer).length > MAX_BYTES) {
    throw new PreconditionFailed(
      `${connections.length} connections are offered to ${accounts.length} accounts, of ${doubtful.length} it cannot be told, and the list does not fit into the ${MAX_BYTES / 1024} KiB that a workflow can carry. Offer connections to fewer accounts, or deploy a second system for some of them.`,
    );
  }
  return answer;
});

import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import * as z from 'zod/mini';
import { accountOf, organizationsForLists } from '../aws/call/organization.ts';
import { allPages } from '../shared/aws/client.ts';
import { PreconditionFailed } from '../shared/errors.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { configuration } from '../shared/workflows/configuration.ts';
import { notOffered } from '../shared/workflows/offer.ts';

/** What Step Functions lets a state answer with ("Step Functions service quotas"), less what wraps the answer. */
const MOST_BYTES = 240 * 1024;

/**
 * The organization's accounts to which at least one connection is offered, in the order of their ids. Each is
 * `<account id> <i>,<j>,…`, where the numbers are places in `connections`: short, so that ten thousand accounts
 * fit into a workflow's state.
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

  const accounts: string[] = [];
  for (const account of all.map(accountOf)) {
    const offered = connections.flatMap((connection, place) =>
      notOffered(connection, account) === undefined ? [place] : [],
    );
    if (offered.length > 0) accounts.push(`${account.accountId} ${offered.join(',')}`);
  }
  const answer = { connections: connections.map(({ name }) => name), accounts: accounts.sort() };
  if (JSON.stringify(answer).length > MOST_BYTES) {
    throw new PreconditionFailed(
      `${connections.length} connections are offered to ${accounts.length} accounts, and the list does not fit into the ${MOST_BYTES / 1024} KiB that a workflow can carry. Offer connections to fewer accounts, or deploy a second system for some of them.`,
    );
  }
  return answer;
});

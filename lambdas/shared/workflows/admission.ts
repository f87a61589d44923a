import { AwsUnavailable, InvalidRequest } from '../errors.ts';
import type { Connection } from './configuration.ts';
import { offerTo } from './offer.ts';
import { lookUpAccount } from './organization.ts';

/**
 * The question at every door: whether the account may be connected. It is asked of Organizations each time, whoever has
 * started the workflow.
 *
 * @throws InvalidRequest if not, naming what says so.
 * @throws AwsUnavailable when Organizations does not answer, or not enough to tell.
 */
export async function requireOffer(connection: Connection, accountId: string): Promise<void> {
  const offer = offerTo(connection, await lookUpAccount(accountId));
  switch (offer.answer) {
    case 'yes':
      return;
    case 'no':
      throw new InvalidRequest(
        `Account ${accountId} may not be connected to ${connection.name}: ${offer.reason}. Check the digits of the account, or offer the connection to it in the configuration. Nothing was changed.`,
      );
    case 'cannot tell':
      throw new AwsUnavailable(
        `Whether account ${accountId} may be connected to ${connection.name} cannot be told: ${offer.what}. Nothing was changed.`,
      );
  }
}

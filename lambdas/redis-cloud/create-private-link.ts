import { defineHandler } from '../shared/runtime/handler.ts';
import { principalFor } from '../shared/workflows/service-network.ts';
import { admit } from './call/admitting.ts';
import { AccountChangeInput } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/**
 * Starts the creation of a connection's PrivateLink, by which a resource share also admits the account.
 * @throws InvalidRequest if it may not be connected, or no more.
 */
export const handler = defineHandler(AccountChangeInput, (input) =>
  admit(input, 'createPrivateLink', () => {
    const { connection, accountId } = input;
    return redisCloud(connection).createPrivateLink(connection, principalFor(connection, accountId));
  }),
);

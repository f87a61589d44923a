import { defineHandler } from '../shared/runtime/handler.ts';
import { principalFor } from '../shared/workflows/service-network.ts';
import { admit } from './call/admitting.ts';
import { AccountChangeInput } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/**
 * Starts admitting an account to a connection's PrivateLink.
 * @throws InvalidRequest if it may not be connected, or no more.
 */
export const handler = defineHandler(AccountChangeInput, (input) =>
  admit(input, 'addPrincipal', () => {
    const { connection, accountId } = input;
    return redisCloud(connection).addPrincipal(connection, principalFor(connection, accountId));
  }),
);

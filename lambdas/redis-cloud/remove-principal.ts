import { defineHandler } from '../shared/runtime/handler.ts';
import { AccountChangeInput, change } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/** Starts removing an account from a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, turn }) =>
  change(connection, turn, 'removePrincipal', () => redisCloud().removePrincipal(connection, accountId)),
);

import { defineHandler } from '../runtime/handler.ts';
import { AccountChangeInput, change } from './change.ts';
import { redisCloud } from './session.ts';

/** Starts removing an account from a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, turn }) =>
  change(connection, turn, 'removePrincipal', () => redisCloud().removePrincipal(connection, accountId)),
);

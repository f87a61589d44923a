import { defineHandler } from '../runtime/handler.ts';
import { AccountChangeInput, change } from './change.ts';
import { redisCloud } from './session.ts';

/** Starts admitting an account to a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, turn }) =>
  change(connection, turn, 'addPrincipal', () => redisCloud().addPrincipal(connection, accountId)),
);

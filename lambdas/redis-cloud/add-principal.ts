import { defineHandler } from '../shared/runtime/handler.ts';
import { AccountChangeInput, change } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/** Starts admitting an account to a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, turn }) =>
  change(connection, turn, 'addPrincipal', () => redisCloud().addPrincipal(connection, accountId)),
);

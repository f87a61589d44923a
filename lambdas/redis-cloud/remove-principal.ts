import { defineHandler } from '../shared/runtime/handler.ts';
import { AccountChangeInput, change } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/** Starts removing an account from a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, lockHolder }) =>
  change(connection, lockHolder, 'removePrincipal', () =>
    redisCloud(connection).removePrincipal(connection, accountId),
  ),
);

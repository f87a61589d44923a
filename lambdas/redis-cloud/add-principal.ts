import { defineHandler } from '../shared/runtime/handler.ts';
import { principalFor } from '../shared/workflows/service-network.ts';
import { AccountChangeInput, change } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/** Starts admitting an account to a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, lockHolder }) =>
  change(connection, lockHolder, 'addPrincipal', () =>
    redisCloud(connection).addPrincipal(connection, principalFor(connection, accountId)),
  ),
);

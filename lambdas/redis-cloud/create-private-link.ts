import { defineHandler } from '../shared/runtime/handler.ts';
import { principalFor } from '../shared/workflows/service-network.ts';
import { AccountChangeInput, change } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/** Starts the creation of a connection's PrivateLink, by which a resource share also admits the account. */
export const handler = defineHandler(AccountChangeInput, ({ connection, accountId, lockHolder }) =>
  change(connection, lockHolder, 'createPrivateLink', () =>
    redisCloud(connection).createPrivateLink(connection, principalFor(connection, accountId)),
  ),
);

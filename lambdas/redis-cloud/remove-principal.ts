import { forgetHandedOver } from '../shared/coordination/handed-over.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { networkOwner, principalFor } from '../shared/workflows/service-network.ts';
import { AccountChangeInput, change } from './call/change.ts';
import { redisCloud } from './call/session.ts';

/** Starts removing an account from a connection's PrivateLink. */
export const handler = defineHandler(AccountChangeInput, async ({ connection, accountId, lockHolder }) => {
  if (networkOwner(connection) !== null) await forgetHandedOver(connection.name);
  return change(connection, lockHolder, 'removePrincipal', () =>
    redisCloud(connection).removePrincipal(connection, principalFor(connection, accountId)),
  );
});

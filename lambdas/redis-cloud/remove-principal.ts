import { defineHandler } from '../runtime/handler.ts';
import { AccountInput } from './schemas.ts';
import { redisCloud } from './session.ts';

/** Starts removing an account from a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(AccountInput, ({ connection, accountId }) =>
  redisCloud().removePrincipal(connection, accountId),
);

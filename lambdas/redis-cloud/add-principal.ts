import { defineHandler } from '../runtime/handler.ts';
import { AccountInput } from './schemas.ts';
import { redisCloud } from './session.ts';

/** Starts admitting an account to a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(AccountInput, ({ connection, accountId }) =>
  redisCloud().addPrincipal(connection, accountId),
);

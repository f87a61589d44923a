import { defineHandler } from '../runtime/handler.ts';
import { AccountInput } from './schemas.ts';
import { redisCloud } from './session.ts';

/** Starts the creation of a connection's PrivateLink, by which a resource share also admits the account. */
export const handler = defineHandler(AccountInput, ({ connection, accountId }) =>
  redisCloud().createPrivateLink(connection, accountId),
);

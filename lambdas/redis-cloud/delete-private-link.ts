import * as z from 'zod/mini';
import { defineHandler } from '../runtime/handler.ts';
import { changing, checkTurn } from './change.ts';
import { ConnectionInput } from './schemas.ts';
import { redisCloud } from './session.ts';

/** Starts the deletion of a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(z.extend(ConnectionInput, changing), async ({ connection, turn }) => {
  await checkTurn(connection, turn);
  return redisCloud().deletePrivateLink(connection);
});

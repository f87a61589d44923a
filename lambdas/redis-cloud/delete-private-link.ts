import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { changing, requireLock } from './call/change.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

/** Starts the deletion of a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(
  z.extend(ConnectionInput, changing),
  async ({ connection, lockHolder }) => {
    await requireLock(connection, lockHolder);
    return redisCloud().deletePrivateLink(connection);
  },
);

import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { changing, underLock } from './call/change.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

/** Starts the deletion of a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(z.extend(ConnectionInput, changing), ({ connection, lockHolder }) =>
  underLock(connection, lockHolder, () => redisCloud(connection).deletePrivateLink(connection)),
);

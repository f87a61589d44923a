import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { change, changing } from './call/change.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

/** Starts the deletion of a connection's PrivateLink. */
export const handler = defineHandler(z.extend(ConnectionInput, changing), ({ connection, lockHolder }) =>
  change(connection, lockHolder, 'deletePrivateLink', () =>
    redisCloud(connection).deletePrivateLink(connection),
  ),
);

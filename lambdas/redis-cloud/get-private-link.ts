import { defineHandler } from '../shared/runtime/handler.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

/** Starts the read of a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(ConnectionInput, ({ connection }) =>
  redisCloud(connection).getPrivateLink(connection),
);

import { defineHandler } from '../runtime/handler.ts';
import { ConnectionInput } from './schemas.ts';
import { redisCloud } from './session.ts';

/** Starts the read of a connection's PrivateLink: `{ taskId }`. */
export const handler = defineHandler(ConnectionInput, ({ connection }) =>
  redisCloud().getPrivateLink(connection),
);

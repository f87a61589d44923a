import { defineHandler } from '../shared/runtime/handler.ts';
import { ConnectionInput } from './call/schemas.ts';
import { redisCloud } from './call/session.ts';

/** Starts the read of the script by which a consumer finds or creates its endpoint: `{ taskId }`. */
export const handler = defineHandler(ConnectionInput, ({ connection }) =>
  redisCloud(connection).getEndpointScript(connection),
);

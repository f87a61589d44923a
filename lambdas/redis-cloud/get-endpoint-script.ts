import { defineHandler } from '../runtime/handler.ts';
import { ConnectionInput } from './schemas.ts';
import { redisCloud } from './session.ts';

/** Starts the read of the script by which a consumer finds or creates its endpoint: `{ taskId }`. */
export const handler = defineHandler(ConnectionInput, ({ connection }) =>
  redisCloud().getEndpointScript(connection),
);
